import { type ReactNode, useId, useState } from 'react';
import { CaseOpening, type NewCaseOpening, OpeningMode } from '#engine/contract/case-policy.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';

const CONFIRMATIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

interface OpeningRowProps {
  opening: CaseOpening;
  mayWrite: boolean;
  onSet: () => void;
}

/** How alerts of one rule, or of one algorithm, become cases, to be set. */
export function OpeningRow({ opening, mayWrite, onSet }: OpeningRowProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const id = useId();
  const { rule, algorithm, algorithmName, at, by } = opening;
  const [mode, setMode] = useState(opening.mode);
  const [count, setCount] = useState(opening.confirmations ?? 2);
  const isSame = mode === opening.mode && (mode !== 'confirmed' || count === opening.confirmations);
  const { busy, problem, start } = useAction(async () => {
    const of = algorithm === null ? { rule } : { algorithm };
    const wanted: NewCaseOpening = { ...of, mode, ...(mode === 'confirmed' && { confirmations: count }) };
    await post(CaseOpening, '/api/case-openings', wanted);
    onSet();
  });
  return (
    <li data-testid="opening" data-rule={rule} data-algorithm={algorithm ?? undefined}>
      <label htmlFor={id}>{sayRule({ rule, algorithmName })}</label>
      <span className="field">
        <select
          id={id}
          value={mode}
          disabled={!mayWrite}
          onChange={(change) => setMode(OpeningMode.parse(change.target.value))}
        >
          {OpeningMode.options
            .filter((one) => one !== 'rule' || algorithm !== null)
            .map((one) => (
              <option key={one} value={one}>
                {t(`caseRules.mode.${one}`)}
              </option>
            ))}
        </select>
      </span>
      {mode === 'confirmed' && (
        <span className="field">
          <select
            aria-label={t('caseRules.confirmations')}
            value={count}
            disabled={!mayWrite}
            onChange={(change) => setCount(Number(change.target.value))}
          >
            {CONFIRMATIONS.map((people) => (
              <option key={people} value={people}>
                {t('caseRules.people', { count: people })}
              </option>
            ))}
          </select>
        </span>
      )}
      {mayWrite && !isSame && (
        <button type="button" className="button primary" disabled={busy} onClick={start}>
          {t('caseRules.set')}
        </button>
      )}
      <span className="quiet-line">
        {at && by
          ? t('caseRules.setBy', { by, at: sayMoment(at, site.timeZone) })
          : t(algorithm === null ? 'caseRules.neverSet' : 'caseRules.neverSetOfAlgorithm')}
      </span>
      {problem && <ProblemNote problem={problem} kept />}
    </li>
  );
}
