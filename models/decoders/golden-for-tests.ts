import { rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { openDetector } from '../detector.ts';
import type { Finding } from '../findings.ts';
import type { MadeGraph } from '../made-graph.ts';
import { madeManifest, madePackage } from '../made-package.ts';
import { solid } from '../made-picture.ts';
import { readPackage } from '../package.ts';

/** A graph that always gives the same tensors, and how its manifest says that they are read. */
export interface Golden {
  labels?: string[];
  input?: Record<string, unknown>;
  output: Record<string, unknown>;
  sideInputs?: Record<string, unknown>[];
  graph: MadeGraph;
  /** The size of the picture that is looked at. */
  picturePx?: [number, number];
}

const SQUARE = { widthPx: 64, heightPx: 64, layout: 'NCHW', dtype: 'f32', scale: 1 / 255 };
export const LETTERBOX = { kind: 'letterbox', anchor: 'centre', padValue: 114 };
export const picture = { name: 'image', dims: [1, 3, 64, 64], dtype: 'f32' as const };

/** What is found in a black picture, twice as large as the input of 64 × 64 px unless another size is stated. */
export async function found(golden: Golden): Promise<Finding[]> {
  const manifest = madeManifest({
    input: { ...SQUARE, ...golden.input },
    output: golden.output,
    top: golden.sideInputs ? { sideInputs: golden.sideInputs } : {},
  });
  const folder = await madePackage(manifest, golden.labels ?? ['cat', 'dog'], { input: picture, ...golden.graph });
  try {
    const detector = await openDetector(await readPackage(folder));
    const all = await detector.look(solid(...(golden.picturePx ?? [128, 128])));
    await detector.close();
    return all;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every box is the expected one to half a pixel of the picture, in order, with its label and score. */
export async function finds(
  golden: Golden,
  expected: [string, number, [number, number, number, number]][],
): Promise<void> {
  const all = await found(golden);
  expect(all.map(({ label }) => label)).toEqual(expected.map(([label]) => label));
  all.forEach(({ score, boxXyxyPx }, i) => {
    const [, expectedScore, box] = expected[i]!;
    expect(score).toBeCloseTo(expectedScore, 3);
    boxXyxyPx.forEach((v, side) => {
      expect(Math.abs(v - box[side]!), `side ${side} of box ${i}: ${boxXyxyPx}`).toBeLessThanOrEqual(0.5);
    });
  });
}

/** One tensor of rows, as (1, rows, numbers) or, turned, as (1, numbers, rows). */
export function tensor(name: string, rows: number[][], turned = false): MadeGraph['outputs'][number] {
  const [count, numbers] = [rows.length, rows[0]!.length];
  if (!turned) return { name, dims: [1, count, numbers], values: rows.flat() };
  return {
    name,
    dims: [1, numbers, count],
    values: Array.from({ length: numbers * count }, (_, i) => rows[i % count]![Math.floor(i / count)]!),
  };
}
