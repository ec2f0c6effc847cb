import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem } from './ask.ts';

export interface Asked<T> {
  /** null: not read yet. What was read last stays while the same is asked for anew. */
  found: T | null;
  problem: Problem | null;
}

/** What the API answers to a path; asked anew when `seq` says that the same question has another answer. */
export function useAsked<T>(schema: z.ZodType<T>, path: string, seq: number): Asked<T> {
  const [read, setRead] = useState<Asked<T> & { path: string }>({ path, found: null, problem: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: seq says that the same question has another answer
  useEffect(() => {
    const stop = new AbortController();
    ask(schema, path, { signal: stop.signal }).then(
      (found) => setRead({ path, found, problem: null }),
      (error) =>
        stop.signal.aborted ||
        setRead((before) => ({ path, found: before.path === path ? before.found : null, problem: asProblem(error) })),
    );
    return () => stop.abort();
  }, [schema, path, seq]);
  return read.path === path ? read : { found: null, problem: null };
}
