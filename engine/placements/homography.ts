/** A point of a plane. */
export type Point = readonly [number, number];

/**
 * Solves the square system `matrix · x = right` by elimination with row exchange; `matrix` is row-major and is used up.
 * null: the system has no single solution.
 */
function solveLinear(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const n = right.length;
  const x = Float64Array.from(right);
  const a = matrix;
  let largest = 0;
  for (const value of a) largest = Math.max(largest, Math.abs(value));
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(a[row * n + column]!) > Math.abs(a[pivot * n + column]!)) pivot = row;
    }
    if (Math.abs(a[pivot * n + column]!) <= 1e-12 * largest) return null;
    if (pivot !== column) {
      for (let k = 0; k < n; k++) {
        const held = a[column * n + k]!;
        a[column * n + k] = a[pivot * n + k]!;
        a[pivot * n + k] = held;
      }
      const held = x[column]!;
      x[column] = x[pivot]!;
      x[pivot] = held;
    }
    for (let row = column + 1; row < n; row++) {
      const factor = a[row * n + column]! / a[column * n + column]!;
      if (factor === 0) continue;
      for (let k = column; k < n; k++) a[row * n + k] = a[row * n + k]! - factor * a[column * n + k]!;
      x[row] = x[row]! - factor * x[column]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = x[row]!;
    for (let k = row + 1; k < n; k++) sum -= a[row * n + k]! * x[k]!;
    x[row] = sum / a[row * n + row]!;
  }
  return x;
}

/** From one plane to another. null: the point lies on or beyond the horizon. */
export type Homography = (point: Point) => Point | null;

/** Nearer to the horizon than this share of the reference points' depth, a point means nothing any more. */
const LEAST_DEPTH = 0.02;

/**
 * The projective map that takes four points to four others (direct linear transformation; Hartley and Zisserman, Multiple
 * View Geometry, ch. 4). Points are measured from the first four's centre, which lies before the horizon whenever they
 * do. null: three of a side lie on one line, or the horizon cuts through them.
 */
export function homography(from: readonly Point[], to: readonly Point[]): Homography | null {
  const centreX = from.reduce((sum, p) => sum + p[0], 0) / 4;
  const centreY = from.reduce((sum, p) => sum + p[1], 0) / 4;
  const matrix = new Float64Array(64);
  const right = new Float64Array(8);
  for (let i = 0; i < 4; i++) {
    const x = from[i]![0] - centreX;
    const y = from[i]![1] - centreY;
    const [u, v] = to[i]!;
    matrix.set([x, y, 1, 0, 0, 0, -u * x, -u * y], 16 * i);
    matrix.set([0, 0, 0, x, y, 1, -v * x, -v * y], 16 * i + 8);
    right[2 * i] = u;
    right[2 * i + 1] = v;
  }
  const h = solveLinear(matrix, right);
  if (!h) return null;
  const depthAt = (x: number, y: number) => h[6]! * x + h[7]! * y + 1;
  const depths = from.map((p) => depthAt(p[0] - centreX, p[1] - centreY));
  if (depths.some((depth) => !(depth > LEAST_DEPTH))) return null;
  return (point) => {
    const x = point[0] - centreX;
    const y = point[1] - centreY;
    const depth = depthAt(x, y);
    if (!(depth > LEAST_DEPTH)) return null;
    return [(h[0]! * x + h[1]! * y + h[2]!) / depth, (h[3]! * x + h[4]! * y + h[5]!) / depth];
  };
}
