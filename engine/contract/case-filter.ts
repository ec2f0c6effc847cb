import { z } from 'zod';
import { Severity } from '#config/rule.ts';
import { NewCaseEntry } from './case.ts';
import { Problem } from './problem.ts';

const Text = z.string().max(100);

/** What of the queue is looked at; "" lets everything through. */
export const CaseFilter = z.strictObject({
  text: Text.default(''),
  lamp: z.enum(['', 'red', 'yellow', 'green', 'paused', 'none']).default(''),
  severity: z.union([z.literal(''), Severity]).default(''),
  county: Text.default('').describe('A GB/T 2260 code'),
  unit: Text.default('').describe('The id of a unit, or "none": sent to nobody'),
  class: Text.default('').describe('"codeset code"'),
});
export type CaseFilter = z.infer<typeof CaseFilter>;

export const NewSavedFilter = z.strictObject({ name: z.string().trim().min(1).max(40), filter: CaseFilter });
export const SavedFilter = NewSavedFilter.extend({ id: z.string() });
export type SavedFilter = z.infer<typeof SavedFilter>;

/** The same step with several cases; each is let or refused on its own. */
export const NewCaseEntries = z.strictObject({
  caseIds: z.array(z.string().max(64)).min(1).max(200),
  entry: NewCaseEntry,
});

export const CaseEntryOutcomes = z.object({
  items: z.array(z.object({ caseId: z.string(), problem: Problem.nullable().describe('null: it was done') })),
});
export type CaseEntryOutcomes = z.infer<typeof CaseEntryOutcomes>;
