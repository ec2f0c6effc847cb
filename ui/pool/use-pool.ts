import { useCallback, useEffect, useRef, useState } from 'react';
import { type PoolCounts, PoolPage, PoolCounts as ReadCounts } from '#engine/contract/camera-pool.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem } from '../live/ask.ts';
import { useCalmed } from '../live/use-calmed.ts';
import { useCity } from '../live/use-live.ts';

/** What the list is narrowed to; '' lets everything through. */
export interface PoolWish {
  text: string;
  county: string;
  department: string;
  /** A `CameraHealth`. */
  health: string;
  /** The id of an outage. */
  outage: string;
  kind: '' | 'analysed' | 'registered' | 'inspection';
  /** The id of a topic library. */
  library: string;
}

const EVERYTHING: PoolWish = {
  text: '',
  county: '',
  department: '',
  health: '',
  outage: '',
  kind: '',
  library: '',
};
const PAGE = 100;
const TYPED_OUT_MS = 200;
/** Somewhere in a city a camera changes each second: the list follows this often. */
const FOLLOWS_EVERY_MS = 5000;

/** The wish that an address names: another page's number opens its rows. */
export function wishOf(search: string): PoolWish {
  const query = new URLSearchParams(search);
  const named = (name: string) => query.get(name) ?? '';
  const { text, kind, library } = EVERYTHING;
  const [county, department, health, outage] = ['county', 'department', 'health', 'outage'].map(named) as [
    string,
    string,
    string,
    string,
  ];
  return { text, county, department, health, outage, kind, library };
}

/** The wish as a query; the tree’s counts leave out what the tree itself chooses. */
function queryOf(
  { text, county, department, health, outage, kind, library }: PoolWish,
  tree: boolean,
): URLSearchParams {
  const query = new URLSearchParams();
  if (text.trim()) query.set('text', text.trim());
  if (tree && county) query.set('county', county);
  if (tree && department) query.set('department', department);
  if (health) query.set('health', health);
  if (outage) query.set('outage', outage);
  if (library) query.set('library', library);
  if (kind === 'inspection') query.set('inspection', 'true');
  else if (kind) query.set('analysed', String(kind === 'analysed'));
  return query;
}

export interface Pool {
  /** null: not read yet. */
  page: PoolPage | null;
  counts: PoolCounts | null;
  problem: Problem | null;
  /** Reads the next page and adds it; null: there is none. */
  more: (() => void) | null;
}

/** The part of the pool that is wished for; read anew when the wish or the pool itself changes. */
export function usePool(wish: PoolWish): Pool {
  const { poolSeq, cameraSeq } = useCity();
  const followedSeq = useCalmed(cameraSeq, FOLLOWS_EVERY_MS);
  const [page, setPage] = useState<PoolPage | null>(null);
  const [counts, setCounts] = useState<PoolCounts | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const listed = queryOf(wish, true).toString();
  const counted = queryOf(wish, false).toString();
  const shown = useRef(listed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the seqs say that the same question has another answer
  useEffect(() => {
    const stop = new AbortController();
    shown.current = listed;
    const { signal } = stop;
    const read = async () => {
      try {
        const [items, sums] = await Promise.all([
          ask(PoolPage, `/api/camera-pool?limit=${PAGE}&${listed}`, { signal }),
          ask(ReadCounts, `/api/camera-pool-counts?${counted}`, { signal }),
        ]);
        setPage(items);
        setCounts(sums);
        setProblem(null);
      } catch (error) {
        if (!signal.aborted) setProblem(asProblem(error));
      }
    };
    const timer = setTimeout(read, TYPED_OUT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [listed, counted, poolSeq, followedSeq]);
  const next = page?.next ?? null;
  const more = useCallback(() => {
    if (next === null) return;
    const of = shown.current;
    ask(PoolPage, `/api/camera-pool?limit=${PAGE}&${of}&after=${encodeURIComponent(next)}`).then(
      (read) =>
        shown.current === of &&
        setPage((before) => (before?.next === next ? { ...read, items: [...before.items, ...read.items] } : before)),
      (error) => setProblem(asProblem(error)),
    );
  }, [next]);
  return { page, counts, problem, more: next === null ? null : more };
}
