import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PTZ_DEAD_MAN_MS, type PtzMove } from '#engine/contract/ptz.ts';
import { Turning } from './turning.ts';

let sent: (PtzMove & { atMs: number })[] = [];
let answer: () => Promise<unknown>;
const problems: unknown[] = [];
let turning: Turning;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  problems.length = 0;
  answer = async () => undefined;
  turning = new Turning(
    (move) => {
      sent.push({ ...move, atMs: Date.now() });
      return answer();
    },
    (error) => problems.push(error),
  );
});
afterEach(() => vi.useRealTimers());

const said = () => sent.map(({ pan, tilt, zoom }) => [pan, tilt, zoom].join(' '));

test('while a key is held it is said often enough that the server does not stop, and once more when it is let go', async () => {
  turning.go({ pan: 1, tilt: 0, zoom: 0 });
  turning.go({ pan: 1, tilt: 0, zoom: 0 });
  await vi.advanceTimersByTimeAsync(2000);
  turning.go({ pan: 1, tilt: -1, zoom: 0 });
  await vi.advanceTimersByTimeAsync(100);
  turning.stop();
  turning.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(said()).toEqual([...Array(7).fill('1 0 0'), '1 -1 0', '0 0 0']);
  const gaps = sent.slice(1).map(({ atMs }, i) => atMs - sent[i]!.atMs);
  expect(Math.max(...gaps)).toBeLessThan(PTZ_DEAD_MAN_MS / 2);
  const orders = sent.map(({ order }) => order);
  expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
});

test('nothing is held: to stop says nothing', () => {
  turning.stop();
  turning.go({ pan: 0, tilt: 0, zoom: 0 });
  expect(sent).toEqual([]);
});

test('what the server refuses is told once, and not said again', async () => {
  answer = async () => Promise.reject(new Error('held by another'));
  turning.go({ pan: 0, tilt: 0, zoom: 1 });
  await vi.advanceTimersByTimeAsync(3000);
  expect(said()).toEqual(['0 0 1']);
  expect(problems).toHaveLength(1);
});

test('a device that does not answer is not told without end, but that it is to stop always', async () => {
  answer = () => new Promise(() => undefined);
  turning.go({ pan: 1, tilt: 0, zoom: 0 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said()).toEqual(Array(4).fill('1 0 0'));
  turning.stop();
  expect(said().at(-1)).toBe('0 0 0');
});
