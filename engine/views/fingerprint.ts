import { BLOCK_CELLS, BLOCKS, type Edges, newEdges, sumBlocks, WIDTH_CELLS } from './edges.ts';

/** The squared edge strength of a block in which there is something to compare. */
const LEAST_STRENGTH = 0.03 * BLOCK_CELLS;
/** Two blocks show the same when their edges correlate this well. */
const AGREEING = 0.4;
/** With fewer blocks to compare, nothing can be said. */
const LEAST_COMPARED = 10;
const SAME_SHARE = 0.6;
const SIMILAR_SHARE = 0.4;
const OTHER_SHARE = 0.33;
/** A mast sways: the picture may lie one cell (1.25 % of its width) beside where it lay, if it agrees so much better there. */
const SWAYS = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => dy * WIDTH_CELLS + dx)).filter((sway) => sway !== 0);
const SWAY_PENALTY = 0.3;
/** What only sways agrees more than this without being shifted; measured at 1.2 % of the width: 0.13 and more. */
const LEAST_SWAYING = 0.1;
/** Edges are kept in bytes. */
const STEPS = 64;

/** How a picture compares with a view; unsure: most of it is hidden, or there is too little to be seen. */
export type Likeness = 'same' | 'similar' | 'unsure' | 'other';

const strengthNow = new Float32Array(BLOCKS);
const product = new Float32Array(BLOCKS);

/**
 * What a view looks like: its edges, block by block. Two pictures are compared by the share of their blocks that show
 * the same, among the blocks that have edges in both. Measured at 160×90 on real pictures (110 photos of streets, two
 * clips of fixed cameras), share of agreeing blocks:
 *
 * | the same view | lowest | another view | highest |
 * |---|---|---|---|
 * | 80 s and 139 s of a clip, people walking | 0.76 | turned by 5 % of the width | 0.26 |
 * | swaying by 0.6 % of the width | 0.88 | turned by 8 % | 0.21 |
 * | dusk, light × 0.35; × 1.8, washed out | 0.88, 0.62 | bumped aslant by 4 % | 0.16 |
 * | noise of 12; rain | 0.68, 0.56 | zoom × 1.15 | 0.26 |
 * | imitated infrared | 0.70 | zoom ÷ 1.15 | 0.32 |
 * | other cars over 30 %; 50 % | 0.49, 0.31 | another place | 0.04 |
 *
 * Of 335 photos turned by 5 % of the width 326 are `other`, 5 `unsure` and 4 `similar`; zoomed by 1.15, 334 are `other`. A
 * turn of 1 % is not told: so much a mast sways.
 */
export class Fingerprint {
  readonly #edges: Edges;
  readonly #strength = new Float32Array(BLOCKS);
  #comparable = 0;

  private constructor(edges: Edges) {
    this.#edges = edges;
    this.#measure();
  }

  static of(edges: Edges): Fingerprint {
    return new Fingerprint(Float32Array.from(edges));
  }

  /** @returns null when the text is not what `toText` wrote in this version */
  static fromText(text: string): Fingerprint | null {
    const bytes = Buffer.from(text, 'base64');
    const edges = newEdges();
    if (bytes.length !== edges.length) return null;
    for (let i = 0; i < edges.length; i++) edges[i] = bytes.readInt8(i) / STEPS;
    return new Fingerprint(edges);
  }

  /** 7,200 bytes as base64. */
  toText(): string {
    return Buffer.from(Int8Array.from(this.#edges, (edge) => Math.round(edge * STEPS)).buffer).toString('base64');
  }

  /** Of the 50 blocks, those with anything to compare. */
  get comparableBlocks(): number {
    return this.#comparable;
  }

  /** How much of the edges that are kept a picture has, wherever they are: 1 is as many. */
  edgeShare(now: Edges): number {
    return total(now) / total(this.#edges);
  }

  get saysEnough(): boolean {
    return this.#comparable >= LEAST_COMPARED;
  }

  compare(now: Edges): Likeness {
    sumBlocks(now, now, 0, strengthNow);
    let compared = 0;
    for (let b = 0; b < BLOCKS; b++)
      if (this.#strength[b]! >= LEAST_STRENGTH && strengthNow[b]! >= LEAST_STRENGTH) compared++;
    if (compared < LEAST_COMPARED) return 'unsure';
    const atRest = this.#agreeing(now, 0) / compared;
    if (atRest >= SAME_SHARE) return 'same';
    if (atRest < LEAST_SWAYING) return 'other';
    let share = atRest;
    for (const sway of SWAYS) {
      if (share >= SIMILAR_SHARE) return 'similar';
      share = Math.max(share, this.#agreeing(now, sway) / compared - SWAY_PENALTY);
    }
    if (share >= SIMILAR_SHARE) return 'similar';
    return share < OTHER_SHARE ? 'other' : 'unsure';
  }

  /** Moves towards a picture that is `same`, by a share 0..1. */
  follow(now: Edges, share: number): void {
    const edges = this.#edges;
    for (let i = 0; i < edges.length; i++) edges[i] = edges[i]! + share * (now[i]! - edges[i]!);
    this.#measure();
  }

  #agreeing(now: Edges, offset: number): number {
    sumBlocks(this.#edges, now, offset, product);
    let agreeing = 0;
    for (let b = 0; b < BLOCKS; b++) {
      const kept = this.#strength[b]!;
      const shown = strengthNow[b]!;
      if (kept < LEAST_STRENGTH || shown < LEAST_STRENGTH) continue;
      if (product[b]! >= AGREEING * Math.sqrt(kept * shown)) agreeing++;
    }
    return agreeing;
  }

  #measure(): void {
    sumBlocks(this.#edges, this.#edges, 0, this.#strength);
    this.#comparable = this.#strength.reduce((count, strength) => count + (strength >= LEAST_STRENGTH ? 1 : 0), 0);
  }
}

function total(edges: Edges): number {
  let sum = 0;
  for (let i = 0; i < edges.length; i++) sum += edges[i]! * edges[i]!;
  return sum;
}
