import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import type { Problem } from '#engine/contract/problem.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { asProblem } from '../live/ask.ts';
import { signOut } from '../live/session.ts';
import { LanguageButton } from '../words/language-button.tsx';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { install, useInstalling } from './installing.ts';
import { OutboxList } from './outbox-list.tsx';
import { type PatrolDesk, usePatrol } from './patrol-desk.ts';
import { askForPush, endPush, isPushed, pushState } from './push.ts';
import { startSharing, stopSharing, useSharing } from './whereabouts.ts';

/** The officer's own: shift and sharing, what waits to be sent, notices, installing, signing out. */
export function OwnView(): ReactNode {
  const { t } = useWords();
  const { day, posts } = usePatrol();
  if (!day) return null;
  const { site, shift, nextShift, readAt } = day;
  const minute = (at: string) => sayMoment(at, site.timeZone).slice(0, -3);
  return (
    <div className="own-view">
      <section>
        <h2>{t('patrol.shift')}</h2>
        <p>{shift ? t('patrol.shiftNow', { until: minute(shift.endsAt) }) : !nextShift && t('patrol.noShift')}</p>
        {nextShift && (
          <p>{t('patrol.shiftNext', { from: minute(nextShift.startsAt), until: minute(nextShift.endsAt) })}</p>
        )}
        <SharingSwitch />
      </section>
      <section>
        <h2>{t('patrol.outbox')}</h2>
        <OutboxList />
      </section>
      <section>
        <h2>{t('patrol.push')}</h2>
        <PushSwitch publicKey={day.pushKey} />
      </section>
      <section>
        <h2>{t('patrol.install')}</h2>
        <Installing />
      </section>
      <section>
        <p className="quiet-line">{t('patrol.readAt', { at: sayMoment(readAt, site.timeZone) })}</p>
        {posts.length > 0 && <p>{t('patrol.signOutWaiting', { count: posts.length })}</p>}
        <LanguageButton />
        <SigningOut />
      </section>
    </div>
  );
}

function SigningOut(): ReactNode {
  const { t } = useWords();
  const { desk } = usePatrol();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setProblem(await leave(desk));
    setBusy(false);
  };
  const again = useEffectEvent(() => void run());
  // What is left is done when there is a network again.
  useEffect(() => {
    if (!problem) return;
    const online = () => again();
    addEventListener('online', online);
    return () => removeEventListener('online', online);
  }, [problem]);
  return (
    <>
      <button type="button" className="button wide" disabled={busy} data-testid="sign-out" onClick={() => void run()}>
        {t('patrol.signOut')}
      </button>
      {problem && (
        <>
          <ProblemNote problem={problem} />
          <p role="status">{t('patrol.signOutLeft')}</p>
        </>
      )}
    </>
  );
}

/**
 * Nothing of the cases stays on the phone for whoever has it next, but what is still to be sent. Each part is done whether the others
 * can be or not: without a network all but the session on the server.
 * @returns what could not be done; null: all was
 */
async function leave(desk: PatrolDesk): Promise<Problem | null> {
  stopSharing();
  let left: Problem | null = null;
  const parts = [
    () => desk.leave(),
    async () => 'caches' in window && (await caches.delete('patrol-pictures')),
    endPush,
    signOut,
  ];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      left = asProblem(error);
    }
  }
  return left;
}

function SharingSwitch(): ReactNode {
  const { t } = useWords();
  const { day } = usePatrol();
  const { on, problem } = useSharing();
  const shift = day?.shift ?? null;
  const onShift = shift !== null;
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={on}
        className="button wide switch"
        disabled={!onShift && !on}
        data-testid="share"
        onClick={() => (on || !shift ? stopSharing() : startSharing(shift.id))}
      >
        {on ? t('patrol.shareOn') : t('patrol.share')}
      </button>
      <p className="quiet-line">
        {onShift ? t('patrol.shareWhat', { days: day?.trailKeptDays ?? 0 }) : t('patrol.shareOff')}
      </p>
      {problem && (
        <p className="wrong" role="alert">
          {t(WHY_NOT_SHARED[problem.code] ?? 'patrol.noGeolocation')}
        </p>
      )}
    </>
  );
}

/** What the phone says of why it shares no places; else it knows of none itself. */
const WHY_NOT_SHARED: Partial<Record<string, 'patrol.notOnShift' | 'patrol.clockAhead'>> = {
  'not-on-shift': 'patrol.notOnShift',
  'clock-ahead': 'patrol.clockAhead',
};

function PushSwitch({ publicKey }: { publicKey: string }): ReactNode {
  const { t } = useWords();
  const [state, setState] = useState(pushState);
  const [reason, setReason] = useState<string | null>(null);
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    void isPushed().then(setOn);
  }, []);
  const ask = async () => {
    const why = await askForPush(publicKey);
    setReason(why);
    setOn(why === null);
    setState(pushState());
  };
  if (state === 'none') return <p>{t('patrol.pushNo')}</p>;
  return (
    <>
      <button type="button" className="button wide" onClick={() => void ask()}>
        {isOn && reason === null ? t('patrol.pushOn') : t('patrol.pushAsk')}
      </button>
      {reason !== null && <p className="wrong">{t('patrol.pushRefused', { reason })}</p>}
    </>
  );
}

function Installing(): ReactNode {
  const { t } = useWords();
  const state = useInstalling();
  return (
    <>
      <p>{t(`patrol.installing.${state}`)}</p>
      {state === 'offered' && (
        <button type="button" className="button wide" onClick={() => void install()}>
          {t('patrol.install')}
        </button>
      )}
    </>
  );
}
