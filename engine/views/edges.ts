/** The gray picture that the motion gate makes of each due frame, in pixels. */
export const GRAY_WIDTH_PX = 160;
export const GRAY_HEIGHT_PX = 90;

/** Edges are looked for at half of that: less noise, a quarter of the work. */
export const WIDTH_CELLS = GRAY_WIDTH_PX / 2;
const HEIGHT_CELLS = GRAY_HEIGHT_PX / 2;
const BLOCK_WIDTH = 8;
const BLOCK_HEIGHT = 9;
const COLUMNS = WIDTH_CELLS / BLOCK_WIDTH;
const ROWS = HEIGHT_CELLS / BLOCK_HEIGHT;
export const BLOCKS = COLUMNS * ROWS;
export const BLOCK_CELLS = BLOCK_WIDTH * BLOCK_HEIGHT;

/** A step of brightness over two cells that counts as half an edge; sensor noise stays well below. */
const EDGE_LUMA = 12;
/** So many cells with at least such a step make something to be seen of a block. */
const LEAST_EDGE_CELLS = 2;

/**
 * Where a picture has edges and which way they run: for each of its 80×45 cells the doubled angle of the gradient as x
 * and y, its length 0..1 growing with the contrast and soon saturated, less its mean over the block of 8×9 cells. Other
 * light weakens an edge or turns it from dark-to-bright into bright-to-dark, and the doubled angle stays what it was;
 * without its mean a block of grass or paving is like another only where the single blades and stones lie.
 */
export type Edges = Float32Array;

export function newEdges(): Edges {
  return new Float32Array(2 * WIDTH_CELLS * HEIGHT_CELLS);
}

/** What a picture shows at all. */
export interface Sight {
  /** Mean brightness, 0..255. */
  luma: number;
  /** Of the 50 blocks, those in which anything can be seen. */
  visibleBlocks: number;
}

const cells = new Float32Array(WIDTH_CELLS * HEIGHT_CELLS);
const edgeCells = new Uint8Array(BLOCKS);

/** Writes the edges of a 160×90 gray picture; the outermost cells have none. */
export function writeEdges(gray: Uint8Array, out: Edges): Sight {
  let luma = 0;
  for (let y = 0, to = 0, from = 0; y < HEIGHT_CELLS; y++, from += GRAY_WIDTH_PX) {
    for (let x = 0; x < WIDTH_CELLS; x++, to++, from += 2) {
      const below = from + GRAY_WIDTH_PX;
      const mean = (gray[from]! + gray[from + 1]! + gray[below]! + gray[below + 1]!) / 4;
      cells[to] = mean;
      luma += mean;
    }
  }
  const half = EDGE_LUMA * EDGE_LUMA;
  edgeCells.fill(0);
  for (let y = 1; y < HEIGHT_CELLS - 1; y++) {
    const row = Math.floor(y / BLOCK_HEIGHT) * COLUMNS;
    for (let x = 1, at = y * WIDTH_CELLS + 1; x < WIDTH_CELLS - 1; x++, at++) {
      const dx = cells[at + 1]! - cells[at - 1]!;
      const dy = cells[at + WIDTH_CELLS]! - cells[at - WIDTH_CELLS]!;
      const square = dx * dx + dy * dy;
      if (square >= half) {
        const block = row + (x >> 3);
        edgeCells[block] = edgeCells[block]! + 1;
      }
      const scale = 1 / (square + half);
      out[2 * at] = (dx * dx - dy * dy) * scale;
      out[2 * at + 1] = 2 * dx * dy * scale;
    }
  }
  takeMeans(out);
  let visibleBlocks = 0;
  for (let b = 0; b < BLOCKS; b++) if (edgeCells[b]! >= LEAST_EDGE_CELLS) visibleBlocks++;
  return { luma: luma / cells.length, visibleBlocks };
}

function takeMeans(edges: Edges): void {
  for (let row = 0; row < ROWS; row++) {
    const top = Math.max(1, row * BLOCK_HEIGHT);
    const bottom = Math.min(HEIGHT_CELLS - 1, (row + 1) * BLOCK_HEIGHT);
    for (let column = 0; column < COLUMNS; column++) {
      const left = Math.max(1, column * BLOCK_WIDTH);
      const right = Math.min(WIDTH_CELLS - 1, (column + 1) * BLOCK_WIDTH);
      let sumX = 0;
      let sumY = 0;
      for (let y = top; y < bottom; y++)
        for (let i = 2 * (y * WIDTH_CELLS + left), end = i + 2 * (right - left); i < end; i += 2) {
          sumX += edges[i]!;
          sumY += edges[i + 1]!;
        }
      const count = (right - left) * (bottom - top);
      const meanX = sumX / count;
      const meanY = sumY / count;
      for (let y = top; y < bottom; y++)
        for (let i = 2 * (y * WIDTH_CELLS + left), end = i + 2 * (right - left); i < end; i += 2) {
          edges[i] = edges[i]! - meanX;
          edges[i + 1] = edges[i + 1]! - meanY;
        }
    }
  }
}

/** Adds up a·b over each block, b read `offset` cells further. */
export function sumBlocks(a: Edges, b: Edges, offset: number, out: Float32Array): void {
  out.fill(0);
  for (let y = 1; y < HEIGHT_CELLS - 1; y++) {
    const row = Math.floor(y / BLOCK_HEIGHT) * COLUMNS;
    for (let column = 0; column < COLUMNS; column++) {
      const from = Math.max(1, column * BLOCK_WIDTH);
      const to = Math.min(WIDTH_CELLS - 1, (column + 1) * BLOCK_WIDTH);
      let sum = 0;
      for (let i = 2 * (y * WIDTH_CELLS + from), end = i + 2 * (to - from), j = i + 2 * offset; i < end; i += 2, j += 2)
        sum += a[i]! * b[j]! + a[i + 1]! * b[j + 1]!;
      out[row + column] = out[row + column]! + sum;
    }
  }
}
