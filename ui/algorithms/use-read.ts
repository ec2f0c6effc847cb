import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem } from '../live/ask.ts';

/** What is at a path, and why it could not be read last; what was read before stays beside a problem. */
export interface Read<T> {
  /** null: not read yet. */
  found: T | null;
  problem: Problem | null;
  /** Reads it anew at once. */
  again: () => void;
}

/** What is at a path, read every so often, or once and when it is asked for anew; path null: nothing is wanted. */
export function useRead<T>(schema: z.ZodType<T>, path: string | null, everyMs: number | null = null): Read<T> {
  const [read, setRead] = useState<{ path: string | null; found: T | null; problem: Problem | null }>({
    path: null,
    found: null,
    problem: null,
  });
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn says that it is wanted anew
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const found = await ask(schema, path, { signal: stop.signal });
        setRead({ path, found, problem: null });
      } catch (error) {
        if (stop.signal.aborted) return;
        const problem = asProblem(error);
        setRead((held) => ({ path, found: held.path === path ? held.found : null, problem }));
      }
      if (everyMs !== null && !stop.signal.aborted) timer = setTimeout(look, everyMs);
    };
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [schema, path, everyMs, turn]);
  const own = read.path === path ? read : { found: null, problem: null };
  return { found: own.found, problem: own.problem, again: () => setTurn((held) => held + 1) };
}
