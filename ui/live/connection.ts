import type { Problem } from '#engine/contract/problem.ts';

/** loading: nothing known yet; live: what is shown is what is; catching-up: a gap is being closed; down: out of touch. */
type ConnectionPhase = 'loading' | 'live' | 'catching-up' | 'down';

export interface Connection {
  readonly phase: ConnectionPhase;
  /** When the server was last heard, by its clock; null: never yet. What is shown is true as of then. */
  readonly heardAtMs: number | null;
  /** Why the first load does not come about; it is tried again meanwhile. */
  readonly problem: Problem | null;
}
