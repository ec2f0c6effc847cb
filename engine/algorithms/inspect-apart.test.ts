import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { convolution, type MadeGraph, madeGraph } from '#models/made-graph.ts';
import { findsRows, madeManifest } from '#models/made-package.ts';
import { readPackage } from '#models/package.ts';
import { zipForTests } from '../camera-imports/zip-for-tests.ts';
import type { Inspection } from '../contract/inspection.ts';
import { SANDBOX_LIMITS, Sandbox } from './inspect-apart.ts';
import { NEWEST_IR_VERSION, NEWEST_OPSET } from './sandbox/check-graph.ts';

process.env.ORT_DISABLE_TELEMETRY = '1';
const STREET = fileURLToPath(new URL('../../models/street', import.meta.url));
const LIMITS = {
  ...SANDBOX_LIMITS,
  memoryBytes: 1024 * 2 ** 20,
  mostBytes: 64 * 2 ** 20,
  mostUnfoldedBytes: 64 * 2 ** 20,
};
const sandbox = new Sandbox(LIMITS);
const folders: string[] = [];
afterAll(async () => {
  sandbox.close();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

async function upload(
  bytes: Uint8Array,
  more: { answers?: Record<string, string>; labels?: string[]; in?: Sandbox } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'inspection-'));
  folders.push(folder);
  const path = join(folder, 'upload');
  await writeFile(path, bytes);
  const { answers = {}, labels = null } = more;
  const inspection = await (more.in ?? sandbox).inspect({
    path,
    name: 'uploaded',
    version: '1.0.0',
    sha256: null,
    folder,
    answers,
    labels,
  });
  return { folder, inspection };
}
const said = ({ findings }: Inspection) => findings.map(({ severity, code }) => `${severity} ${code}`);
const DARK = findsRows([[1, 2, 9, 10, 0.9, 0.1]]);
const papers = [{ name: 'LICENSE', text: 'Apache-2.0' }];
const packed = (graph: MadeGraph | Buffer, over: Parameters<typeof madeManifest>[0] = {}, labels = 'cat\ndog') => [
  { name: 'manifest.json', text: JSON.stringify(madeManifest(over)) },
  { name: 'labels.txt', text: labels },
  { name: 'made.onnx', text: Buffer.isBuffer(graph) ? graph : madeGraph(graph) },
  ...papers,
];

test('a package is unpacked, folded, run on its samples, and what may be used lies ready; the upload stays as it is', async () => {
  const photo = await sharp({ create: { width: 128, height: 64, channels: 3, background: '#c86432' } })
    .jpeg()
    .toBuffer();
  const manifest = {
    input: { dtype: 'f32', layout: 'NCHW', colourOrder: 'BGR', scale: 1 / 255, widthPx: 64, heightPx: 64 },
    output: { family: 'dense', names: { raw: 'rows' }, scoreActivation: 'sigmoid' },
  };
  const graph = convolution({ sidePx: 64, dtype: 'f32', layout: 'NCHW' });
  const zip = zipForTests([
    ...packed(graph, manifest).map((part) => ({ ...part, name: `my-model/${part.name}` })),
    { name: 'my-model/model-card.md', text: '# A model' },
    { name: 'my-model/samples/street.jpg', text: photo },
    { name: 'my-model/samples/broken.jpg', text: 'no picture' },
  ]);
  const { folder, inspection } = await upload(zip);
  expect(said(inspection)).toEqual(['warning sample-unreadable']);
  expect(inspection).toMatchObject({
    accepted: true,
    kind: 'package',
    bytes: zip.length,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    guessedFrom: null,
    labels: ['cat', 'dog'],
    feeding: { folded: ['layout', 'colour-order', 'cast', 'normalisation'], kept: null },
    samples: [{ name: 'samples/street.jpg', widthPx: 128, heightPx: 64 }],
    modelCard: '# A model',
  });
  expect(inspection.samples[0]!.found.length).toBeGreaterThan(0);
  const prepared = await readPackage(join(folder, 'prepared'));
  expect(prepared.manifest.input).toMatchObject({ dtype: 'u8', layout: 'NHWC', colourOrder: 'RGB' });
  expect(await readFile(join(folder, 'package', 'made.onnx'))).toEqual(graph);
  expect(await readFile(join(folder, 'upload'))).toEqual(zip);
});

