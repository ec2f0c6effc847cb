import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import onnxProto from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { arrange } from './arrange.ts';
import { gatherShuffled } from './gather-shuffled.ts';
import { madeGraph } from './made-graph.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { type AlgorithmPackage, readPackage } from './package.ts';

process.env.ORT_DISABLE_TELEMETRY = '1';

const { onnx } = onnxProto;
const STREET = fileURLToPath(new URL('./street', import.meta.url));
const FLOAT = 1;
const INT64 = 7;

interface Shuffled {
  /** What comes after the shuffle: two slices, two parts of a split, or it as a whole. */
  after: 'slices' | 'split' | 'whole' | 'slices and whole';
  /** The tensor in groups is given too. */
  givesGroups?: boolean;
  /** Of the picture before it is put into groups. */
  dims?: number[];
}

/** Six channels of 2 × 2 in two groups of three, exchanged and put back. */
function shuffledGraph({ after: what, givesGroups = false, dims = [1, 6, 2, 2] }: Shuffled): Buffer {
  const node = (opType: string, input: string[], output: string[], ints: Record<string, number[] | number> = {}) =>
    onnx.NodeProto.create({
      ...{ opType, input, output },
      attribute: Object.entries(ints).map(([name, value]) =>
        Array.isArray(value) ? { name, type: 7, ints: value } : { name, type: 2, i: value },
      ),
    });
  const numbers = (name: string, values: number[]) =>
    onnx.TensorProto.create({ name, dims: [values.length], dataType: INT64, int64Data: values });
  const info = (name: string, dims: number[]) =>
    onnx.ValueInfoProto.create({
      name,
      type: { tensorType: { elemType: FLOAT, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
    });
  const cut = [
    node('Slice', ['mixed', 'zero', 'two', 'one'], ['first']),
    node('Slice', ['mixed', 'two', 'far', 'one'], ['second']),
  ];
  const after = {
    slices: cut,
    split: [node('Split', ['mixed', 'sizes'], ['first', 'second'], { axis: 1 })],
    whole: [node('Neg', ['mixed'], ['first'])],
    'slices and whole': [...cut, node('Neg', ['mixed'], ['third'])],
  }[what];
  return Buffer.from(
    onnx.ModelProto.encode(
      onnx.ModelProto.create({
        irVersion: 8,
        opsetImport: [{ domain: '', version: 13 }],
        graph: {
          name: 'shuffled',
          input: [info('image', dims)],
          initializer: [
            numbers('grouped', [0, 2, 3, 2, 2]),
            numbers('flat', [0, 6, 2, 2]),
            ...[numbers('zero', [0]), numbers('one', [1]), numbers('two', [2]), numbers('far', [2 ** 31 - 1])],
            numbers('sizes', [2, 4]),
          ],
          node: [
            node('Reshape', ['image', 'grouped'], ['groups']),
            node('Transpose', ['groups'], ['members'], { perm: [0, 2, 1, 3, 4] }),
            node('Reshape', ['members', 'flat'], ['mixed']),
            ...after,
          ],
          output: [
            ...after.flatMap(({ output }) => output).map((name) => info(name, [])),
            ...(givesGroups ? [info('members', [1, 3, 2, 2, 2])] : []),
          ].map(({ name }) => onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: FLOAT } } })),
        },
      }),
    ).finish(),
  );
}

async function runOf(file: Buffer, dims: number[]): Promise<Record<string, unknown>> {
  const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
  const values = Float32Array.from({ length: 24 }, (_, i) => i);
  const results = await session.run({ [session.inputNames[0]!]: new Tensor('float32', values, dims) });
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, [dims, data]]));
}

const opsOf = (file: Buffer) => [...OnnxGraph.read(file)!.nodes].map(({ op }) => op).sort();

test.each([
  ['slices', ['Gather', 'Gather', 'Reshape']],
  ['split', ['Gather', 'Gather', 'Reshape']],
  ['whole', ['Gather', 'Neg', 'Reshape']],
  ['slices and whole', ['Gather', 'Gather', 'Gather', 'Neg', 'Reshape']],
] as const)('shuffled channels, then %s: picked by their places, the same numbers', async (after, ops) => {
  for (const dims of [
    [1, 6, 2, 2],
    [1, 2, 6, 2],
  ]) {
    const file = shuffledGraph({ after, dims });
    const graph = OnnxGraph.read(file)!;
    gatherShuffled(graph);
    const gathered = graph.write();
    expect(opsOf(gathered)).toEqual(ops);
    expect(await runOf(gathered, dims)).toEqual(await runOf(file, dims));
  }
});

test('where what is between is given too, nothing is touched', () => {
  const graph = OnnxGraph.read(shuffledGraph({ after: 'slices', givesGroups: true }))!;
  gatherShuffled(graph);
  expect(graph.isChanged).toBe(false);
});

test('a graph that holds graphs of its own is not read', () => {
  expect(OnnxGraph.read(madeGraph({ outputs: [{ name: 'scores', dims: [1], values: [1] }], loops: 2 }))).toBeNull();
});

test('of the shipped model all rows are ranked, and the boxes of the chosen ones alone reckoned', async () => {
  const pkg = await readPackage(STREET);
  const { file } = await arranged(pkg);
  const graph = OnnxGraph.read(file)!;
  expect(
    graph
      .consumersOf('all_c')
      .map(({ op }) => op)
      .sort(),
  ).toEqual(['Gather', 'Split']);
  expect(opsOf(file).filter((op) => op === 'Slice')).toEqual([]);
  expect(graph.consumersOf('image').map(({ op }) => op)).toEqual(['Transpose']);
});

async function arranged(pkg: AlgorithmPackage) {
  const floors = new Float32Array(pkg.labels.length).fill(pkg.manifest.selection.lowScore);
  return arrange(pkg, floors, await readFile(join(pkg.folder, pkg.manifest.onnx.file)))!;
}
