import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { madeGraph } from '#models/made-graph.ts';
import { findsRows } from '#models/made-package.ts';
import { Inspection } from '../contract/inspection.ts';
import { SANDBOX_LIMITS, Sandbox } from './inspect-apart.ts';

const STREET = fileURLToPath(new URL('../../models/street/street.onnx', import.meta.url));
const folders: string[] = [];
const sandboxes: Sandbox[] = [];
afterAll(async () => {
  for (const sandbox of sandboxes) sandbox.close();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

function open(limits: Partial<typeof SANDBOX_LIMITS>): Sandbox {
  const sandbox = new Sandbox({ ...SANDBOX_LIMITS, ...limits });
  sandboxes.push(sandbox);
  return sandbox;
}

async function upload(sandbox: Sandbox, bytes: Uint8Array, labels: string[] | null = null) {
  const folder = await mkdtemp(join(tmpdir(), 'inspection-'));
  folders.push(folder);
  await writeFile(join(folder, 'upload'), bytes);
  return sandbox.inspect({
    path: join(folder, 'upload'),
    name: 'uploaded',
    version: '1.0.0',
    sha256: null,
    folder,
    answers: {},
    labels,
  });
}

const small = () => madeGraph(findsRows([[1, 2, 9, 10, 0.9, 0.1]]));

test('a graph that asks for more memory than there may be is refused, and the next upload is inspected', async () => {
  const sandbox = open({ memoryBytes: 700 * 2 ** 20 });
  const hungry = await upload(sandbox, madeGraph({ ...findsRows([[1, 2, 9, 10, 0.9]]), fills: 2e9 }), ['a']);
  expect(hungry.accepted).toBe(false);
  expect(hungry.findings.map(({ code }) => code)).toContain('sandbox-memory');
  const next = await upload(sandbox, small());
  expect(next.kind).toBe('onnx');
  expect(next.graph).not.toBeNull();
}, 60_000);

test('what takes too long is ended, and the next upload is inspected', async () => {
  const sandbox = open({ withinMs: 1500 });
  const slow = await upload(sandbox, madeGraph({ ...findsRows([[1, 2, 9, 10, 0.9]]), loops: 2 ** 40 }), ['a']);
  expect(slow.findings).toMatchObject([{ code: 'sandbox-time', expected: 'at most 1500 ms' }]);
  expect(sandbox.deaths).toBe(1);
  expect((await upload(sandbox, small())).graph).not.toBeNull();
}, 60_000);

test('a process that is killed at work says so; one that had opened others before is replaced in silence', async () => {
  const sandbox = open({ withinMs: 30_000 });
  const endless = upload(sandbox, madeGraph({ ...findsRows([[1, 2, 9, 10, 0.9]]), loops: 2 ** 40 }), ['a']);
  while (sandbox.pid === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(sandbox.pid, 'SIGKILL');
  expect((await endless).findings).toMatchObject([{ code: 'sandbox-crash', got: expect.stringContaining('SIGKILL') }]);

  expect((await upload(sandbox, small())).graph).not.toBeNull();
  const used = sandbox.pid!;
  process.kill(used, 'SIGKILL');
  expect((await upload(sandbox, small())).graph).not.toBeNull();
  expect(sandbox.pid).not.toBe(used);
  expect(sandbox.deaths).toBe(2);
}, 60_000);

/** The same numbers at each run (mulberry32, public domain). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('200 spoilt models: each is read or refused in words, and the parent lives', async () => {
  const sandbox = open({ memoryBytes: 900 * 2 ** 20, withinMs: 20_000 });
  const street = await readFile(STREET);
  const streetLabels = (await readFile(STREET.replace('street.onnx', 'labels.txt'), 'utf8')).trim().split('\n');
  const wholes = [
    small(),
    madeGraph({
      input: { name: 'images', dims: [1, 3, 64, 64], dtype: 'f32' },
      outputs: [{ name: 'output0', dims: [1, 84, 7], values: new Array(84 * 7).fill(0.2) }],
      metadata: { names: "{0:'a',1:'b'}", stride: '32', task: 'detect' },
    }),
    madeGraph({
      input: { name: 'images', dims: [1, 3, 64, 64], dtype: 'f32' },
      sideInputs: [{ name: 'orig_target_sizes', dims: [1, 2], dtype: 'i64' }],
      outputs: [
        { name: 'labels', dims: [1, 1], values: [1], dtype: 'i64' },
        { name: 'boxes', dims: [1, 1, 4], values: [1, 2, 30, 40] },
        { name: 'scores', dims: [1, 1], values: [0.9] },
      ],
    }),
  ];
  const outcomes = { accepted: 0, refused: 0 };
  const codes = new Map<string, number>();
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const whole = seed % 10 === 0 ? street : wholes[seed % wholes.length]!;
    const inspection = await upload(sandbox, spoil(whole, random), whole === street ? streetLabels : ['a', 'b']);
    expect(() => Inspection.parse(inspection)).not.toThrow();
    if (inspection.accepted) outcomes.accepted++;
    else {
      outcomes.refused++;
      const refusal = inspection.findings.find(({ severity }) => severity === 'refusal');
      expect(refusal, `seed ${seed}: ${JSON.stringify(inspection.findings)}`).toBeDefined();
      expect(refusal!.got, `seed ${seed}`).toBeTruthy();
      codes.set(refusal!.code, (codes.get(refusal!.code) ?? 0) + 1);
    }
  }
  expect(outcomes.accepted + outcomes.refused).toBe(200);
  // Both ends of the way are reached: the walker's refusals, and graphs that the runtime opened.
  expect([...codes.keys()]).toEqual(expect.arrayContaining(['onnx-unreadable', 'graph-refused']));
  expect(outcomes.accepted).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(50);
}, 300_000);

/** Flipped bytes, a piece cut out or off, or a bomb: messages nested in one another, a length far beyond the file. */
function spoil(whole: Buffer, random: () => number): Buffer {
  const at = (length: number) => Math.floor(random() * length);
  const kind = at(8);
  if (kind === 0) return whole.subarray(0, 1 + at(whole.length - 1));
  if (kind === 1) {
    const from = at(whole.length);
    return Buffer.concat([whole.subarray(0, from), whole.subarray(from + 1 + at(64))]);
  }
  if (kind === 2) return Buffer.concat([whole, nested(1 + at(3000), [0x0a, 0x2a, 0x32][at(3)]!)]);
  if (kind === 3) return Buffer.concat([whole, Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x07])]);
  const bytes = Buffer.from(whole);
  const reach = random() < 0.5 ? bytes.length : Math.min(bytes.length, 4000);
  for (let n = 1 + at(4); n > 0; n--) bytes[at(reach)] = at(256);
  return bytes;
}

/** A graph (field 7) in which messages of one field lie in one another. */
function nested(depth: number, tag: number): Buffer {
  let inside = Buffer.from([0x08, 0x01]);
  for (let i = 0; i < depth; i++) inside = Buffer.concat([Buffer.from([tag, ...varint(inside.length)]), inside]);
  return Buffer.concat([Buffer.from([0x3a, ...varint(inside.length)]), inside]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
