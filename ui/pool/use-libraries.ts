import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { Library } from '#engine/contract/library.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, listOf } from '../live/ask.ts';
import { useCity } from '../live/use-live.ts';

interface Read<T> {
  /** null: not read yet. */
  found: T | null;
  problem: Problem | null;
}

/** What is at a path, read anew whenever a library, a grant or the pool changes. null: nothing is wanted. */
export function useReadAnew<T>(schema: z.ZodType<T>, path: string | null): Read<T> {
  const { poolSeq } = useCity();
  const [read, setRead] = useState<Read<T> & { path: string | null }>({ path: null, found: null, problem: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: poolSeq says that the same question has another answer
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    ask(schema, path, { signal: stop.signal }).then(
      (found) => setRead({ path, found, problem: null }),
      (error) => stop.signal.aborted || setRead({ path, found: null, problem: asProblem(error) }),
    );
    return () => stop.abort();
  }, [schema, path, poolSeq]);
  return read.path === path ? read : { found: null, problem: null };
}

const LIBRARIES = listOf(Library);

/** The topic libraries of one's own and those granted, by name. */
export function useLibraries(): Read<{ items: Library[] }> {
  return useReadAnew(LIBRARIES, '/api/libraries');
}
