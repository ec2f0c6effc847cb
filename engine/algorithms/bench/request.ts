import { z } from 'zod';

/** What is benched: a version's `prepared` folder, and pictures to look at (none: noise). */
export const BenchRequest = z.strictObject({ prepared: z.string(), pictures: z.array(z.string()) });

/** What it takes, as measured in the process that opened it. */
export const BenchResult = z.object({
  msP50: z.number().positive(),
  msP95: z.number().positive(),
  loadMs: z.number().positive(),
  rssBytes: z.number().int().nonnegative(),
  pictures: z.number().int().positive(),
  onSamples: z.boolean(),
});
export type BenchResult = z.infer<typeof BenchResult>;
