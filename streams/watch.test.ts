import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { AccessUnit } from './access-unit.ts';
import { nowMs } from './clock.ts';
import { Recorder } from './fixtures/listener.ts';
import { type Progress, Watch } from './watch.ts';

const TIMING = { silentAfterMs: 300, firstRetryMs: 60, backoffAfterMs: 400, maxRetryMs: 200, refusedRetryMs: 500 };

function unit(): AccessUnit {
  return {
    codec: 'h264',
    parts: [],
    bytes: 0,
    key: true,
    whole: true,
    capturedAtMs: nowMs(),
    parameterSets: '',
  } as const;
}

/** A watch over a source that the test plays. */
function watchOver(attempt: (progress: Progress, number: number) => void, timing = TIMING) {
  const recorder = new Recorder();
  const triedAtMs: number[] = [];
  let closed = 0;
  const watch = new Watch(
    (progress) => {
      triedAtMs.push(nowMs());
      attempt(progress, triedAtMs.length);
      return { close: async () => void closed++ };
    },
    recorder,
    timing,
    false,
  );
  return { recorder, watch, triedAtMs, closed: () => closed };
}

test('attempts come steadily at first, then rarer, and every connection is closed', async () => {
  const { watch, triedAtMs, recorder, closed } = watchOver((progress) =>
    progress.ended('unreachable', 'rtsp://a:b@c/ is down'),
  );
  await sleep(1200);
  await watch.close();
  const gapsMs = triedAtMs.slice(1).map((at, i) => at - triedAtMs[i]!);
  expect(Math.min(...gapsMs.slice(0, 4))).toBeGreaterThan(45);
  expect(Math.min(...gapsMs.slice(0, 4))).toBeLessThan(110);
  expect(gapsMs.at(-1)!).toBeGreaterThan(110);
  expect(recorder.states.map(({ state, reason }) => [state, reason])).toEqual([
    ['connecting', null],
    ['offline', 'the address is down'],
  ]);
  expect(closed()).toBe(triedAtMs.length);
});

test('a refusal is tried once more and then waits long; how to connect otherwise is tried at once, without a word', async () => {
  const refused = watchOver((progress) => progress.ended('wrong-credentials', 'wrong user or password'));
  const other = watchOver((progress, number) => (number === 1 ? progress.otherwise() : progress.unit(unit())));
  await sleep(300);
  expect(refused.triedAtMs.length).toBe(1);
  expect(other.recorder.states.map(({ state }) => state)).toEqual(['connecting', 'playing']);
  await Promise.all([refused.watch.close(), other.watch.close()]);
});

test('silence is noticed, a sign of life is none, and what a dead connection says later is not heard', async () => {
  const heard: Progress[] = [];
  const { recorder, watch } = watchOver((progress) => {
    heard.push(progress);
    progress.unit(unit());
  });
  const alive = setInterval(() => heard[0]?.working(), 100);
  await sleep(500);
  expect(recorder.state).toBe('playing');
  clearInterval(alive);
  await recorder.whenState('offline');
  expect(recorder.reason).toMatch(/^no picture for 0\.\d s$/);
  await recorder.whenState('playing');
  const before = recorder.units.length;
  heard[0]!.unit(unit());
  heard[0]!.ended('garbled', 'too late');
  expect(recorder.units.length).toBe(before);
  expect(recorder.state).toBe('playing');
  await watch.close();
});

test('a process that did not listen forgives the source its silence', async () => {
  const { recorder, watch } = watchOver((progress) => progress.unit(unit()), { ...TIMING, silentAfterMs: 1000 });
  await sleep(50);
  const busyUntilMs = nowMs() + 1600;
  while (nowMs() < busyUntilMs);
  await sleep(300);
  expect(recorder.state).toBe('playing');
  await watch.close();
});

test('closing before the first attempt makes none', async () => {
  const { watch, triedAtMs } = watchOver(() => {});
  await watch.close();
  await sleep(20);
  expect(triedAtMs).toEqual([]);
});
