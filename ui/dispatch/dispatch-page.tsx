import { type ReactNode, useEffect, useState } from 'react';
import { Case } from '#engine/contract/case.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, go, useAddress } from '../addresses.ts';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { ask, asProblem, listOf } from '../live/ask.ts';
import { useSaidOfNow } from '../live/clock.ts';
import { useCase, useCity } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { CaseList } from './case-list.tsx';
import { CasePanel } from './case-panel.tsx';
import { byClosing, byUrgency, type CaseFilter } from './case-steps.ts';
import './dispatch.css';
import './case-loop.css';

/** A list that is in another order each second cannot be worked through. */
const RANKED_EVERY_MS = 5000;

/** The cases: who has which, how far it is, and what the camera says meanwhile. */
export function DispatchPage(): ReactNode {
  const { t } = useWords();
  const { caseId } = useAddress();
  const [filter, setFilter] = useState<CaseFilter>('open');
  const open = useOpenCases();
  const closed = useClosedCases(filter === 'closed');
  const found = useCase(caseId);
  const listed = (filter === 'open' ? open : closed.cases) ?? [];
  /** To the case so many places below the open one; from none to the first, or the last. */
  const step = (by: 1 | -1) => {
    const here = listed.findIndex(({ id }) => id === caseId);
    const to = here < 0 ? listed.at(by === 1 ? 0 : -1) : listed[here + by];
    if (to) go(dispatchAddress(to.id));
  };
  useKeys({ escape: () => caseId && go(dispatchAddress()), j: () => step(1), k: () => step(-1) });
  return (
    <div className={caseId ? 'dispatch with-case' : 'dispatch'}>
      <Header />
      <main>
        <CaseList
          cases={filter === 'open' ? open : closed.cases}
          problem={filter === 'open' ? null : closed.problem}
          filter={filter}
          onFilter={setFilter}
          chosenId={caseId}
        />
        {caseId ? (
          <CasePanel key={caseId} found={found} />
        ) : (
          <section className="surface empty none-chosen">
            <p>{t('dispatch.choose')}</p>
          </section>
        )}
      </main>
    </div>
  );
}

function useOpenCases(): Case[] {
  const { cases } = useCity();
  const nowMs = useSaidOfNow((atMs) => Math.floor(atMs / RANKED_EVERY_MS) * RANKED_EVERY_MS);
  return [...cases.values()].filter((one) => one.state !== 'closed').sort(byUrgency(nowMs));
}

/** The closed cases as asked for, and those that were closed since. */
function useClosedCases(wanted: boolean): { cases: Case[] | null; problem: Problem | null } {
  const { cases } = useCity();
  const [read, setRead] = useState<{ items: Case[] | null; problem: Problem | null }>({ items: null, problem: null });
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    ask(listOf(Case), '/api/cases?state=closed', { signal: stop.signal }).then(
      ({ items }) => setRead({ items, problem: null }),
      (error) => stop.signal.aborted || setRead({ items: null, problem: asProblem(error) }),
    );
    return () => stop.abort();
  }, [wanted]);
  if (!read.items) return { cases: null, problem: read.problem };
  const byId = new Map(read.items.map((one) => [one.id, one]));
  for (const one of cases.values()) {
    if (one.state === 'closed') byId.set(one.id, one);
    else byId.delete(one.id);
  }
  return { cases: [...byId.values()].sort(byClosing), problem: null };
}
