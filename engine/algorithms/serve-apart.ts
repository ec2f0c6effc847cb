import type { z } from 'zod';
import { Refusal } from '../contract/refusal.ts';

/** Says how far the work is; `total` null where nobody knows yet. */
export type Tell = (done: number, total: number | null) => void;

/** The child's side of {@link runApart}: takes one request, does it, answers, and ends with its parent. */
export function serveApart<R>(request: z.ZodType<R>, work: (asked: R, tell: Tell) => Promise<unknown>): void {
  process.on('message', async (raw) => {
    try {
      const answer = await work(request.parse(raw), (done, total) => process.send?.({ progress: { done, total } }));
      process.send?.({ answer });
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const { code, got, expected } =
        cause instanceof Refusal ? cause : { code: 'apart-failed', got: message, expected: 'to come to an end' };
      process.send?.({ refusal: { code, message, got, expected } });
    }
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}
