/** What is known of the time of a coded picture; an access unit fits. */
interface TimedUnit {
  readonly capturedAtMs: number;
  readonly shownAtTicks?: number | undefined;
}

/** When a picture is decoded and when it is shown, from the clip's first picture on; never shown before it is decoded. */
export interface PictureTime {
  decodeAtTicks: number;
  showAtTicks: number;
}

const TICKS_PER_MS = 90;
const WRAP = 2 ** 32;
/** Where the stream's clock and ours part by more than this from one picture to the next, the stream's began anew. */
const NEW_CLOCK_MS = 3_000;
/** A clock of the stream that runs apart from ours by more than this within a clip is not believed. */
const BELIEVED_MS = 2_000;

/**
 * The times of a clip's pictures, which come in the order in which they are decoded. The stream's own clock says how far
 * apart they are shown, and in which order where that is another (B-frames); ours says when that was. Without a clock
 * of the stream's own that can be believed, a picture is shown when it arrived.
 */
export function pictureTimes(units: readonly TimedUnit[]): PictureTime[] {
  const shownMs = units.map((unit) => unit.capturedAtMs);
  for (const [from, to] of clocks(units)) placeByOwnClock(units, from, to, shownMs);
  const beginMs = shownMs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const showAt = shownMs.map((ms) => Math.round((ms - beginMs) * TICKS_PER_MS));
  const inOrder = distinct(showAt);
  // Each picture is decoded one after the other in the rhythm in which they are shown, so much earlier that none is late.
  const sorted = [...inOrder].sort((a, b) => a - b);
  const earlier = sorted.reduce((most, at, i) => Math.max(most, at - inOrder[i]!), 0);
  return inOrder.map((showAtTicks, i) => ({ showAtTicks, decodeAtTicks: sorted[i]! - earlier }));
}

/** The runs of units, first and one past the last, in which the stream has one clock. */
function clocks(units: readonly TimedUnit[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  let from = 0;
  for (let i = 1; i <= units.length; i++) {
    const goesOn = i < units.length && isOneClock(units[i - 1]!, units[i]!);
    if (goesOn) continue;
    if (units[from]?.shownAtTicks !== undefined) runs.push([from, i]);
    from = i;
  }
  return runs;
}

function isOneClock(a: TimedUnit, b: TimedUnit): boolean {
  if (a.shownAtTicks === undefined || b.shownAtTicks === undefined) return false;
  const aheadMs = stepTicks(a.shownAtTicks, b.shownAtTicks) / TICKS_PER_MS;
  return Math.abs(aheadMs - (b.capturedAtMs - a.capturedAtMs)) < NEW_CLOCK_MS;
}

/** From one tick count to another, the shorter way round: negative where the second is the earlier. */
function stepTicks(from: number, to: number): number {
  const ahead = (to - from + WRAP) % WRAP;
  return ahead < WRAP / 2 ? ahead : ahead - WRAP;
}

function placeByOwnClock(units: readonly TimedUnit[], from: number, to: number, shownMs: number[]): void {
  const ownMs: number[] = [0];
  for (let i = from + 1; i < to; i++)
    ownMs.push(ownMs[i - from - 1]! + stepTicks(units[i - 1]!.shownAtTicks!, units[i]!.shownAtTicks!) / TICKS_PER_MS);
  const lags = ownMs.map((ms, i) => units[from + i]!.capturedAtMs - ms);
  // What arrived the soonest says best when it was.
  const least = lags.reduce((a, b) => Math.min(a, b));
  if (lags.reduce((a, b) => Math.max(a, b)) - least > BELIEVED_MS) return;
  for (let i = from; i < to; i++) shownMs[i] = least + ownMs[i - from]!;
}

/** No two pictures are shown at once: later ones in the order of showing are moved by a tick. */
function distinct(showAt: readonly number[]): number[] {
  const order = showAt.map((_, i) => i).sort((a, b) => showAt[a]! - showAt[b]! || a - b);
  const moved = [...showAt];
  let last = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    moved[i] = Math.max(showAt[i]!, last + 1);
    last = moved[i]!;
  }
  return moved;
}
