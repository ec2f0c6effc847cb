import { z } from 'zod';

/** How the camera that raised a case looks again (核查) once somebody says that it was handled. */
export const CaseChecks = z.strictObject({
  afterMs: z
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(10_000)
    .describe('The first look comes so long after it was handled: whoever did it is still in the picture'),
  frames: z.number().int().min(1).max(20).default(3).describe('So many looks in a row must agree'),
  everyMs: z.number().int().min(500).max(60_000).default(3000).describe('Time between two looks'),
  withinMs: z
    .number()
    .int()
    .min(5000)
    .max(3_600_000)
    .default(180_000)
    .describe('What the camera could not tell by then a person checks'),
  closing: z
    .enum(['person', 'automatic'])
    .default('person')
    .describe('What the camera sees is gone a person closes, or nobody need to'),
});
export type CaseChecks = z.infer<typeof CaseChecks>;
