import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Case } from '#engine/contract/case.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, go, reportAddress, useAddress } from '../addresses.ts';
import { useRoom } from '../design/room.ts';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { ask, asProblem, listOf } from '../live/ask.ts';
import { useSaidOfNow } from '../live/clock.ts';
import { useCase, useCity, useDesk } from '../live/use-live.ts';
import { BulkBar } from './bulk-bar.tsx';
import { fits, mayDispatch, mayReport, NO_FILTER } from './case-filter.ts';
import { goToAssign, goToDo, goToPairs } from './case-keys.ts';
import { CaseList } from './case-list.tsx';
import { CaseMap } from './case-map.tsx';
import { CasePanel } from './case-panel.tsx';
import { byClosing, byUrgency, type CaseTab } from './case-steps.ts';
import './dispatch.css';
import { FilterBar } from './filter-bar.tsx';
import { LampBoard } from './lamp-board.tsx';
import './queue.css';
import './case-loop.css';

const NO_CASES: Case[] = [];
/** A list that is in another order each second cannot be worked through. */
const RANKED_EVERY_MS = 5000;

/** The cases: who has which, how far it is, and what the camera says meanwhile. */
export function DispatchPage(): ReactNode {
  const { caseId } = useAddress();
  const { account } = useDesk();
  const [tab, setTab] = useState<CaseTab>('open');
  const [filter, setFilter] = useState(NO_FILTER);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const room = useRoom();
  const search = useRef<HTMLInputElement>(null);
  const nowMs = useSaidOfNow((atMs) => Math.floor(atMs / RANKED_EVERY_MS) * RANKED_EVERY_MS);
  const open = useOpenCases(nowMs);
  const closed = useClosedCases(tab === 'closed', filter.text);
  const found = useCase(caseId);
  const all = tab === 'open' ? open : closed.cases;
  const fitting = useMemo(() => all?.filter((one) => fits(one, filter, nowMs)) ?? null, [all, filter, nowMs]);
  const listed = fitting ?? NO_CASES;
  const chosen = tab === 'open' ? listed.filter(({ id }) => ticked.has(id)) : [];
  const tick = (id: string) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  /** To the case so many places below the open one; from none to the first, or the last. */
  const step = (by: 1 | -1) => {
    const here = listed.findIndex(({ id }) => id === caseId);
    const to = here < 0 ? listed.at(by === 1 ? 0 : -1) : listed[here + by];
    if (to) go(dispatchAddress(to.id));
  };
  useKeys({
    escape: () => caseId && go(dispatchAddress()),
    j: () => step(1),
    k: () => step(-1),
    x: () => caseId && tab === 'open' && mayDispatch(account) && tick(caseId),
    '/': () => search.current?.focus(),
    a: () => caseId && goToAssign(),
    d: () => caseId && goToDo(),
    m: () => caseId && goToPairs(),
    n: () => mayReport(account) && go(reportAddress()),
  });
  return (
    <div className={caseId ? 'dispatch with-case' : 'dispatch'}>
      <Header />
      <main>
        <CaseList
          cases={fitting}
          all={all?.length ?? 0}
          problem={tab === 'open' ? null : closed.problem}
          tab={tab}
          onTab={setTab}
          chosenId={caseId}
          ticked={ticked}
          onTick={tab === 'open' && mayDispatch(account) ? tick : null}
          filters={<FilterBar filter={filter} cases={all ?? []} onFilter={setFilter} searchRef={search} />}
          bulk={chosen.length > 0 && <BulkBar chosen={chosen} onClear={() => setTicked(new Set())} />}
        />
        {caseId ? <CasePanel key={caseId} found={found} /> : <LampBoard cases={open} onFilter={setFilter} />}
        {(room === 'wide' || (room === 'desk' && !caseId)) && <CaseMap cases={listed} chosenId={caseId} />}
      </main>
    </div>
  );
}

function useOpenCases(nowMs: number): Case[] {
  const { cases } = useCity();
  return useMemo(
    () => [...cases.values()].filter((one) => one.state !== 'closed').sort(byUrgency(nowMs)),
    [cases, nowMs],
  );
}

/** The newest closed cases in which a text is, and those that were closed since. */
function useClosedCases(wanted: boolean, text: string): { cases: Case[] | null; problem: Problem | null } {
  const { cases } = useCity();
  const [read, setRead] = useState<{ items: Case[] | null; problem: Problem | null }>({ items: null, problem: null });
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    const query = new URLSearchParams({ state: 'closed', limit: '200', ...(text.trim() && { text: text.trim() }) });
    ask(listOf(Case), `/api/cases?${query}`, { signal: stop.signal }).then(
      ({ items }) => setRead({ items, problem: null }),
      (error) => stop.signal.aborted || setRead({ items: null, problem: asProblem(error) }),
    );
    return () => stop.abort();
  }, [wanted, text]);
  if (!read.items) return { cases: null, problem: read.problem };
  const byId = new Map(read.items.map((one) => [one.id, one]));
  for (const one of cases.values()) {
    if (one.state === 'closed') byId.set(one.id, one);
    else byId.delete(one.id);
  }
  return { cases: [...byId.values()].sort(byClosing), problem: null };
}
