import { z } from 'zod';

/** Every error that the API answers with: what was got, and what was expected. */
export const Problem = z.object({
  code: z.string(),
  message: z.string(),
  got: z.unknown(),
  expected: z.unknown(),
});
export type Problem = z.infer<typeof Problem>;
