import { useEffect, useState } from 'react';
import { LikelyDuplicate } from '#engine/contract/case.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, listOf } from '../live/ask.ts';

/** What is to be reported, and where. */
export interface Reported {
  codeset: string;
  code: string;
  lngLat: [number, number];
}

interface NearCases {
  /** null: not asked, or not answered. */
  found: LikelyDuplicate[] | null;
  problem: Problem | null;
  waiting: boolean;
}

const TYPED_MS = 350;

/** The open cases that may be about what is to be reported, asked for as soon as its class and place are known. */
export function useNearCases(of: Reported | null): NearCases {
  const query =
    of &&
    new URLSearchParams({
      ...{ codeset: of.codeset, code: of.code },
      ...{ lng: String(of.lngLat[0]), lat: String(of.lngLat[1]) },
    }).toString();
  const [read, setRead] = useState<{ of: string; found: LikelyDuplicate[] | null; problem: Problem | null } | null>(
    null,
  );
  useEffect(() => {
    if (query === null) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(listOf(LikelyDuplicate), `/api/case-reports/duplicates?${query}`, { signal: stop.signal }).then(
        ({ items }) => setRead({ of: query, found: items, problem: null }),
        (error) => stop.signal.aborted || setRead({ of: query, found: null, problem: asProblem(error) }),
      );
    }, TYPED_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  const isOfThis = query !== null && read?.of === query;
  return {
    found: isOfThis ? read.found : null,
    problem: isOfThis ? read.problem : null,
    waiting: query !== null && !isOfThis,
  };
}
