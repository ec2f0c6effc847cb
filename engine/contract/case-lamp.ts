import { z } from 'zod';

const Count = z.number().int();

/** How many open cases of a unit have which lamp (亮灯): red is overdue, yellow nearly so, paused stands still, none is not timed. */
export const LampCount = z.object({
  unitId: z.string().nullable().describe('null: sent to nobody yet'),
  unitName: z.string().nullable(),
  red: Count,
  yellow: Count,
  green: Count,
  paused: Count,
  none: Count,
});
export type LampCount = z.infer<typeof LampCount>;
