import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { ControlArea, HeldBack } from '#engine/contract/case-policy.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, asProblem, listOf, post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

interface AreaItemProps {
  area: ControlArea;
  mayWrite: boolean;
  onRevoked: () => void;
}

/** One area: what holds there, who said so and why, what was held back, and how it is revoked. */
export function AreaItem({ area, mayWrite, onRevoked }: AreaItemProps): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const list = new Intl.ListFormat(language);
  const { name, hours, rules, reason, by, at, heldBack, revokedAt, revokedBy, revokeReason } = area;
  const [open, setOpen] = useState(false);
  return (
    <li className={revokedAt ? 'past' : undefined} data-testid="control-area">
      <p>
        <strong>{name}</strong>{' '}
        <span className="chip">{revokedAt ? t('caseRules.revoked') : t('caseRules.inForce')}</span>
      </p>
      <p>
        {hours ? list.format(hours) : t('caseRules.always')} ·{' '}
        {rules ? list.format(rules.map((rule) => t(`rule.${rule}`))) : t('caseRules.allRules')}
      </p>
      <p className="quiet-line">
        {reason} · {by} · {sayMoment(at, site.timeZone)}
      </p>
      {revokedAt && (
        <p className="quiet-line">
          {t('caseRules.revokedBy', { by: revokedBy ?? t('unknown'), at: sayMoment(revokedAt, site.timeZone) })}
          {revokeReason && ` · ${revokeReason}`}
        </p>
      )}
      <button
        type="button"
        className="button"
        aria-expanded={open}
        disabled={heldBack === 0}
        onClick={() => setOpen(!open)}
      >
        {t('caseRules.heldBack', { count: heldBack })}
      </button>
      {open && <HeldBackList area={area} />}
      {mayWrite && !revokedAt && <Revoke area={area} onRevoked={onRevoked} />}
    </li>
  );
}

function HeldBackList({ area: { id } }: { area: ControlArea }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [read, setRead] = useState<{ items: HeldBack[] | null; problem: Problem | null }>({
    items: null,
    problem: null,
  });
  useEffect(() => {
    const stop = new AbortController();
    ask(listOf(HeldBack), `/api/held-back?area=${encodeURIComponent(id)}`, { signal: stop.signal }).then(
      ({ items }) => setRead({ items, problem: null }),
      (error) => stop.signal.aborted || setRead({ items: null, problem: asProblem(error) }),
    );
    return () => stop.abort();
  }, [id]);
  if (read.problem) return <ProblemNote problem={read.problem} />;
  return (
    <ul className="held-back">
      {read.items?.map((one) => (
        <li key={one.id} data-testid="held-back">
          {t(`rule.${one.rule}`)} · {one.cameraName}
          <span className="quiet-line">
            {' '}
            {sayMoment(one.firstAt, site.timeZone)} – {sayMoment(one.lastAt, site.timeZone)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Revoke({ area: { id }, onRevoked }: { area: ControlArea; onRevoked: () => void }): ReactNode {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [pressed, setPressed] = useState(false);
  const { busy, problem, start } = useAction(async () => {
    await post(ControlArea, `/api/control-areas/${encodeURIComponent(id)}/revoke`, { reason: reason.trim() });
    onRevoked();
  });
  if (!asking) {
    return (
      <button type="button" className="button" onClick={() => setAsking(true)}>
        {t('caseRules.revoke')}
      </button>
    );
  }
  const missing = reason.trim() === '';
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!missing) start();
  };
  return (
    <form onSubmit={submit} noValidate>
      <TextField
        label={t('caseRules.revokeReason')}
        value={reason}
        onChange={setReason}
        required
        focusFirst
        wrong={pressed && missing ? t('caseRules.reasonNeeded') : null}
      />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy}>
          {t('caseRules.revokeSubmit')}
        </button>
      </div>
    </form>
  );
}
