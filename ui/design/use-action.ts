import { useState } from 'react';
import type { Problem } from '#engine/contract/problem.ts';
import { asProblem } from '../live/ask.ts';

/** A request that a person started: whether it is under way, and why it failed. A second press meanwhile does nothing. */
export function useAction(run: () => Promise<void>): {
  busy: boolean;
  problem: Problem | null;
  start: () => void;
  forget: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start = () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    run()
      .catch((error) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  };
  return { busy, problem, start, forget: () => setProblem(null) };
}
