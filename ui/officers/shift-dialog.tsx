import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Officer } from '#engine/contract/officer.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { asProblem, post, request } from '../live/ask.ts';
import { serverNowMs } from '../live/clock.ts';
import { useDesk } from '../live/use-live.ts';
import { sayDay, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

const MOST_DAYS = 31;
const DAY_MS = 86_400_000;

/** Plans an officer's shifts, one day or several in a row, and cancels them. */
export function ShiftDialog({
  officer,
  onClose,
  onDone,
}: {
  officer: Officer;
  onClose: () => void;
  onDone: () => void;
}): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [day, setDay] = useState(() => sayDay(serverNowMs(), site.timeZone));
  const [from, setFrom] = useState('08:00');
  const [until, setUntil] = useState('18:00');
  const [days, setDays] = useState('1');
  const address = `/api/officers/${encodeURIComponent(officer.id)}/shifts`;
  const adding = useAction(async () => {
    const count = Math.max(1, Math.min(MOST_DAYS, Math.round(Number(days)) || 1));
    try {
      for (let i = 0; i < count; i++) {
        const on = new Date(Date.parse(`${day}T00:00:00Z`) + i * DAY_MS).toISOString().slice(0, 10);
        await post(Officer, address, { day: on, from, until });
      }
    } finally {
      onDone();
    }
  });
  const [cancelled, setCancelled] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const cancel = async (id: string) => {
    setCancelled(id);
    setProblem(null);
    await request(`/api/shifts/${encodeURIComponent(id)}`, { method: 'DELETE' }).catch((error) =>
      setProblem(asProblem(error)),
    );
    setCancelled(null);
    onDone();
  };
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    adding.start();
  };
  return (
    <Dialog title={t('officers.planTitle', { name: officer.displayName })} onClose={onClose}>
      <form className="body" onSubmit={submit}>
        <div className="shift-fields">
          <TimeField label={t('officers.day')} type="date" value={day} onChange={setDay} />
          <TimeField label={t('officers.from')} type="time" value={from} onChange={setFrom} />
          <TimeField label={t('officers.until')} type="time" value={until} onChange={setUntil} />
          <TimeField label={t('officers.repeat')} type="number" value={days} onChange={setDays} />
        </div>
        <p className="quiet-line">{t('officers.untilHint', { zone: site.timeZone })}</p>
        {adding.problem && <ProblemNote problem={adding.problem} kept />}
        {problem && <ProblemNote problem={problem} />}
        <div className="actions">
          <button type="submit" className="button primary" disabled={adding.busy}>
            {t('officers.submit')}
          </button>
        </div>
        <ul className="shifts">
          {officer.shifts.map(({ id, startsAt, endsAt }) => (
            <li key={id}>
              <span>
                {sayMoment(startsAt, site.timeZone).slice(0, -3)} – {sayMoment(endsAt, site.timeZone).slice(0, -3)}
              </span>
              <button type="button" className="button" disabled={cancelled === id} onClick={() => void cancel(id)}>
                {t('officers.cancel')}
              </button>
            </li>
          ))}
          {officer.shifts.length === 0 && <li className="quiet-line">{t('officers.noShift')}</li>}
        </ul>
      </form>
    </Dialog>
  );
}

function TimeField(props: {
  label: string;
  type: 'date' | 'time' | 'number';
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  const { label, type, value, onChange } = props;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        required
        value={value}
        {...(type === 'number' && { min: 1, max: MOST_DAYS })}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}
