/** Two pixels differ by more than sensor noise. */
export const CHANGED_LUMA = 15;

/** Share of bytes, 0..1, by which two gray pictures differ more than noise does. Lengths must be equal. */
export function changedShare(a: Uint8Array, b: Uint8Array): number {
  let changed = 0;
  const length = a.length;
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference > CHANGED_LUMA || difference < -CHANGED_LUMA) changed++;
  }
  return changed / length;
}
