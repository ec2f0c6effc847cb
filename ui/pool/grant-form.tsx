import { type ReactNode, useState } from 'react';
import { GrantedAct, type Library, LibraryGrant } from '#engine/contract/library.ts';
import { Dialog } from '../design/dialog.tsx';
import '../design/choices.css';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { useDivisions } from './use-divisions.ts';

/** A moment of a datetime-local field, which is in the browser's own time zone; null: not filled in. */
const momentOf = (text: string): string | null => (text === '' ? null : new Date(text).toISOString());

/** Lets another division or department use a library. */
export function GrantForm({ library, onClose }: { library: Library; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const divisions = useDivisions();
  const [toDivision, setToDivision] = useState('');
  const [toDepartment, setToDepartment] = useState('');
  const [acts, setActs] = useState<GrantedAct[]>(['see']);
  const [startsAt, setStartsAt] = useState('');
  const [endsAt, setEndsAt] = useState('');
  const [reason, setReason] = useState('');
  const { busy, problem, start } = useAction(async () => {
    await post(LibraryGrant, `/api/libraries/${library.id}/grants`, {
      toDivision: toDivision || null,
      toDepartment: toDepartment.trim() || null,
      acts,
      startsAt: momentOf(startsAt),
      endsAt: momentOf(endsAt),
      reason,
    });
    onClose();
  });
  const incomplete = (toDivision === '' && toDepartment.trim() === '') || reason.trim() === '';
  return (
    <Dialog title={t('library.grantTitle', { name: library.name })} onClose={onClose}>
      <div className="field">
        <label htmlFor="grant-division">{t('library.toDivision')}</label>
        <select
          id="grant-division"
          value={toDivision}
          onChange={(happening) => setToDivision(happening.target.value)}
          data-focus-first=""
        >
          <option value="">{t('library.anyDivision')}</option>
          {divisions.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <TextField label={t('library.toDepartment')} value={toDepartment} onChange={setToDepartment} maxLength={64} />
      <fieldset className="ticks">
        <legend>{t('library.acts')}</legend>
        {GrantedAct.options.map((act) => (
          <label key={act}>
            <input
              type="checkbox"
              checked={acts.includes(act)}
              disabled={act === 'see'}
              onChange={(happening) =>
                setActs(happening.target.checked ? [...acts, act] : acts.filter((one) => one !== act))
              }
            />
            {t(`library.act.${act}`)}
          </label>
        ))}
      </fieldset>
      <div className="columns">
        <Moment id="grant-from" label={t('library.startsAt')} value={startsAt} onChange={setStartsAt} />
        <Moment id="grant-until" label={t('library.endsAt')} value={endsAt} onChange={setEndsAt} />
      </div>
      <TextField label={t('library.reason')} value={reason} onChange={setReason} lines={2} required />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="button" className="button primary" disabled={busy || incomplete} onClick={start}>
          {t('library.grant')}
        </button>
      </div>
    </Dialog>
  );
}

interface MomentProps {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function Moment({ id, label, value, onChange }: MomentProps): ReactNode {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} type="datetime-local" value={value} onChange={(happening) => onChange(happening.target.value)} />
    </div>
  );
}
