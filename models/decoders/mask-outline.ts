import type { OutputTensor } from './decoder.ts';

/** Steps from a pixel's corner to the next one: east, south, west, north. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;
/** From a corner to the cell ahead on the right, by heading; the cell ahead on the left is that of the heading before. */
const AHEAD_RIGHT = [
  [0, 0],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const;
const LARGEST = 2;

/**
 * The outline of the largest piece of one thing's mask. The mask is the weighed sum of the prototypes (YOLACT, Bolya et
 * al. 2019, arXiv 1904.02689), inside where it is over 0 (a sigmoid of one half), and nothing outside the box. `width` and
 * `height` are those of the input in the unit of the box; points come in that unit. Empty where nothing is inside.
 */
export function maskOutline(
  { dims, values }: OutputTensor,
  coefficients: Float32Array,
  boxXyxy: Float32Array,
  width: number,
  height: number,
): number[] {
  const rows = dims.at(-2)!;
  const columns = dims.at(-1)!;
  const area = rows * columns;
  if (values.length !== coefficients.length * area) {
    throw new Error(`got prototypes [${dims}]; expected [1, ${coefficients.length}, h, w]`);
  }
  const from = (share: number, size: number) => Math.max(0, Math.min(size, Math.round(share * size)));
  const left = from(boxXyxy[0]! / width, columns);
  const right = from(boxXyxy[2]! / width, columns);
  const top = from(boxXyxy[1]! / height, rows);
  const bottom = from(boxXyxy[3]! / height, rows);
  const inside = new Uint8Array(area);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      let sum = 0;
      for (let c = 0; c < coefficients.length; c++) sum += coefficients[c]! * values[c * area + y * columns + x]!;
      if (sum > 0) inside[y * columns + x] = 1;
    }
  }
  return outlineOf(inside, columns, rows).map((v, i) => (i % 2 === 0 ? (v / columns) * width : (v / rows) * height));
}

/** The outer border of the largest piece of a grid (neighbours share an edge), along the edges of its cells; x, y in turn. */
export function outlineOf(inside: Uint8Array, columns: number, rows: number): number[] {
  const start = markLargest(inside, columns, rows);
  if (start < 0) return [];
  const isIn = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < columns && y < rows && inside[y * columns + x] === LARGEST;
  const startX = start % columns;
  const startY = Math.floor(start / columns);
  const points: number[] = [];
  let x = startX;
  let y = startY;
  let heading = 0;
  // The piece lies to the right of the way, which begins at the corner of its first cell: nothing is above or before that.
  do {
    x += STEPS[heading]![0];
    y += STEPS[heading]![1];
    const [rightX, rightY] = AHEAD_RIGHT[heading]!;
    const [leftX, leftY] = AHEAD_RIGHT[(heading + 3) % 4]!;
    const turn = !isIn(x + rightX, y + rightY) ? 1 : isIn(x + leftX, y + leftY) ? 3 : 0;
    if (turn !== 0) points.push(x, y);
    heading = (heading + turn) % 4;
  } while (x !== startX || y !== startY);
  return points;
}

/** Marks the cells of the largest piece. @returns its first cell in reading order, or -1 */
function markLargest(inside: Uint8Array, columns: number, rows: number): number {
  const pieceOf = new Int32Array(inside.length).fill(-1);
  const stack: number[] = [];
  let best = -1;
  let bestSize = 0;
  for (let first = 0; first < inside.length; first++) {
    if (inside[first] === 0 || pieceOf[first] !== -1) continue;
    let size = 0;
    stack.push(first);
    pieceOf[first] = first;
    while (stack.length > 0) {
      const cell = stack.pop()!;
      const x = cell % columns;
      const y = (cell - x) / columns;
      size++;
      for (const [dx, dy] of STEPS) {
        const next = (y + dy) * columns + x + dx;
        if (x + dx < 0 || y + dy < 0 || x + dx >= columns || y + dy >= rows) continue;
        if (inside[next] === 0 || pieceOf[next] !== -1) continue;
        pieceOf[next] = first;
        stack.push(next);
      }
    }
    if (size > bestSize) [best, bestSize] = [first, size];
  }
  for (let cell = 0; cell < inside.length; cell++) if (best >= 0 && pieceOf[cell] === best) inside[cell] = LARGEST;
  return best;
}
