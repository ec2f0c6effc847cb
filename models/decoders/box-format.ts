import type { ManifestOutput } from '../manifest.ts';

/** Writes four numbers of a box as left, top, right, bottom at `out[to ...]`. */
export function writeBox(
  out: Float32Array,
  to: number,
  format: ManifestOutput['boxFormat'],
  a: number,
  b: number,
  c: number,
  d: number,
): void {
  if (format === 'xyxy') {
    out[to] = a;
    out[to + 1] = b;
    out[to + 2] = c;
    out[to + 3] = d;
  } else if (format === 'yxyx') {
    out[to] = b;
    out[to + 1] = a;
    out[to + 2] = d;
    out[to + 3] = c;
  } else {
    const left = format === 'cxcywh' ? a - c / 2 : a;
    const top = format === 'cxcywh' ? b - d / 2 : b;
    out[to] = left;
    out[to + 1] = top;
    out[to + 2] = left + c;
    out[to + 3] = top + d;
  }
}

/** Makes the upright box around a box that is turned by `angle` radians about its centre. */
export function encloseTurned(out: Float32Array, to: number, angle: number): void {
  const width = out[to + 2]! - out[to]!;
  const height = out[to + 3]! - out[to + 1]!;
  const centreX = out[to]! + width / 2;
  const centreY = out[to + 1]! + height / 2;
  const cos = Math.abs(Math.cos(angle));
  const sin = Math.abs(Math.sin(angle));
  const halfWidth = (width * cos + height * sin) / 2;
  const halfHeight = (width * sin + height * cos) / 2;
  out[to] = centreX - halfWidth;
  out[to + 1] = centreY - halfHeight;
  out[to + 2] = centreX + halfWidth;
  out[to + 3] = centreY + halfHeight;
}

/** The corners of a box that is turned by `angle` radians, clockwise as seen, from the one that was top left. */
export function turnedCorners(box: ArrayLike<number>, angle: number): number[] {
  const [left = 0, top = 0, right = 0, bottom = 0] = Array.from(box);
  const centreX = (left + right) / 2;
  const centreY = (top + bottom) / 2;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const corners = [left, top, right, top, right, bottom, left, bottom];
  return corners.map((_, i) => {
    const x = corners[i - (i % 2)]! - centreX;
    const y = corners[i - (i % 2) + 1]! - centreY;
    return i % 2 === 0 ? centreX + x * cos - y * sin : centreY + x * sin + y * cos;
  });
}
