import { z } from 'zod';

/** What takes a version on trial back without anybody's doing; in full for its first day, where there is one before it. */
export const RolloutLimits = z.strictObject({
  lookMs: z
    .number()
    .min(1)
    .max(60_000)
    .default(1000)
    .describe('How long a look may take, the way there and back included, in the mean of a minute with at least 20'),
  deathsPerHour: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('So many ends of its process in an hour; three in a minute are a quarantine in any case'),
  falseShare: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .describe('Share of its judged alerts that were called false, of at least 5'),
  extraPerCameraHour: z
    .number()
    .gt(0)
    .max(10_000)
    .default(6)
    .describe('In the shadow: what it alone would have raised, a camera and hour, of at least 5'),
});
export type RolloutLimits = z.infer<typeof RolloutLimits>;

export const RolloutShare = z.number().min(0.01).max(1);
/** A tenth of the cameras, where nothing else is said. */
export const DEFAULT_SHARE = 0.1;
