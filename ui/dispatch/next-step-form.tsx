import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Case, type NewCaseEntry } from '#engine/contract/case.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useCasePresence, useCity, useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { NEXT_STEPS, type NextStep, needsNote } from './case-steps.ts';

/** What happens next with the case. The usual next step is chosen already; what was typed stays when it is refused. */
export function NextStepForm({ one }: { one: Case }): ReactNode {
  const { t } = useWords();
  const { live } = useDesk();
  const choices = NEXT_STEPS[one.state];
  const [chosen, setChosen] = useState<NextStep | undefined>(choices[0]);
  const [unitId, setUnitId] = useState('');
  const [note, setNote] = useState('');
  const [pressed, setPressed] = useState(false);
  const { busy, problem, start } = useAction(async () => {
    if (!chosen) return;
    const entry: NewCaseEntry = { kind: chosen, note: note.trim(), ...(chosen === 'assigned' && { unitId }) };
    live.take({ kind: 'case', entity: await post(Case, `/api/cases/${encodeURIComponent(one.id)}/entries`, entry) });
    setNote('');
    setPressed(false);
  });
  const presence = useCasePresence(one);
  if (!chosen) return <p className="case-over">{t('dispatch.done')}</p>;
  const noUnit = chosen === 'assigned' && unitId === '';
  const mustSay = needsNote(one.state, chosen);
  const noNote = mustSay && note.trim() === '';
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!noUnit && !noNote) start();
  };
  const name = (step: NextStep): string => {
    if (step === 'assigned') return one.state === 'opened' ? t('dispatch.assign') : t('dispatch.assignAgain');
    return { started: t('dispatch.start'), handled: t('dispatch.handle'), closed: t('dispatch.closeCase') }[step];
  };
  return (
    <form className="next-step" aria-label={t('dispatch.act')} onSubmit={submit} noValidate>
      <h3>{t('dispatch.act')}</h3>
      <div className="tabs" role="radiogroup" aria-label={t('dispatch.act')}>
        {choices.map((step) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button key={step} type="button" role="radio" aria-checked={step === chosen} onClick={() => setChosen(step)}>
            {name(step)}
          </button>
        ))}
      </div>
      {chosen === 'assigned' && (
        <UnitField value={unitId} onChange={setUnitId} wrong={pressed && noUnit ? t('dispatch.chooseUnit') : null} />
      )}
      {chosen === 'closed' && one.presence === 'standing' && (
        <p className="warning">
          {t(presence === 'unwatched' ? 'dispatch.seenBeforeWarning' : 'dispatch.stillSeenWarning')}
        </p>
      )}
      <TextField
        label={
          chosen === 'handled' ? t('dispatch.handledNote') : mustSay ? t('dispatch.closedNote') : t('dispatch.note')
        }
        value={note}
        onChange={setNote}
        lines={2}
        required={mustSay}
        wrong={pressed && noNote ? (chosen === 'handled' ? t('dispatch.noteNeeded') : t('dispatch.whyNeeded')) : null}
      />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy} data-testid={`do-${chosen}`}>
          {name(chosen)}
        </button>
      </div>
    </form>
  );
}

interface UnitFieldProps {
  value: string;
  onChange: (unitId: string) => void;
  wrong: string | null;
}

function UnitField({ value, onChange, wrong }: UnitFieldProps): ReactNode {
  const { t, language } = useWords();
  const { units } = useCity();
  const id = useId();
  const byName = [...units.values()].sort((a, b) => a.name.localeCompare(b.name, language));
  return (
    <div className="field">
      <label htmlFor={id}>{t('dispatch.unit')}</label>
      <select
        id={id}
        value={value}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `${id}-wrong`}
        onChange={(happening) => onChange(happening.target.value)}
      >
        <option value="">{t('dispatch.chooseUnit')}</option>
        {byName.map((unit) => (
          <option key={unit.id} value={unit.id}>
            {unit.name}
          </option>
        ))}
      </select>
      {byName.length === 0 && <span className="quiet-line">{t('dispatch.noUnits')}</span>}
      {wrong !== null && (
        <span id={`${id}-wrong`} className="wrong">
          {wrong}
        </span>
      )}
    </div>
  );
}
