import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, expect, test } from 'vitest';
import { arrange } from './arrange.ts';
import { Candidates } from './decoders/candidates.ts';
import type { OutputRole, OutputTensor } from './decoders/decoder.ts';
import { DECODERS } from './decoders/table.ts';
import type { MadeGraph } from './made-graph.ts';
import { findsRows, madeManifest, madePackage } from './made-package.ts';
import { outlineOnnx } from './onnx-file.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { type AlgorithmPackage, outputRoles, readPackage } from './package.ts';
import { shortlist } from './shortlist.ts';

process.env.ORT_DISABLE_TELEMETRY = '1';

const made: string[] = [];
afterAll(async () => {
  await Promise.all(made.map((folder) => rm(folder, { recursive: true })));
});

/** What the decoder of the family makes of one run of the graph. */
async function candidates(
  pkg: AlgorithmPackage,
  floors: Float32Array,
  file: Buffer,
  roles: readonly { role: OutputRole; name: string }[],
  picture: Tensor,
) {
  const { input, output, selection } = pkg.manifest;
  const session = await InferenceSession.create(file, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const results = await session.run(
    { [input.name]: picture },
    roles.map(({ name }) => name),
  );
  await session.release();
  const tensors: Partial<Record<string, OutputTensor>> = {};
  for (const { role, name } of roles)
    tensors[role] = { dims: results[name]!.dims, values: results[name]!.data as Float32Array };
  const { widthPx: inputWidthPx, heightPx: inputHeightPx } = input;
  const decode = DECODERS[output.family]!.open({ output, floors, inputWidthPx, inputHeightPx });
  const into = new Candidates(selection.maxCandidates);
  decode(tensors, into);
  return {
    rows: tensors.scores!.dims[1],
    found: Array.from({ length: into.count }, (_, i) => [
      into.scores[i]!,
      into.classIds[i]!,
      ...into.boxesXyxy.subarray(4 * i, 4 * i + 4),
    ]),
  };
}

async function both(pkg: AlgorithmPackage, picture: Tensor) {
  const floors = new Float32Array(pkg.labels.length).fill(pkg.manifest.selection.lowScore);
  const file = await readFile(join(pkg.folder, pkg.manifest.onnx.file));
  const shortlisted = arrange(pkg, floors, file)!;
  return {
    whole: await candidates(pkg, floors, file, outputRoles(pkg.manifest), picture),
    short: await candidates(pkg, floors, shortlisted.file, shortlisted.roles, picture),
  };
}

async function packageOf(graph: MadeGraph, selection: object, labels = ['a', 'b', 'c']): Promise<AlgorithmPackage> {
  const folder = await madePackage(madeManifest({ selection: { ...selection } }), labels, graph);
  made.push(folder);
  return readPackage(folder);
}

/** Rows of a box that names its row, and scores of few steps, so that many are equal. */
function rowsOfSteps(count: number): number[][] {
  return Array.from({ length: count }, (_, i) => [
    i % 16,
    0,
    16,
    16,
    ...[0, 1, 2].map((k) => ((Math.imul(3 * i + k, 2654435761) >>> 13) % 21) / 20),
  ]);
}

const black = new Tensor('uint8', new Uint8Array(16 * 16 * 3), [1, 16, 16, 3]);

test.each([13, 17, 18])(
  'opset %i: the same candidates in the same order, though most rows stay in the graph',
  async (opset) => {
    const pkg = await packageOf({ ...findsRows(rowsOfSteps(1000)), opset, irVersion: 8 }, { maxCandidates: 60 });
    const { whole, short } = await both(pkg, black);
    expect(whole.rows).toBe(1000);
    expect(short.rows).toBe(60);
    expect(whole.found).toHaveLength(60);
    expect(short.found).toEqual(whole.found);
  },
);

test('the shipped model gives the same candidates of a noisy picture', async () => {
  const pkg = await readPackage(fileURLToPath(new URL('./street', import.meta.url)));
  const noise = Uint8Array.from({ length: 416 * 416 * 3 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255);
  const { whole, short } = await both(pkg, new Tensor('uint8', noise, [1, 416, 416, 3]));
  expect([whole.rows, short.rows]).toEqual([3598, 300]);
  expect(whole.found.length).toBeGreaterThan(0);
  expect(short.found).toEqual(whole.found);
});

test('it does not apply to few rows, thresholds apart, open row counts and old opsets', async () => {
  const few = await packageOf(findsRows(rowsOfSteps(60)), { maxCandidates: 60 });
  const many = await packageOf(findsRows(rowsOfSteps(61)), { maxCandidates: 60 });
  const old = await packageOf({ ...findsRows(rowsOfSteps(61)), opset: 10 }, { maxCandidates: 60 });
  const open = findsRows(rowsOfSteps(61));
  open.outputs[1]!.statedDims = [1, 'rows', 3];
  const openRows = await packageOf(open, { maxCandidates: 60 });
  const equal = new Float32Array([0.15, 0.15, 0.15]);
  const file = (pkg: AlgorithmPackage) => readFile(join(pkg.folder, pkg.manifest.onnx.file));
  const of = async (pkg: AlgorithmPackage, floors: Float32Array) => {
    const bytes = await file(pkg);
    return shortlist(pkg, floors, outlineOnnx(bytes), OnnxGraph.read(bytes)!);
  };
  expect(await of(many, equal)).not.toBeNull();
  expect(await of(many, new Float32Array([0.15, 0.1, 0.15]))).toBeNull();
  for (const pkg of [few, old, openRows]) expect(await of(pkg, equal)).toBeNull();
});
