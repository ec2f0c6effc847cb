/** Epoch milliseconds of a monotonic clock: it never jumps when the machine's time is set, unlike `Date.now()`. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
