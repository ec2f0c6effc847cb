/** Intersection over union of two boxes that lie at an offset in longer arrays. 0..1. */
export function iou(a: Float32Array, atA: number, b: Float32Array, atB: number): number {
  const left = Math.max(a[atA]!, b[atB]!);
  const right = Math.min(a[atA + 2]!, b[atB + 2]!);
  if (right <= left) return 0;
  const top = Math.max(a[atA + 1]!, b[atB + 1]!);
  const bottom = Math.min(a[atA + 3]!, b[atB + 3]!);
  if (bottom <= top) return 0;
  const shared = (right - left) * (bottom - top);
  return shared / (areaPx(a, atA) + areaPx(b, atB) - shared);
}

/** The area of a box. */
export function areaPx(box: Float32Array, at: number): number {
  return (box[at + 2]! - box[at]!) * (box[at + 3]! - box[at + 1]!);
}

/** The part of box `a` that lies in box `b`, 0..1. */
export function coveredShare(a: Float32Array, atA: number, b: Float32Array, atB: number): number {
  const width = Math.min(a[atA + 2]!, b[atB + 2]!) - Math.max(a[atA]!, b[atB]!);
  const height = Math.min(a[atA + 3]!, b[atB + 3]!) - Math.max(a[atA + 1]!, b[atB + 1]!);
  return width > 0 && height > 0 ? (width * height) / areaPx(a, atA) : 0;
}

/** 1 for boxes of one size, falling with the root of their areas' ratio. */
export function sizeLikeness(a: Float32Array, atA: number, b: Float32Array, atB: number): number {
  const x = areaPx(a, atA);
  const y = areaPx(b, atB);
  return x > 0 && y > 0 ? Math.sqrt(Math.min(x, y) / Math.max(x, y)) : 0;
}

/** IoU of the two boxes after each has grown by `margin` of its sides on every side (Yang et al. 2023, arXiv 2211.14317). */
export function bufferedIou(a: Float32Array, atA: number, b: Float32Array, atB: number, margin: number): number {
  grow(a, atA, margin, GROWN_A);
  grow(b, atB, margin, GROWN_B);
  return iou(GROWN_A, 0, GROWN_B, 0);
}

const GROWN_A = new Float32Array(4);
const GROWN_B = new Float32Array(4);

function grow(box: Float32Array, at: number, margin: number, out: Float32Array): void {
  const x = margin * (box[at + 2]! - box[at]!);
  const y = margin * (box[at + 3]! - box[at + 1]!);
  out[0] = box[at]! - x;
  out[1] = box[at + 1]! - y;
  out[2] = box[at + 2]! + x;
  out[3] = box[at + 3]! + y;
}
