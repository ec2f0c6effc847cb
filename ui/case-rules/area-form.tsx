import { type FormEvent, lazy, type ReactNode, Suspense, useState } from 'react';
import { ControlArea, NewControlArea } from '#engine/contract/case-policy.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import '../pool/library.css';
import { useWords } from '../words/words.ts';

/** The map is large: what draws it is loaded when it is wanted. */
const AreaMap = lazy(() => import('../pool/area-map.tsx').then(({ AreaMap }) => ({ default: AreaMap })));

type Rule = NonNullable<NewControlArea['rules']>[number];

/** An area where nothing is raised: drawn on the map, with its hours, its rules and the reason. */
export function AreaForm({ onMade }: { onMade: () => void }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [name, setName] = useState('');
  const [hours, setHours] = useState('');
  const [rules, setRules] = useState<Rule[]>([]);
  const [reason, setReason] = useState('');
  const [corners, setCorners] = useState<NewControlArea['corners']>([]);
  const [pressed, setPressed] = useState(false);
  const spans = hours.split(/[,，、\s]+/).filter((span) => span !== '');
  const wanted = NewControlArea.safeParse({
    ...{ name, corners, reason },
    ...(spans.length > 0 && { hours: spans }),
    ...(rules.length > 0 && { rules }),
  });
  const wrong = (field: string) =>
    pressed && !wanted.success && wanted.error.issues.some(({ path }) => path[0] === field);
  const { busy, problem, start } = useAction(async () => {
    if (!wanted.success) return;
    await post(ControlArea, '/api/control-areas', wanted.data);
    onMade();
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (wanted.success) start();
  };
  return (
    <form className="area-form" aria-label={t('caseRules.newArea')} onSubmit={submit} noValidate>
      <Suspense fallback={<p className="quiet-line">{t('map.loading')}</p>}>
        <AreaMap corners={corners} onDraw={setCorners} />
      </Suspense>
      {wrong('corners') && <p className="wrong">{t('caseRules.drawIt')}</p>}
      <TextField
        label={t('caseRules.name')}
        value={name}
        onChange={setName}
        required
        maxLength={80}
        wrong={wrong('name') ? t('caseRules.nameNeeded') : null}
      />
      <TextField
        label={t('caseRules.hours')}
        value={hours}
        onChange={setHours}
        maxLength={200}
        wrong={wrong('hours') ? t('caseRules.hoursWrong') : null}
      />
      <fieldset>
        <legend>{t('caseRules.rules')}</legend>
        {(Object.keys(site.rules) as Rule[]).map((rule) => (
          <label key={rule}>
            <input
              type="checkbox"
              checked={rules.includes(rule)}
              onChange={({ target }) =>
                setRules(target.checked ? [...rules, rule] : rules.filter((one) => one !== rule))
              }
            />
            {t(`rule.${rule}`)}
          </label>
        ))}
      </fieldset>
      <TextField
        label={t('caseRules.reason')}
        value={reason}
        onChange={setReason}
        required
        lines={2}
        wrong={wrong('reason') ? t('caseRules.reasonNeeded') : null}
      />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy} data-testid="make-area">
          {t('caseRules.make')}
        </button>
      </div>
    </form>
  );
}
