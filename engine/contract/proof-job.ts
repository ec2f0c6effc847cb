import { z } from 'zod';
import { Problem } from './problem.ts';

/** waiting: others are before it, one runs at a time. */
const ProofJobState = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);

/** Work that takes a while and is done in a process of its own; it is forgotten when the engine ends, its result is not. */
export const ProofJob = z.object({
  id: z.string(),
  kind: z.enum(['bench', 'evaluation', 'import', 'export']),
  about: z.string().describe('The version or the labelled set that it is about'),
  state: ProofJobState,
  done: z.number().int(),
  total: z.number().int().nullable().describe('null: not known yet'),
  by: z.string(),
  at: z.iso.datetime(),
  problem: Problem.nullable().describe('Why it failed'),
  result: z.string().nullable().describe('The id of what came of it, where that has one'),
});
export type ProofJob = z.infer<typeof ProofJob>;