test('the shipped package passes as an upload like any other', async () => {
  const parts = ['manifest.json', 'labels.txt', 'street.onnx', 'README.md'];
  const files = await Promise.all(parts.map(async (name) => ({ name, text: await readFile(join(STREET, name)) })));
  const { inspection } = await upload(zipForTests([...files, ...papers]));
  expect(inspection).toMatchObject({ accepted: true, findings: [], feeding: { folded: [], kept: 'nothing-to-fold' } });
  expect(inspection.labels).toHaveLength(83);
});

test('a bare graph is guessed and tried; the answers of a person settle what it does not say', async () => {
  const rows = { name: 'output0', dims: [1, 2, 7], values: [0, 8, 8, 24, 40, 1, 0.9, 0, 30, 30, 40, 40, 0, 0.8] };
  const graph = madeGraph({ input: { name: 'images', dims: [1, 3, 64, 64], dtype: 'f32' }, outputs: [rows] });
  const first = await upload(graph);
  expect(first.inspection).toMatchObject({ accepted: false, kind: 'onnx', guessedFrom: 'shape' });
  expect(said(first.inspection)).toEqual(['refusal labels-invalid']);
  expect(first.inspection.questions.map(({ code }) => code)).toEqual([
    'pixel-scale',
    'colour-order',
    'resize',
    'columns',
    'labels',
  ]);
  const answers = { columns: 'batch,box,class,score', 'pixel-scale': 'unit', 'colour-order': 'RGB', resize: 'stretch' };
  const second = await upload(graph, { answers, labels: ['cat', 'dog'] });
  expect(second.inspection).toMatchObject({ accepted: true, questions: [], findings: [] });
  expect(second.inspection.samples[0]!.found.map(({ label }) => label)).toEqual(['dog', 'cat']);
  const other = await upload(graph, { answers: { columns: 'no such order' }, labels: ['cat', 'dog'] });
  expect(said(other.inspection)).toEqual(['refusal answer-unknown']);
});

test('a class that no label is for, labels against the model’s own notes, and an odd size are refused with both numbers', async () => {
  const cases: [MadeGraph, string[], string, RegExp, RegExp][] = [
    [
      {
        outputs: [{ name: 'o', dims: [1, 1, 6], values: [1, 1, 9, 9, 0.9, 7] }],
        metadata: { names: "{0:'a',1:'b'}", end2end: 'True' },
      },
      ['a', 'b'],
      'class-unknown',
      /class 7 with 2 labels/,
      /boxes/,
    ],
    [
      {
        outputs: [{ name: 'o', dims: [1, 1, 6], values: [1, 1, 9, 9, 0.9, 0] }],
        metadata: { names: "{0:'a',1:'b'}", end2end: 'True' },
      },
      ['a', 'b', 'c'],
      'labels-count',
      /3 labels/,
      /2, as/,
    ],
    [
      { ...DARK, metadata: { names: "{0:'a',1:'b'}", stride: '32' } },
      ['a', 'b'],
      'input-stride',
      /48 × 48 px/,
      /multiples of 32/,
    ],
  ];
  for (const [graph, labels, code, got, expected] of cases) {
    const dims = [1, 3, 48, 48];
    const { inspection } = await upload(madeGraph({ ...graph, input: { name: 'images', dims, dtype: 'f32' } }), {
      labels,
    });
    const refusal = inspection.findings.find(({ severity, code: of }) => severity === 'refusal' && of === code);
    expect(refusal, JSON.stringify(inspection.findings)).toBeDefined();
    expect(refusal!.got).toMatch(got);
    expect(refusal!.expected).toMatch(expected);
  }
});

