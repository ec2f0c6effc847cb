/** A point of a plane. */
export type Point = readonly [number, number];

/** A projective map from one plane to another: nine numbers, row after row. The third row is 1 at the centre of the points that it was fitted to. */
export type Homography = readonly number[];

/** Nearer to the horizon than this share of the reference points' depth, a point means nothing any more. */
export const LEAST_DEPTH = 0.02;

/** How near a point is to the horizon: 1 at the centre of the reference points, 0 on the horizon, less than 0 beyond it. */
export function depthAt(h: Homography, [x, y]: Point): number {
  return h[6]! * x + h[7]! * y + h[8]!;
}

/** Where a point lies on the other plane; null: on or beyond the horizon. */
export function project(h: Homography, point: Point, leastDepth = LEAST_DEPTH): Point | null {
  const depth = depthAt(h, point);
  if (!(depth > leastDepth)) return null;
  const [x, y] = point;
  return [(h[0]! * x + h[1]! * y + h[2]!) / depth, (h[3]! * x + h[4]! * y + h[5]!) / depth];
}

/** Greater than 0 where the map keeps left and right, less where it mirrors them, 0 where it has no inverse. */
export function determinant(h: Homography): number {
  const [a, b, c, d, e, f, g, i, j] = h as [number, number, number, number, number, number, number, number, number];
  return a * (e * j - f * i) - b * (d * j - f * g) + c * (d * i - e * g);
}

/** The way back. Its third row has the sign of the first one's: what lies before the horizon has a depth above 0. */
export function inverse(h: Homography): Homography {
  const [a, b, c, d, e, f, g, i, j] = h as [number, number, number, number, number, number, number, number, number];
  const det = determinant(h);
  return [
    e * j - f * i,
    c * i - b * j,
    b * f - c * e,
    f * g - d * j,
    a * j - c * g,
    c * d - a * f,
    d * i - e * g,
    b * g - a * i,
    a * e - b * d,
  ].map((cofactor) => cofactor / det);
}

/**
 * The projective map that takes four points to four others, and of more the one that misses them least: direct linear
 * transformation of normalised points (Hartley and Zisserman, Multiple View Geometry, ch. 4). The centre of the points
 * lies before the horizon whenever they do, so the depth there may be called 1. null: they do not determine one.
 */
export function fitHomography(from: readonly Point[], to: readonly Point[]): Homography | null {
  const a = normalisation(from);
  const b = normalisation(to);
  if (!a || !b) return null;
  const count = from.length;
  const matrix = new Float64Array(16 * count);
  const right = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const x = (from[i]![0] - a.x) * a.scale;
    const y = (from[i]![1] - a.y) * a.scale;
    const u = (to[i]![0] - b.x) * b.scale;
    const v = (to[i]![1] - b.y) * b.scale;
    matrix.set([x, y, 1, 0, 0, 0, -u * x, -u * y], 16 * i);
    matrix.set([0, 0, 0, x, y, 1, -v * x, -v * y], 16 * i + 8);
    right[2 * i] = u;
    right[2 * i + 1] = v;
  }
  const n = leastSquares(matrix, right, 8);
  if (!n) return null;
  const depth = unscaled([n[6]!, n[7]!, 1], a);
  const rows = [unscaled([n[0]!, n[1]!, n[2]!], a), unscaled([n[3]!, n[4]!, n[5]!], a)];
  const east = rows[0]!.map((value, k) => value / b.scale + b.x * depth[k]!);
  const north = rows[1]!.map((value, k) => value / b.scale + b.y * depth[k]!);
  return [...east, ...north, ...depth];
}

interface Normalisation {
  x: number;
  y: number;
  scale: number;
}

/** Moves points to their centre and brings them to a mean distance of √2 from it; null: they are all in one place. */
function normalisation(points: readonly Point[]): Normalisation | null {
  const x = points.reduce((sum, p) => sum + p[0], 0) / points.length;
  const y = points.reduce((sum, p) => sum + p[1], 0) / points.length;
  const mean = points.reduce((sum, p) => sum + Math.hypot(p[0] - x, p[1] - y), 0) / points.length;
  return mean > 0 ? { x, y, scale: Math.SQRT2 / mean } : null;
}

/** A row that is meant for normalised points, for the points as they are. */
function unscaled([p, q, r]: [number, number, number], { x, y, scale }: Normalisation): [number, number, number] {
  return [p * scale, q * scale, r - scale * (p * x + q * y)];
}

/**
 * The x for which `matrix · x` misses `right` least, by Householder's reflections; `matrix` is row-major and is used up.
 * null: more than one x does.
 */
function leastSquares(matrix: Float64Array, right: Float64Array, columns: number): Float64Array | null {
  const rows = right.length;
  const diagonal = new Float64Array(columns);
  let largest = 0;
  for (let k = 0; k < columns; k++) {
    let squares = 0;
    for (let i = k; i < rows; i++) squares += matrix[i * columns + k]! ** 2;
    const at = k * columns + k;
    const reflected = matrix[at]! > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    diagonal[k] = reflected;
    largest = Math.max(largest, Math.abs(reflected));
    if (!(Math.abs(reflected) > 1e-10 * largest)) return null;
    matrix[at] = matrix[at]! - reflected;
    const half = reflected * matrix[at]!;
    for (let column = k + 1; column <= columns; column++) {
      const [of, step] = column < columns ? [matrix, columns] : [right, 1];
      const first = column < columns ? column : 0;
      let dot = 0;
      for (let i = k; i < rows; i++) dot += matrix[i * columns + k]! * of[i * step + first]!;
      const factor = dot / half;
      for (let i = k; i < rows; i++) of[i * step + first] = of[i * step + first]! + factor * matrix[i * columns + k]!;
    }
  }
  const x = new Float64Array(columns);
  for (let row = columns - 1; row >= 0; row--) {
    let sum = right[row]!;
    for (let k = row + 1; k < columns; k++) sum -= matrix[row * columns + k]! * x[k]!;
    x[row] = sum / diagonal[row]!;
  }
  return x;
}
