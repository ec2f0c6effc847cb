import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Case, type NewCaseEntry } from '#engine/contract/case.ts';
import { CASE_STEPS, mustSayWhy } from '#engine/contract/case-steps.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useCasePresence, useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { type NextStep, nextSteps } from './case-steps.ts';
import { LimitField, NO_LIMIT, readLimit } from './limit-field.tsx';
import { UnitChoices, useUnitChoices } from './unit-choices.tsx';
import { UnitField } from './unit-field.tsx';

/** What happens next with the case. The usual next step is chosen already; what was typed stays when it is refused. */
export function NextStepForm({ one }: { one: Case }): ReactNode {
  const { t } = useWords();
  const { live, account } = useDesk();
  const { usual, others } = nextSteps(one, account);
  /** null: the usual one. */
  const [picked, setPicked] = useState<NextStep | null>(null);
  const chosen = picked ?? usual[0];
  const [unitId, setUnitId] = useState('');
  const [typed, setTyped] = useState(NO_LIMIT);
  const [note, setNote] = useState('');
  const [pressed, setPressed] = useState(false);
  const asks = (what: 'unit' | 'limit') => chosen !== undefined && CASE_STEPS[chosen].needs.includes(what);
  const limit = asks('limit') ? readLimit(typed) : null;
  const choices = useUnitChoices(one.id, asks('unit'));
  // Where the desk knows better, that is on record.
  const best = choices[0];
  const overrode =
    asks('unit') && best && best.unitId !== unitId ? t('officers.overrode', { unit: best.unitName }) : '';
  const { busy, problem, start } = useAction(async () => {
    if (!chosen) return;
    const entry: NewCaseEntry = {
      kind: chosen,
      note: `${note.trim()}${overrode}`.trim(),
      ...(asks('unit') && { unitId }),
      ...(limit && { limit }),
    };
    live.take({ kind: 'case', entity: await post(Case, `/api/cases/${encodeURIComponent(one.id)}/entries`, entry) });
    setPicked(null);
    setNote('');
    setPressed(false);
  });
  const presence = useCasePresence(one);
  const name = (step: NextStep): string => {
    if (step === 'assigned') return one.state === 'opened' ? t('dispatch.assign') : t('dispatch.assignAgain');
    if (step === 'started') return t('dispatch.start');
    if (step === 'handled') return t('dispatch.handle');
    return step === 'closed' ? t('dispatch.closeCase') : t(`dispatch.step.${step}`);
  };
  const stillSeen = one.presence === 'standing';
  const mustSay = chosen !== undefined && mustSayWhy(one, chosen, stillSeen);
  const noUnit = asks('unit') && unitId === '';
  const noLimit = asks('limit') && limit === null;
  const noNote = mustSay && note.trim() === '';
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!noUnit && !noNote && !noLimit) start();
  };
  return (
    <form className="next-step" aria-label={t('dispatch.act')} onSubmit={submit} noValidate>
      {one.state === 'closed' ? <p className="case-over">{t('dispatch.done')}</p> : <h3>{t('dispatch.act')}</h3>}
      {usual.length > 0 && (
        <div className="tabs" role="radiogroup" aria-label={t('dispatch.act')}>
          {usual.map((step) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button
              key={step}
              type="button"
              role="radio"
              aria-checked={step === chosen}
              data-step={step}
              onClick={() => setPicked(step)}
            >
              {name(step)}
            </button>
          ))}
        </div>
      )}
      <OtherSteps
        steps={others}
        chosen={chosen && others.includes(chosen) ? chosen : ''}
        name={name}
        onChoose={(step) => setPicked(step ?? null)}
      />
      {chosen && asks('unit') && (
        <>
          <UnitChoices choices={choices} chosen={unitId} onChoose={setUnitId} />
          <UnitField value={unitId} onChange={setUnitId} wrong={pressed && noUnit ? t('dispatch.chooseUnit') : null} />
        </>
      )}
      {asks('limit') && (
        <LimitField value={typed} onChange={setTyped} wrong={pressed && noLimit ? t('dispatch.longerNeeded') : null} />
      )}
      {chosen === 'closed' && stillSeen && (
        <p className="warning">
          {t(presence === 'unwatched' ? 'dispatch.seenBeforeWarning' : 'dispatch.stillSeenWarning')}
        </p>
      )}
      {chosen && (
        <>
          <NoteField {...{ one, chosen, mustSay, note }} onChange={setNote} wrong={pressed && noNote} />
          {problem && <ProblemNote problem={problem} kept />}
          <div className="actions">
            <button type="submit" className="button primary" disabled={busy} data-testid={`do-${chosen}`}>
              {name(chosen)}
            </button>
          </div>
        </>
      )}
    </form>
  );
}

interface OtherStepsProps {
  steps: readonly NextStep[];
  chosen: NextStep | '';
  name: (step: NextStep) => string;
  onChoose: (step: NextStep | undefined) => void;
}

/** What seldom happens, out of the way of what does. */
function OtherSteps({ steps, chosen, name, onChoose }: OtherStepsProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  if (steps.length === 0) return null;
  return (
    <div className="field other-steps">
      <label htmlFor={id}>{t('dispatch.others')}</label>
      <select
        id={id}
        value={chosen}
        data-testid="other-steps"
        onChange={(happening) => onChoose((happening.target.value || undefined) as NextStep | undefined)}
      >
        <option value="">{t('dispatch.othersChoose')}</option>
        {steps.map((step) => (
          <option key={step} value={step}>
            {name(step)}
          </option>
        ))}
      </select>
    </div>
  );
}

interface NoteFieldProps {
  one: Case;
  chosen: NextStep;
  mustSay: boolean;
  note: string;
  onChange: (note: string) => void;
  wrong: boolean;
}

function NoteField({ one, chosen, mustSay, note, onChange, wrong }: NoteFieldProps): ReactNode {
  const { t } = useWords();
  const [label, missing] = (() => {
    if (!mustSay) return [t('dispatch.note'), ''];
    if (chosen === 'handled') return [t('dispatch.handledNote'), t('dispatch.noteNeeded')];
    if (chosen !== 'closed') return [t('dispatch.reason'), t('dispatch.reasonNeeded')];
    return one.state === 'handled'
      ? [t('dispatch.againstCamera'), t('dispatch.reasonNeeded')]
      : [t('dispatch.closedNote'), t('dispatch.whyNeeded')];
  })();
  return (
    <TextField
      label={label}
      value={note}
      onChange={onChange}
      lines={2}
      required={mustSay}
      wrong={wrong ? missing : null}
    />
  );
}
