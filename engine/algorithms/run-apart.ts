import { z } from 'zod';
import { Refusal } from '../contract/refusal.ts';
import { OUT_OF_MEMORY } from './sandbox/findings.ts';
import type { Tell } from './serve-apart.ts';
import { keepStderr, residentBytes, spawnApart } from './spawn-apart.ts';

const WATCH_EVERY_MS = 100;
const STARTS_WITHIN_MS = 60_000;
const MIB = 2 ** 20;

/** What one piece of work may take. */
interface ApartLimits {
  memoryBytes: number;
  fileBytes: number;
  withinMs: number;
}

const APART_LIMITS: ApartLimits = {
  memoryBytes: 3 * 1024 * MIB,
  fileBytes: 4 * 1024 * MIB,
  withinMs: 30 * 60_000,
};

interface Work<T> {
  /** The program, which calls `serveApart`. */
  main: string;
  request: unknown;
  answer: z.ZodType<T>;
  tell: Tell;
  /** Aborted: the process is killed. */
  signal: AbortSignal;
  limits?: ApartLimits;
}

const Message = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ progress: z.object({ done: z.number(), total: z.number().nullable() }) }),
  z.object({
    refusal: z.object({ code: z.string(), message: z.string(), got: z.unknown(), expected: z.unknown() }),
  }),
  z.object({ answer: z.unknown() }),
]);

/**
 * Has a piece of work done in a process of its own, which ends with it. However it ends, there is an answer or a refusal.
 * @throws Refusal 422 `apart-memory`, `apart-time`, `apart-crash`, `apart-cancelled`, or what the process refused
 */
export async function runApart<T>({ main, request, answer, tell, signal, limits = APART_LIMITS }: Work<T>): Promise<T> {
  if (signal.aborted) throw endedFor('apart-cancelled', 'it was cancelled', limits);
  const child = spawnApart(main, limits);
  const said = keepStderr(child);
  let killedFor: string | null = null;
  const kill = (code: string) => {
    killedFor ??= code;
    child.kill('SIGKILL');
  };
  const cancel = () => kill('apart-cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  let impatience = setTimeout(() => kill('apart-time'), STARTS_WITHIN_MS);
  const watch = setInterval(async () => {
    if ((await residentBytes(child.pid)) > limits.memoryBytes) kill('apart-memory');
  }, WATCH_EVERY_MS);
  try {
    return await new Promise<T>((resolve, reject) => {
      child.on('message', (raw) => {
        const message = Message.safeParse(raw);
        if (!message.success) return kill('apart-crash');
        if ('ready' in message.data) {
          clearTimeout(impatience);
          impatience = setTimeout(() => kill('apart-time'), limits.withinMs);
          child.send(request as object, () => undefined);
        } else if ('progress' in message.data) tell(message.data.progress.done, message.data.progress.total);
        else if ('refusal' in message.data) {
          const { code, message: text, ...facts } = message.data.refusal;
          const memory = OUT_OF_MEMORY.test(text);
          reject(memory ? endedFor('apart-memory', text, limits) : new Refusal(422, code, text, facts));
        } else {
          const read = answer.safeParse(message.data.answer);
          if (read.success) resolve(read.data);
          else reject(endedFor('apart-crash', z.prettifyError(read.error), limits));
        }
      });
      child.once('error', (cause) => reject(endedFor('apart-crash', cause.message, limits)));
      child.once('exit', (code, signalName) => {
        const cause = killedFor ?? (OUT_OF_MEMORY.test(said.text()) ? 'apart-memory' : 'apart-crash');
        reject(endedFor(cause, `${signalName ?? `exit code ${code}`} ${said.text()}`.trim(), limits));
      });
    });
  } finally {
    clearTimeout(impatience);
    clearInterval(watch);
    signal.removeEventListener('abort', cancel);
    said.stop();
    child.kill('SIGKILL');
  }
}

function endedFor(code: string, how: string, { memoryBytes, withinMs }: ApartLimits): Refusal {
  const expected: Record<string, string> = {
    'apart-memory': `at most ${Math.round(memoryBytes / MIB)} MiB`,
    'apart-time': `at most ${withinMs} ms`,
  };
  const facts = { got: how.slice(-1000), expected: expected[code] ?? 'to come to an end' };
  return new Refusal(422, code, 'The work did not come to an end.', facts);
}
