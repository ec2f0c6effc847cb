import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { Pixels } from './detections.ts';
import { openDetector } from './detector.ts';
import { type Folded, foldInput } from './fold-input.ts';
import { convolution, madeGraph } from './made-graph.ts';
import { findsRows, madeManifest, madePackage } from './made-package.ts';
import { Manifest } from './manifest.ts';
import { readPackage } from './package.ts';
import { newPictureInput } from './picture-input.ts';

process.env.ORT_DISABLE_TELEMETRY = '1';
const SIDE = 64;
const noise = (i: number) => (Math.imul(i + 1, 2654435761) >>> 13) & 255;
const pixels: Pixels = {
  widthPx: SIDE,
  heightPx: SIDE,
  writeRgb: (out) => {
    for (let i = 0; i < 3 * SIDE * SIDE; i++) out[i] = noise(i);
  },
};

function manifestOf(input: Record<string, unknown>): Manifest {
  const output = { family: 'dense', names: { raw: 'rows' }, scoreActivation: 'sigmoid' };
  return Manifest.parse(madeManifest({ input: { widthPx: SIDE, heightPx: SIDE, ...input }, output }));
}

async function rowsOf(manifest: Manifest, file: Buffer): Promise<Float32Array> {
  const session = await InferenceSession.create(file, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const picture = newPictureInput(manifest);
  picture.load(pixels);
  const { rows } = await session.run({ [manifest.input.name]: picture.tensor as Tensor });
  await session.release();
  return rows!.data as Float32Array;
}

function folded(manifest: Manifest, file: Buffer): Folded {
  const result = foldInput(manifest, file);
  if ('kept' in result) throw new Error(`kept: ${result.kept}`);
  return result;
}

test.each([
  ['f32', 'NCHW', 'RGB', ['layout', 'cast']],
  ['f32', 'NCHW', 'BGR', ['layout', 'colour-order', 'cast']],
  ['f32', 'NHWC', 'BGR', ['colour-order', 'cast']],
  ['u8', 'NCHW', 'BGR', ['layout', 'colour-order']],
] as const)(
  '%s %s %s: whole pixels go in, and what comes out is the same to the bit',
  async (dtype, layout, colourOrder, steps) => {
    const manifest = manifestOf({ dtype, layout, colourOrder });
    const file = convolution({ sidePx: SIDE, dtype, layout });
    const result = folded(manifest, file);
    expect(result.steps).toEqual(steps);
    expect(result.manifest.input).toMatchObject({ dtype: 'u8', layout: 'NHWC', colourOrder: 'RGB' });
    const [before, after] = [await rowsOf(manifest, file), await rowsOf(result.manifest, result.file)];
    expect(before.length).toBeGreaterThan(0);
    expect(new Set(before).size).toBeGreaterThan(100);
    expect(after).toEqual(before);
  },
);

const IMAGENET = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const RTMDET = { mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395], colourOrder: 'BGR' };

test.each([
  ['0..1', { scale: 1 / 255 }],
  ['ImageNet', IMAGENET],
  ['RTMDet', RTMDET],
])(
  'normalisation (%s) in the graph differs by less than 1e-4, boxes by less than half a pixel',
  async (_name, input) => {
    const manifest = manifestOf({ dtype: 'f32', layout: 'NCHW', ...input });
    const file = convolution({ sidePx: SIDE, dtype: 'f32', layout: 'NCHW' });
    const result = folded(manifest, file);
    expect(result.steps).toContain('normalisation');
    const [before, after] = [await rowsOf(manifest, file), await rowsOf(result.manifest, result.file)];
    const largest = before.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    let worst = 0;
    before.forEach((v, i) => {
      worst = Math.max(worst, Math.abs(after[i]! - v) / Math.max(Math.abs(v), largest / 100));
    });
    expect(worst).toBeLessThanOrEqual(1e-4);

    const boxes = async (of: Manifest, graph: Buffer) => {
      const folder = await madePackage(of, ['cat', 'dog'], graph);
      await writeFile(join(folder, 'manifest.json'), JSON.stringify(of));
      const detector = await openDetector(await readPackage(folder));
      const found = await detector.look(pixels);
      await detector.close();
      await rm(folder, { recursive: true });
      return found;
    };
    const [one, other] = [await boxes(manifest, file), await boxes(result.manifest, result.file)];
    expect(one.length).toBeGreaterThan(0);
    expect(other.map(({ label }) => label)).toEqual(one.map(({ label }) => label));
    one.forEach(({ boxXyxyPx }, i) => {
      boxXyxyPx.forEach((v, side) => {
        expect(Math.abs(v - other[i]!.boxXyxyPx[side]!)).toBeLessThanOrEqual(0.5);
      });
    });
  },
);

test('an open batch is folded; half precision, an open size, an old opset and whole pixels are fed as they are', () => {
  const graph = (dims: (number | string)[], over = {}) =>
    madeGraph({ ...findsRows([[1, 2, 9, 10, 0.9]]), input: { name: 'image', dims, dtype: 'f32' }, ...over });
  const f32 = Manifest.parse(madeManifest({ input: { dtype: 'f32', layout: 'NCHW' } }));
  expect(folded(f32, graph(['batch', 3, 16, 16])).steps).toEqual(['layout', 'cast']);
  expect(foldInput(f32, graph([1, 3, 'height', 'width']))).toEqual({ kept: 'dynamic-shape' });
  expect(foldInput(f32, graph([1, 3, 16, 16], { opset: 6 }))).toEqual({ kept: 'old-opset' });
  const half = { ...f32, input: { ...f32.input, dtype: 'f16' as const } };
  expect(foldInput(half, graph([1, 3, 16, 16]))).toEqual({ kept: 'half-precision' });
  const whole = madeGraph(findsRows([[1, 2, 9, 10, 0.9]]));
  expect(foldInput(Manifest.parse(madeManifest()), whole)).toEqual({ kept: 'nothing-to-fold' });
});
