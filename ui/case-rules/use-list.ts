import { useCallback, useEffect, useState } from 'react';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, listOf } from '../live/ask.ts';

/** A list of the API, read again when it is asked for. */
export function useList<T>(item: Parameters<typeof listOf<T>>[0], path: string) {
  const [read, setRead] = useState<{ items: T[] | null; problem: Problem | null }>({ items: null, problem: null });
  const [asked, setAsked] = useState(0);
  const key = `${path} ${asked}`;
  useEffect(() => {
    const stop = new AbortController();
    ask(listOf(item), key.split(' ')[0]!, { signal: stop.signal }).then(
      ({ items }) => setRead({ items, problem: null }),
      (error) => stop.signal.aborted || setRead((before) => ({ ...before, problem: asProblem(error) })),
    );
    return () => stop.abort();
  }, [key, item]);
  return { ...read, again: useCallback(() => setAsked((n) => n + 1), []) };
}
