import { type ReactNode, useEffect, useState } from 'react';
import { UnitChoice } from '#engine/contract/officer.ts';
import { useSayMetres } from '../field/say-metres.ts';
import { ask, listOf } from '../live/ask.ts';
import { useWords } from '../words/words.ts';

const SHOWN = 3;

interface UnitChoicesProps {
  choices: readonly UnitChoice[];
  chosen: string;
  onChoose: (unitId: string) => void;
}

/** The units that suit a case best, each with the reasons; a press chooses it. */
export function UnitChoices({ choices, chosen, onChoose }: UnitChoicesProps): ReactNode {
  const { t } = useWords();
  const metres = useSayMetres();
  if (choices.length === 0) return null;
  const reasons = ({ distanceM, from, officersOnShift, hasSkill, openCases }: UnitChoice) =>
    [
      distanceM === null || from === null
        ? t('officers.noDistance')
        : t(`officers.choiceFrom.${from}`, { metres: metres(distanceM) }),
      officersOnShift > 0 ? t('officers.choiceShift', { count: officersOnShift }) : t('officers.choiceNoShift'),
      ...(hasSkill ? [t('officers.choiceSkill')] : []),
      t('officers.choiceLoad', { count: openCases }),
    ].join(' · ');
  return (
    <ul className="unit-choices" aria-label={t('officers.choices')} data-testid="unit-choices">
      {choices.slice(0, SHOWN).map((choice, i) => (
        <li key={choice.unitId}>
          <button
            type="button"
            className="button"
            aria-pressed={choice.unitId === chosen}
            onClick={() => onChoose(choice.unitId)}
          >
            <span>
              {choice.unitName} {i === 0 && <span className="chip strong">{t('officers.first')}</span>}
            </span>
            <span className="quiet-line">{reasons(choice)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Which units suit a case; none where they are not wanted, or could not be read: then one is chosen by name. */
export function useUnitChoices(caseId: string, wanted: boolean): readonly UnitChoice[] {
  const [known, setKnown] = useState<readonly UnitChoice[]>([]);
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    ask(listOf(UnitChoice), `/api/cases/${encodeURIComponent(caseId)}/units`, { signal: stop.signal }).then(
      ({ items }) => setKnown(items),
      () => undefined,
    );
    return () => stop.abort();
  }, [caseId, wanted]);
  return wanted ? known : [];
}
