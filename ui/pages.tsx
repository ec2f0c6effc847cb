import { type ReactNode, useEffect, useState } from 'react';
import type { Account } from '#engine/contract/account.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { Site } from '#engine/contract/site.ts';
import {
  algorithmsAddress,
  appraisalAddress,
  auditAddress,
  cameraOfPath,
  dispatchAddress,
  go,
  handoverAddress,
  healthAddress,
  liveAddress,
  machineAddress,
  officersAddress,
  ownAddress,
  policiesAddress,
  poolAddress,
  reportAddress,
  rolloutAddress,
  useAddress,
  wallAddress,
} from './addresses.ts';
import { AlgorithmsPage } from './algorithms/algorithms-page.tsx';
import { ProofPage } from './algorithms/proof/proof-page.tsx';
import { RolloutPage } from './algorithms/rollout/rollout-page.tsx';
import { AppraisalPage } from './appraisal/appraisal-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { CameraPage } from './cameras/camera-page.tsx';
import { MachinePage } from './case-rules/machine-page.tsx';
import { PoliciesPage } from './case-rules/policies-page.tsx';
import { FaultWall } from './design/fault-wall.tsx';
import { ProblemNote } from './design/problem-note.tsx';
import { DispatchPage } from './dispatch/dispatch-page.tsx';
import { ReportPage } from './dispatch/report-page.tsx';
import { HandoverPage } from './handover/handover-page.tsx';
import { HealthPage } from './health/health-page.tsx';
import { ask, asProblem } from './live/ask.ts';
import { LiveCity } from './live/live-city.ts';
import { useSession } from './live/session.ts';
import { type Desk, DeskContext } from './live/use-live.ts';
import { serverWire } from './live/wire.ts';
import { LoginPage } from './login/login-page.tsx';
import { OfficersPage } from './officers/officers-page.tsx';
import { PoolPage } from './pool/pool-page.tsx';
import { VideoPage } from './video/video-page.tsx';
import { WallPage } from './wall/wall-page.tsx';
import { useWords } from './words/words.ts';

/** The whole page: signing in, and behind it the wall and the dispatch page over one live city. */
export function Pages(): ReactNode {
  const session = useSession();
  const address = useAddress();
  const { state } = session;
  useEffect(() => {
    const here = location.pathname + location.search;
    if (state === 'signed-out' && location.pathname !== '/login') {
      go(here === wallAddress() ? '/login' : `/login?next=${encodeURIComponent(here)}`, 'replace');
    }
    if (state === 'signed-in' && location.pathname === '/login') {
      go(ownAddress(new URLSearchParams(location.search).get('next')), 'replace');
    }
  }, [state]);
  if (session.state === 'unknown') return <Waiting problem={session.problem} />;
  if (session.state === 'signed-out') return <LoginPage why={session.why} />;
  return <SignedIn key={session.account.id} account={session.account} path={address.path} />;
}

function SignedIn({ account, path }: { account: Account; path: string }): ReactNode {
  // An officer's page is another one, and the city is not theirs to see.
  const isOfficer = account.roles.every((role) => role === 'officer');
  useEffect(() => {
    if (isOfficer) location.replace('/patrol');
  }, [isOfficer]);
  return isOfficer ? null : <AtDesk account={account} path={path} />;
}

function AtDesk({ account, path }: { account: Account; path: string }): ReactNode {
  const { language } = useWords();
  const { desk, problem } = useOpenDesk(account);
  useEffect(() => {
    if (desk) document.title = desk.site.name[language];
  }, [desk, language]);
  if (!desk) return <Waiting problem={problem} />;
  return (
    <DeskContext value={desk}>
      <FaultWall key={path}>{pageAt(path)}</FaultWall>
    </DeskContext>
  );
}

function pageAt(path: string): ReactNode {
  const cameraId = cameraOfPath(path);
  if (cameraId !== null) return <CameraPage id={cameraId} />;
  if (path.startsWith(rolloutAddress())) return <RolloutPage />;
  if (path.startsWith(algorithmsAddress())) return <AlgorithmsPage />;
  if (path === machineAddress()) return <MachinePage />;
  if (path === policiesAddress()) return <PoliciesPage />;
  if (path === reportAddress()) return <ReportPage />;
  if (path.startsWith(dispatchAddress())) return <DispatchPage />;
  if (path.startsWith(appraisalAddress())) return <AppraisalPage />;
  if (path.startsWith(auditAddress())) return <AuditPage />;
  if (path.startsWith(handoverAddress())) return <HandoverPage />;
  if (path.startsWith(officersAddress())) return <OfficersPage />;
  if (path.startsWith(healthAddress())) return <HealthPage />;
  if (path.startsWith('/proof')) return <ProofPage />;
  if (path.startsWith(poolAddress())) return <PoolPage />;
  return path.startsWith(liveAddress()) ? <VideoPage /> : <WallPage />;
}

const AGAIN_AFTER_MS = 2000;

/** Reads the site and opens the live city; tried again until the server answers, closed when the person leaves. */
function useOpenDesk(account: Account): { desk: Desk | null; problem: Problem | null } {
  const [opened, setOpened] = useState<{ desk: Desk | null; problem: Problem | null }>({ desk: null, problem: null });
  useEffect(() => {
    let live: LiveCity | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = new AbortController();
    const open = async () => {
      try {
        const site = await ask(Site, '/api/site', { signal: stop.signal });
        live = new LiveCity(serverWire);
        setOpened({ desk: { site, account, live }, problem: null });
      } catch (error) {
        if (stop.signal.aborted) return;
        setOpened({ desk: null, problem: asProblem(error) });
        timer = setTimeout(open, AGAIN_AFTER_MS);
      }
    };
    void open();
    return () => {
      stop.abort();
      clearTimeout(timer);
      live?.close();
    };
  }, [account]);
  return opened;
}

function Waiting({ problem }: { problem: Problem | null }): ReactNode {
  const { t } = useWords();
  return (
    <main className="waiting-page" aria-busy="true">
      <p className="quiet-line">{problem ? t('login.waiting') : t('loading')}</p>
      {problem && <ProblemNote problem={problem} />}
    </main>
  );
}
