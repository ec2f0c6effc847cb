import type { Point } from './homography.ts';

/** On which side three reference points too many lie on a line. */
export type LineFault = 'line-in-picture' | 'line-on-map';

/** A triangle lower than this share of its longest side is a line. */
const THIN = 0.02;
/** Shares of a picture are compared as lengths: it is about so much wider than high. */
const PICTURE_ASPECT = 16 / 9;

function isThin(a: Point, b: Point, c: Point): boolean {
  const twiceArea = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const longest = Math.max(
    ...[
      [a, b],
      [b, c],
      [c, a],
    ].map(([p, q]) => Math.hypot(p![0] - q![0], p![1] - q![1])),
  );
  return !(twiceArea > THIN * longest ** 2);
}

/**
 * Reference points of which no four lie with no three of them on a line determine no ground. Where there are but four, the
 * three that do are named. null: four such are among them.
 */
export function lineOf(xy: readonly Point[], metres: readonly Point[]): { fault: LineFault; which: number[] } | null {
  const lengths = xy.map(([x, y]): Point => [x * PICTURE_ASPECT, y]);
  const inPicture = thinTriples(lengths);
  if (!hasGoodFour(xy.length, inPicture)) return { fault: 'line-in-picture', which: named(xy.length, inPicture) };
  const onMap = thinTriples(metres);
  if (!hasGoodFour(xy.length, onMap)) return { fault: 'line-on-map', which: named(xy.length, onMap) };
  const either = new Map([...inPicture, ...onMap]);
  return hasGoodFour(xy.length, either) ? null : { fault: 'line-in-picture', which: [] };
}

const key = (i: number, j: number, k: number): number => (i * 64 + j) * 64 + k;

function thinTriples(points: readonly Point[]): Map<number, number[]> {
  const thin = new Map<number, number[]>();
  for (let i = 0; i < points.length; i++)
    for (let j = i + 1; j < points.length; j++)
      for (let k = j + 1; k < points.length; k++)
        if (isThin(points[i]!, points[j]!, points[k]!)) thin.set(key(i, j, k), [i, j, k]);
  return thin;
}

function hasGoodFour(count: number, thin: ReadonlyMap<number, unknown>): boolean {
  if (thin.size === 0) return true;
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++)
      for (let c = b + 1; c < count; c++) {
        if (thin.has(key(a, b, c))) continue;
        for (let d = c + 1; d < count; d++)
          if (!thin.has(key(a, b, d)) && !thin.has(key(a, c, d)) && !thin.has(key(b, c, d))) return true;
      }
  return false;
}

const named = (count: number, thin: ReadonlyMap<number, number[]>): number[] =>
  count === 4 ? ([...thin.values()][0] ?? []) : [];
