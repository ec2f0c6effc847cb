import { z } from 'zod';
import { ExecutionProvider } from '#config/execution-provider.ts';

/** Open without login, so it names no camera. */
export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  cameras: z.object({ online: z.number().int(), offline: z.number().int() }),
  shards: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['starting', 'running', 'down']),
      cameras: z.number().int(),
      provider: ExecutionProvider.nullable().describe('Where its model runs; null until it has opened it'),
      verifiers: z
        .array(z.object({ model: z.string(), isOpen: z.boolean() }))
        .describe('Second models of rules; what one that is not open should verify is raised unverified'),
      restarts: z.number().int(),
      uptimeMs: z.number(),
    }),
  ),
});
export type Health = z.infer<typeof Health>;
