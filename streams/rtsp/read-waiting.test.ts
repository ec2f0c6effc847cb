import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type TestContext, test } from 'vitest';
import { readWaiting } from './read-waiting.ts';

/** Both ends of a connection over which nothing is read at one of them. */
async function pausedPair({ onTestFinished }: TestContext): Promise<{ paused: Socket; far: Socket; seen: string[] }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection');
  const seen: string[] = [];
  const buffer = Buffer.alloc(1024);
  const paused = connect({
    ...{ host: '127.0.0.1', port },
    onread: {
      buffer,
      callback: (bytes) => {
        seen.push(buffer.toString('latin1', 0, bytes));
        return false;
      },
    },
  });
  await once(paused, 'connect');
  const [far] = (await accepted) as [Socket];
  for (const socket of [paused, far]) {
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  }
  far.write('first');
  await expect.poll(() => seen).toEqual(['first']);
  return { paused, far, seen };
}

/** Comes of what has gathered by then; null and 0 as they are. */
function textOf(paused: Socket, into = Buffer.alloc(8)): string | number | null {
  const bytes = readWaiting(paused, into);
  return bytes ? into.toString('latin1', 0, bytes) : bytes;
}

test('what has gathered is read in order, as much as there is room for, and the socket is not told', async (context) => {
  const { paused, far, seen } = await pausedPair(context);
  expect(textOf(paused)).toBe(0);
  far.write('second, and third');
  await sleep(50);
  expect([textOf(paused), textOf(paused), textOf(paused), textOf(paused)]).toEqual(['second, ', 'and thir', 'd', 0]);
  expect(seen).toEqual(['first']);
});

test('reading that is taken up again goes on where this left off, and sees the end', async (context) => {
  const { paused, far, seen } = await pausedPair(context);
  far.end('second and third');
  await sleep(50);
  expect(textOf(paused)).toBe('second a');
  paused.resume();
  await expect.poll(() => seen).toEqual(['first', 'nd third']);
  expect(textOf(paused)).toBeNull();
  const closed = once(paused, 'close');
  paused.resume();
  expect(await closed).toEqual([false]);
});

test('a reset is thrown, and of a socket that is gone nothing is read', async (context) => {
  const { paused, far } = await pausedPair(context);
  far.resetAndDestroy();
  await sleep(50);
  expect(() => readWaiting(paused, Buffer.alloc(8))).toThrow('ECONNRESET');
  paused.destroy();
  expect(readWaiting(paused, Buffer.alloc(8))).toBeNull();
});