test.each<[string, () => Uint8Array, string]>([
  ['nothing', () => Buffer.alloc(0), 'file-empty'],
  ['a text', () => Buffer.from('<html>not found</html>'), 'file-type'],
  ['more than is taken', () => Buffer.alloc(LIMITS.mostBytes + 1, 8), 'file-too-large'],
  ['a graph that is cut off', () => madeGraph(DARK).subarray(0, 90), 'onnx-unreadable'],
  ['a zip that is cut off', () => zipForTests(packed(DARK)).subarray(0, 300), 'zip-damaged'],
  ['a way out of the package', () => zipForTests([{ name: '../../evil.onnx', text: 'x' }]), 'zip-path'],
  ['an absolute path', () => zipForTests([{ name: '/etc/cron.d/evil', text: 'x' }]), 'zip-path'],
  ['a folder in a folder', () => zipForTests([...packed(DARK), { name: 'a/b/c.txt', text: 'x' }]), 'zip-path'],
  ['a link', () => zipForTests([{ name: 'model.onnx', text: '/etc/passwd', unixMode: 0o120777 }]), 'zip-link'],
  ['an encrypted part', () => zipForTests([{ name: 'model.onnx', text: 'x', encrypted: true }]), 'zip-encrypted'],
  ['a bomb by ratio', () => zipForTests([{ name: 'model.onnx', text: Buffer.alloc(20e6) }]), 'zip-unfolds-too-large'],
  [
    'a bomb that lies',
    () => zipForTests([{ name: 'model.onnx', text: Buffer.alloc(20e6), statedBytes: 1000 }]),
    'zip-damaged',
  ],
  [
    'a bomb of parts',
    () => zipForTests(Array.from({ length: 300 }, (_, i) => ({ name: `${i}.txt`, text: '' }))),
    'zip-too-many-parts',
  ],
  ['the same part twice', () => zipForTests([...packed(DARK), ...papers]), 'zip-damaged'],
  ['no model', () => zipForTests(papers), 'package-parts'],
  ['weights outside', () => madeGraph({ ...DARK, externalLocation: '../../../etc/passwd' }), 'onnx-external-data'],
  [
    'an operator of its own',
    () => madeGraph({ ...DARK, customOperator: { domain: 'com.vendor', opType: 'Magic' } }),
    'custom-operators',
  ],
  ['a new IR', () => madeGraph({ ...DARK, irVersion: NEWEST_IR_VERSION + 1 }), 'ir-version'],
  ['a new opset', () => madeGraph({ ...DARK, opset: NEWEST_OPSET + 1 }), 'opset'],
  ['a batch of 64', () => zipForTests(packed({ ...DARK, input: { dims: [64, 16, 16, 3] } })), 'graph-input'],
  ['too many labels', () => zipForTests(packed(DARK, {}, 'a\nb\nc')), 'labels-count'],
  [
    'a manifest that is none',
    () =>
      zipForTests([
        { name: 'manifest.json', text: '[1]' },
        { name: 'm.onnx', text: madeGraph(DARK) },
      ]),
    'manifest-invalid',
  ],
  [
    'another hash',
    () => zipForTests(packed(DARK, { top: { onnx: { file: 'made.onnx', sha256: 'a'.repeat(64) } } })),
    'onnx-hash',
  ],
  [
    'outputs of no known layout',
    () => madeGraph({ ...DARK, outputs: [{ name: 'o', dims: [2, 2, 2, 2, 2, 2], values: new Array(64).fill(0) }] }),
    'outputs-unknown',
  ],
])('%s is refused', async (_name, bytes, code) => {
  const { inspection } = await upload(bytes());
  expect(inspection.accepted).toBe(false);
  const refusal = inspection.findings.find(({ severity }) => severity === 'refusal');
  expect(refusal, JSON.stringify(inspection.findings)).toMatchObject({ code });
  expect(refusal!.got).not.toBe(null);
  expect(refusal!.expected).not.toBe(null);
});

test('half precision, further inputs and open sizes are fed as they are, and said', async () => {
  const size = { name: 'orig_target_sizes', dims: [1, 2], dtype: 'i64' as const };
  const graph = madeGraph({
    input: { name: 'images', dims: [1, 3, 'height', 'width'], dtype: 'f16' },
    sideInputs: [size],
    outputs: [
      { name: 'labels', dims: [1, 1], values: [1], dtype: 'i64' },
      { name: 'boxes', dims: [1, 1, 4], values: [1, 2, 30, 40] },
      { name: 'scores', dims: [1, 1], values: [0.9] },
    ],
  });
  const { inspection } = await upload(graph, { labels: ['cat', 'dog'] });
  expect(said(inspection)).toEqual(['note dynamic-shape', 'note further-inputs', 'note fed-as-it-is']);
  expect(inspection).toMatchObject({ accepted: true, feeding: { folded: [], kept: 'half-precision' } });
});

test('the newest IR and opset that are let through are the newest that the runtime opens', async () => {
  const opens = (over: Partial<MadeGraph>) =>
    InferenceSession.create(madeGraph({ ...DARK, ...over }), { logSeverityLevel: 4 }).then(
      (session) => session.release().then(() => true),
      () => false,
    );
  expect(await opens({ irVersion: NEWEST_IR_VERSION, opset: NEWEST_OPSET })).toBe(true);
  expect(await opens({ irVersion: NEWEST_IR_VERSION + 1 })).toBe(false);
  expect(await opens({ opset: NEWEST_OPSET + 1 })).toBe(false);
});
