import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Account } from '#engine/contract/account.ts';
import { useAddress } from '../addresses.ts';
import { FaultWall } from '../design/fault-wall.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useSession } from '../live/session.ts';
import { LoginPage } from '../login/login-page.tsx';
import { useWords } from '../words/words.ts';
import { CaseView } from './case-view.tsx';
import { MapView } from './map-view.tsx';
import { ACCOUNT_KEPT_AS } from './outbox.ts';
import { OwnView } from './own-view.tsx';
import { PatrolBar } from './patrol-bar.tsx';
import { PatrolContext, PatrolDesk, usePatrol } from './patrol-desk.ts';
import { renewPush } from './push.ts';
import { ReportView } from './report-view.tsx';
import { TaskList } from './task-list.tsx';
import { shareIn } from './whereabouts.ts';

/** The officer's phone: signing in, and behind it the day. Without a network, the account that was here last goes on. */
export function PatrolPage(): ReactNode {
  const session = useSession();
  const [kept] = useState(readKeptAccount);
  const account = session.state === 'signed-in' ? session.account : session.state === 'unknown' ? kept : null;
  useEffect(() => {
    if (session.state === 'signed-in') localStorage.setItem(ACCOUNT_KEPT_AS, JSON.stringify(session.account));
    if (session.state === 'signed-out' && session.why === 'left') localStorage.removeItem(ACCOUNT_KEPT_AS);
  }, [session]);
  if (session.state === 'signed-out') return <LoginPage why={session.why} />;
  if (!account) return <Waiting problem={session.state === 'unknown' ? session.problem : null} />;
  if (!account.roles.includes('officer')) return <NotOfficer />;
  return <SignedIn key={account.id} account={account} />;
}

function readKeptAccount(): Account | null {
  try {
    return Account.parse(JSON.parse(localStorage.getItem(ACCOUNT_KEPT_AS) ?? 'null'));
  } catch {
    return null;
  }
}

function SignedIn({ account }: { account: Account }): ReactNode {
  const [desk, setDesk] = useState<PatrolDesk | null>(null);
  const opening = useRef(account);
  useEffect(() => {
    const opened = new PatrolDesk(opening.current);
    setDesk(opened);
    return () => opened.close();
  }, []);
  if (!desk) return null;
  return (
    <PatrolContext value={desk}>
      <Day />
    </PatrolContext>
  );
}

function Day(): ReactNode {
  const { day, problem } = usePatrol();
  const { caseId, search } = useAddress();
  const tab = new URLSearchParams(search).get('tab');
  const shiftId = day?.shift?.id ?? null;
  const isKnown = day !== null;
  useEffect(() => {
    if (isKnown) shareIn(shiftId);
  }, [isKnown, shiftId]);
  const pushKey = day?.pushKey;
  useEffect(() => {
    if (pushKey) void renewPush(pushKey);
  }, [pushKey]);
  if (!day) return <Waiting problem={problem} />;
  return (
    <div className="patrol">
      <PatrolBar />
      <main>
        <FaultWall key={search}>
          {caseId ? (
            <CaseView key={caseId} caseId={caseId} />
          ) : tab === 'map' ? (
            <MapView />
          ) : tab === 'report' ? (
            <ReportView />
          ) : tab === 'own' ? (
            <OwnView />
          ) : (
            <TaskList />
          )}
        </FaultWall>
      </main>
    </div>
  );
}

function Waiting({ problem }: { problem: Parameters<typeof ProblemNote>[0]['problem'] | null }): ReactNode {
  const { t } = useWords();
  return (
    <main className="waiting-page" aria-busy="true">
      <p className="quiet-line">{problem ? t('login.waiting') : t('loading')}</p>
      {problem && <ProblemNote problem={problem} />}
    </main>
  );
}

function NotOfficer(): ReactNode {
  const { t } = useWords();
  return (
    <main className="waiting-page">
      <p>{t('patrol.notOfficer')}</p>
      <a className="button primary" href="/">
        {t('patrol.toDesk')}
      </a>
    </main>
  );
}
