import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDetector } from './detector.ts';
import { madeGraph } from './made-graph.ts';
import { findsRows, madeManifest, madePackage } from './made-package.ts';
import { PackageError, readPackage } from './package.ts';

const made: string[] = [];
async function pack(...parts: Parameters<typeof madePackage>): Promise<string> {
  const folder = await madePackage(...parts);
  made.push(folder);
  return folder;
}
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

async function refusal(folder: string): Promise<PackageError> {
  const error = await readPackage(folder).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PackageError);
  return error as PackageError;
}

const ROWS = [[1, 2, 9, 10, 0.9, 0.1]];

test('a consistent package is read', async () => {
  const pkg = await readPackage(await pack());
  expect(pkg.labels).toEqual(['cat', 'dog']);
  expect(pkg.identity).toMatchObject({
    name: 'made',
    version: '1.0.0',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('labels that are not as many as the classes: the error names both numbers', async () => {
  const error = await refusal(await pack(madeManifest(), ['cat', 'dog', 'cow']));
  expect(error.code).toBe('labels-count');
  expect(error.message).toContain('3 labels');
  expect(error.message).toContain('2, one per class');
});

test('an open class dimension is caught by the first run', async () => {
  const graph = findsRows([[1, 2, 9, 10, 0.9, 0.1, 0.1, 0.1, 0.1]]);
  graph.outputs[1]!.statedDims = [1, 'rows', 'classes'];
  const pkg = await readPackage(await pack(madeManifest(), ['cat', 'dog'], graph));
  await expect(openDetector(pkg)).rejects.toMatchObject({ code: 'graph-refused' });
});

test('an unknown family: the error lists those that there are', async () => {
  const error = await refusal(await pack(madeManifest({ output: { family: 'yolo-v99' } })));
  expect(error.code).toBe('family-unknown');
  expect(error.message).toContain('boxes-scores, nanodet-plus');
});

test('a manifest with a field too many or of the wrong kind is refused by name', async () => {
  const error = await refusal(await pack(madeManifest({ input: { widthPx: 'wide' }, top: { colour: 1 } })));
  expect(error.code).toBe('manifest-invalid');
  expect(error.message).toContain('input.widthPx');
  expect(error.message).toContain('colour');
});

test('a file that is missing, empty, cut off, a zip or a text is refused in words', async () => {
  const missing = await pack();
  await rm(join(missing, 'labels.txt'));
  expect(await refusal(missing)).toMatchObject({ code: 'file-missing' });

  const empty = await pack();
  await truncate(join(empty, 'made.onnx'), 0);
  expect(await refusal(empty)).toMatchObject({ code: 'file-empty', got: '0 bytes' });

  const whole = madeGraph(findsRows(ROWS));
  for (const length of [20, whole.length >> 1, whole.length - 1]) {
    const error = await refusal(await pack(madeManifest(), ['cat', 'dog'], whole.subarray(0, length)));
    expect(error.code).toBe('onnx-unreadable');
  }
  const zip = await refusal(await pack(madeManifest(), ['cat', 'dog'], Buffer.from('PK\u0003\u0004rest', 'latin1')));
  expect(zip.message).toContain('zip');
  const text = await refusal(await pack(madeManifest(), ['cat', 'dog'], Buffer.from('<html>not found</html>')));
  expect(text.code).toBe('onnx-unreadable');
});

test('a stated hash that is not the file’s is refused', async () => {
  const manifest = madeManifest({ top: { onnx: { file: 'made.onnx', sha256: 'a'.repeat(64) } } });
  expect(await refusal(await pack(manifest))).toMatchObject({ code: 'onnx-hash', expected: 'a'.repeat(64) });
});

test('weights outside the file are refused, wherever they are said to lie', async () => {
  for (const externalLocation of ['../../secret.bin', 'weights.bin', '/etc/hostname']) {
    const error = await refusal(await pack(madeManifest(), ['cat', 'dog'], { ...findsRows(ROWS), externalLocation }));
    expect(error.code).toBe('onnx-external-data');
    expect(error.message).toContain(externalLocation);
  }
});

test('file names with a path do not leave the package', async () => {
  const error = await refusal(await pack(madeManifest({ top: { onnx: { file: '../made.onnx' } } })));
  expect(error.code).toBe('manifest-invalid');
});

test('a fixed batch of 64, another input size and a missing output are refused', async () => {
  const batch = await pack(madeManifest(), ['cat', 'dog'], { ...findsRows(ROWS), input: { dims: [64, 16, 16, 3] } });
  expect(await refusal(batch)).toMatchObject({ code: 'graph-input', got: [64, 16, 16, 3], expected: [1, 16, 16, 3] });
  const size = await pack(madeManifest({ input: { widthPx: 32 } }));
  expect(await refusal(size)).toMatchObject({ code: 'graph-input' });
  const output = await pack(madeManifest({ output: { names: { boxes: 'boxes', scores: 'logits' } } }));
  expect(await refusal(output)).toMatchObject({ code: 'graph-output', got: ['boxes', 'scores'] });
});

test('labels and groups that the manifest makes up are refused', async () => {
  const group = madeManifest({ selection: { classGroups: { vehicle: ['car'] } } });
  expect(await refusal(await pack(group))).toMatchObject({ code: 'labels-invalid', got: 'the label "car"' });
  const area = madeManifest({ selection: { maxAreaShare: { garbage: 0.5 } } });
  expect(await refusal(await pack(area))).toMatchObject({ code: 'labels-invalid', got: 'the group "garbage"' });
});

test('an opset or IR that is too new is refused when the graph is opened, and the next package still works', async () => {
  for (const over of [{ opset: 999 }, { irVersion: 99 }]) {
    const pkg = await readPackage(await pack(madeManifest(), ['cat', 'dog'], { ...findsRows(ROWS), ...over }));
    await expect(openDetector(pkg)).rejects.toMatchObject({ name: 'PackageError', code: 'graph-refused' });
  }
  const detector = await openDetector(await readPackage(await pack()));
  await detector.close();
});

test('nothing that the walker is fed makes it hang or throw anything but a readable error', async () => {
  const whole = madeGraph(findsRows(ROWS));
  for (let seed = 1; seed <= 40; seed++) {
    const bytes = Buffer.from(whole);
    bytes[(seed * 7919) % bytes.length] = (seed * 104729) % 256;
    const outcome = await readPackage(await pack(madeManifest(), ['cat', 'dog'], bytes)).then(
      () => 'read',
      (error: unknown) => (error instanceof PackageError ? 'refused' : String(error)),
    );
    expect(['read', 'refused']).toContain(outcome);
  }
});
