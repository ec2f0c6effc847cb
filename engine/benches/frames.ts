import type { Browser, Page } from 'playwright-core';
import { percentile, round } from './outcome.ts';

/** What a page's own thread did, as the browser's tracing tells it. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** By the thread's own clock, which stands still while the thread waits for a core. */
  tts?: number;
  tdur?: number;
}

/** Of these the time is taken; the ones within another are counted once. */
const JAVASCRIPT = new Set([
  'FunctionCall',
  'FireAnimationFrame',
  'TimerFire',
  'EventDispatch',
  'EvaluateScript',
  'RunMicrotasks',
  'V8.RunMicrotasks',
  'MinorGC',
  'MajorGC',
]);
const FRAME_BEGINS = 'BeginMainThreadFrame';

export interface FrameCost {
  frames: number;
  jsMsP50: number;
  jsMsP95: number;
  jsMsMax: number;
  /** The same with all that the thread waited for in between: a core, the graphics process. */
  passedMsP50: number;
  passedMsP95: number;
}

/**
 * Drags the map to and fro with the mouse for some seconds while Chromium traces. The JavaScript of a frame is what the
 * page's main thread ran — animation frames, events, timers, microtasks, its garbage collection — from one beginning of a
 * main thread frame to the next, in milliseconds of that thread's own clock; frames without any are not counted. Where no
 * graphics card draws, the process that draws instead takes the cores from the page, which then waits in each call of GL:
 * what passed on the wall is given beside it.
 */
export async function measurePan(browser: Browser, page: Page, seconds: number): Promise<FrameCost> {
  const { width, height } = page.viewportSize()!;
  const [x, y] = [width * 0.55, height * 0.5];
  await browser.startTracing(page, {
    categories: [
      'devtools.timeline',
      'devtools.timeline.frame',
      'disabled-by-default-devtools.timeline',
      'disabled-by-default-devtools.timeline.frame',
      'v8',
    ],
  });
  const untilMs = performance.now() + seconds * 1000;
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; performance.now() < untilMs; step++)
    await page.mouse.move(x + 250 * Math.sin(step / 20), y + 120 * Math.sin(step / 33));
  await page.mouse.up();
  const trace: { traceEvents: TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString());
  return costOf(trace.traceEvents);
}

function costOf(events: readonly TraceEvent[]): FrameCost {
  const fired = events.filter(({ name }) => name === 'FireAnimationFrame');
  const main = mostFrequent(fired.map(({ pid, tid }) => `${pid} ${tid}`));
  const own = events.filter(({ pid, tid }) => `${pid} ${tid}` === main).sort((a, b) => a.ts - b.ts);
  const begins = own.filter(({ name }) => name === FRAME_BEGINS).map(({ ts }) => ts);
  if (begins.length < 10) throw new Error(`got ${begins.length} frames of the main thread, expected some hundred`);
  const ran = own.filter(({ name, ph, ts }) => ph === 'X' && JAVASCRIPT.has(name) && ts >= begins[0]!);
  if (ran.some(({ tts }) => tts === undefined)) throw new Error('the trace says nothing of the thread’s own clock');
  const spent = perFrame(ran, begins, ({ tts = 0, tdur = 0 }) => [tts, tts + tdur]);
  const passed = perFrame(ran, begins, ({ ts, dur = 0 }) => [ts, ts + dur]);
  return {
    frames: spent.length,
    jsMsP50: round(percentile(spent, 0.5)),
    jsMsP95: round(percentile(spent, 0.95)),
    jsMsMax: round(spent.at(-1) ?? Number.NaN),
    passedMsP50: round(percentile(passed, 0.5)),
    passedMsP95: round(percentile(passed, 0.95)),
  };
}

/** How long each frame ran, sorted, milliseconds; what runs within something else is counted once. */
function perFrame(
  ran: readonly TraceEvent[],
  begins: readonly number[],
  spanUs: (event: TraceEvent) => [number, number],
): number[] {
  const spentUs = new Array<number>(begins.length).fill(0);
  let frame = 0;
  let doneUs = 0;
  for (const event of ran) {
    while (frame + 1 < begins.length && begins[frame + 1]! <= event.ts) frame++;
    const [fromUs, toUs] = spanUs(event);
    // Sorted by their begin: what ends before the last one's end was within it.
    spentUs[frame]! += Math.max(0, toUs - Math.max(fromUs, doneUs));
    doneUs = Math.max(doneUs, toUs);
  }
  return spentUs
    .filter((us) => us > 0)
    .map((us) => us / 1000)
    .sort((x, y) => x - y);
}

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
