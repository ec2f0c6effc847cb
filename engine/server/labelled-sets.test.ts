import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { UNREAD } from '../algorithms/unread.ts';
import { addVersion } from '../algorithms/versions.ts';
import { zipForTests } from '../camera-imports/zip-for-tests.ts';
import { AlgorithmEvaluation } from '../contract/evaluation.ts';
import { LabelledImport, LabelledItemPage, LabelledSet } from '../contract/labelled-set.ts';
import { Problem } from '../contract/problem.ts';
import { ProofJob } from '../contract/proof-job.ts';
import { binsArchive, partsOfPhoto } from '../labelled-sets/made-archive-for-tests.ts';
import { AlgorithmEvaluationList } from './shapes.ts';
import { type Client, openSiteUnderTest, type SiteUnderTest } from './site-under-test.ts';

const STREET = fileURLToPath(new URL('../../models/street', import.meta.url));
const YAML = 'names:\n  0: car\n  1: "dog, small"\n';

let site: SiteUnderTest;
let admin: Client;
let other: Client;
let parts: Buffer[];
let streetVersion: string;
beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'models', roles: ['model-admin'] });
  other = await site.signIn({ username: 'models-2', roles: ['model-admin'] });
  parts = await partsOfPhoto(7);
  const inspected = join(site.dataDir, 'algorithms', 'street', 'inspected', 'prepared');
  await mkdir(inspected, { recursive: true });
  for (const file of ['manifest.json', 'labels.txt', 'street.onnx'])
    await copyFile(join(STREET, file), join(inspected, file));
  const inspection = {
    ...UNREAD,
    accepted: true,
    sha256: 'c'.repeat(64),
    manifest: { name: 'street', version: '9.0.0' },
  };
  streetVersion = await addVersion(site.store.db, { fileName: 's.zip', inspection, folder: 'street', by: 'chief' });
}, 60_000);
afterAll(() => site.close());

/** A gray wall, so many seconds of it. */
function grayClip(seconds: number): Buffer {
  const file = join(site.dataDir, 'quiet.mp4');
  const source = `color=gray:size=320x192:rate=5:duration=${seconds}`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-c:v', 'mpeg4', file]);
  return readFileSync(file);
}

async function makeSet(name: string, classes: string[] = []): Promise<LabelledSet> {
  const made = await admin.send('POST', '/api/labelled-sets', { name, licence: 'test data', classes });
  expect(made.status, made.text).toBe(201);
  return LabelledSet.parse(made.json);
}
const read = async (id: string) => LabelledSet.parse((await admin.get(`/api/labelled-sets/${id}`)).json);
const items = async (id: string) =>
  LabelledItemPage.parse((await admin.get(`/api/labelled-sets/${id}/items`)).json).items;

async function over(job: ProofJob): Promise<ProofJob> {
  let now = job;
  await expect
    .poll(
      async () => {
        now = ProofJob.parse((await admin.get(`/api/proof-jobs/${job.id}`)).json);
        return now.state;
      },
      { timeout: 60_000, interval: 100 },
    )
    .toMatch(/^(done|failed|cancelled)$/);
  return now;
}

async function send(setId: string, archive: Uint8Array, query = 'fileName=a.zip'): Promise<ProofJob> {
  const response = await fetch(`${site.address}/api/labelled-sets/${setId}/imports?${query}`, {
    method: 'POST',
    headers: { cookie: admin.cookie, 'content-type': 'application/octet-stream' },
    body: Buffer.from(archive),
  });
  expect(response.status).toBe(202);
  return over(ProofJob.parse(await response.json()));
}

/** Reads an archive and puts it into the set; answers with the dry run and with what came of it. */
async function imported(setId: string, archive: Uint8Array, query?: string) {
  const job = await send(setId, archive, query);
  expect(job, JSON.stringify(job.problem)).toMatchObject({ state: 'done', kind: 'import' });
  const before = LabelledImport.parse((await admin.get(`/api/labelled-imports/${job.result}`)).json);
  const applied = await admin.send('POST', `/api/labelled-imports/${job.result}/apply`);
  expect(applied.status, applied.text).toBe(200);
  return { before, after: LabelledImport.parse(applied.json) };
}

/** The archive of an export: whoever did not begin it does not see it. */
async function exported(setId: string, format: 'yolo' | 'coco', blurred = false): Promise<Map<string, Buffer>> {
  const begun = await admin.send('POST', `/api/labelled-sets/${setId}/exports`, { format, blurred });
  const job = await over(ProofJob.parse(begun.json));
  expect(job, JSON.stringify(job.problem)).toMatchObject({ state: 'done' });
  const response = await fetch(`${site.address}/api/labelled-exports/${job.result}/set.zip`, {
    headers: { cookie: admin.cookie },
  });
  expect((await other.get(`/api/labelled-exports/${job.result}/set.zip`)).status).toBe(404);
  expect(response.headers.get('content-disposition')).toContain('attachment');
  return unzipped(Buffer.from(await response.arrayBuffer()));
}

async function unzipped(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await promisify<Buffer, yauzl.Options, ZipFile>(yauzl.fromBuffer)(bytes, {
    lazyEntries: false,
    autoClose: false,
  });
  const entries = await new Promise<Entry[]>((resolve) => {
    const all: Entry[] = [];
    zip.on('entry', (entry: Entry) => all.push(entry)).on('end', () => resolve(all));
  });
  const files = new Map<string, Buffer>();
  for (const entry of entries)
    files.set(entry.fileName, await buffer(await promisify(zip.openReadStream.bind(zip))(entry)));
  return files;
}

const labelled = (texts: Record<string, string>, pictures: Record<string, Buffer>, yaml = YAML) =>
  zipForTests([
    { name: 'set/data.yaml', text: yaml },
    ...Object.entries(texts).map(([name, text]) => ({ name: `set/train/labels/${name}.txt`, text })),
    ...Object.entries(pictures).map(([name, text]) => ({ name: `set/train/images/${name}.jpg`, text })),
  ]);

test('YOLO into a set, out as COCO, into another, out as YOLO: the same boxes, names and pictures', async () => {
  const texts = {
    street: '0 0.500000 0.500000 0.250000 0.333333\n1 0.123457 0.876543 0.100001 0.200002\n',
    corner: '1 0.900000 0.100000 0.200000 0.200000\n',
    empty: '',
  };
  const [street, corner, empty, extra] = parts as [Buffer, Buffer, Buffer, Buffer];
  const first = await makeSet('YOLO 往返');
  const { before, after } = await imported(first.id, labelled(texts, { street, corner, empty, unlabelled: extra }));
  expect(before).toMatchObject({
    state: 'ready',
    format: 'yolo',
    pictures: 4,
    boxes: 3,
    negatives: 2,
    withoutLabels: 1,
    newClasses: ['car', 'dog, small'],
    added: 4,
    issueCount: 0,
  });
  expect(after).toMatchObject({ state: 'applied', added: 4 });
  expect(await read(first.id)).toMatchObject({
    pictures: 4,
    boxes: 3,
    negatives: 2,
    revision: 1,
    classes: ['car', 'dog, small'],
  });
  // The newest first, and an archive's in its order.
  const last = (await items(first.id)).at(-1);
  expect(last).toMatchObject({ name: 'corner', widthPx: 208, heightPx: 184, alertId: null, crop: null });
  const picture = await fetch(`${site.address}/api/labelled-items/${last!.id}/picture.jpg`, {
    headers: { cookie: admin.cookie },
  });
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(corner);

  const coco = await exported(first.id, 'coco');
  const annotations = JSON.parse(coco.get('annotations.json')!.toString());
  expect(annotations.licenses[0].name).toBe('test data');
  expect(annotations.annotations).toHaveLength(3);
  expect(coco.get('README.txt')!.toString()).toContain('Nothing is blurred');
  const second = await makeSet('COCO 往返');
  const again = await imported(second.id, zipForTests([...coco].map(([name, text]) => ({ name, text }))));
  expect(again.before).toMatchObject({ format: 'coco', pictures: 4, boxes: 3, withoutLabels: 0, issueCount: 0 });

  const yolo = await exported(second.id, 'yolo');
  for (const [name, text] of Object.entries({ ...texts, unlabelled: '' }))
    expect(yolo.get(`labels/${name}.txt`)!.toString(), name).toBe(text);
  expect(yolo.get('images/street.jpg')).toEqual(street);
  expect(yolo.get('data.yaml')!.toString()).toContain('1: "dog, small"');
}, 90_000);

test('each bad line is told with what stood there and what was expected, and its picture stays out', async () => {
  const { id } = await makeSet('坏行');
  const good = '0 0.5 0.5 0.2 0.2';
  const texts = {
    a: `${good}\n7 0.5 0.5 0.2 0.2`,
    b: '0 0.5 0.5 0.2',
    c: '0 0.95 0.5 0.2 0.2',
    d: '0 0.5 x 0.2 0.2',
    e: `${good}\n`,
  };
  const [a, b, c, d, e] = parts as [Buffer, Buffer, Buffer, Buffer, Buffer];
  const { before, after } = await imported(id, labelled(texts, { a, b, c, d, e, f: Buffer.from('no picture') }));
  expect(before.issues).toMatchObject([
    { file: 'train/labels/a.txt', line: 2, got: '7 0.5 0.5 0.2 0.2', expected: 'the number of a class, 0 to 1' },
    { file: 'train/labels/b.txt', line: 1, expected: expect.stringContaining('five numbers') },
    { file: 'train/labels/c.txt', line: 1, expected: expect.stringContaining('inside the picture') },
    { file: 'train/labels/d.txt', line: 1, expected: 'numbers alone' },
    { file: 'train/images/f.jpg', line: null, expected: expect.stringContaining('a whole picture') },
  ]);
  expect([before.issueCount, after.added, (await read(id)).pictures]).toEqual([5, 1, 1]);

  const coco = (over: object) =>
    zipForTests([
      { name: 'images/a.jpg', text: parts[5]! },
      {
        name: 'annotations.json',
        text: JSON.stringify({
          images: [{ id: 1, file_name: 'a.jpg', width: 240, height: 200 }],
          categories: [{ id: 1, name: 'car' }],
          annotations: [{ image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] }],
          ...over,
        }),
      },
    ]);
  const issuesOf = async (over: object) => {
    const job = await send(id, coco(over));
    return LabelledImport.parse((await admin.get(`/api/labelled-imports/${job.result}`)).json).issues;
  };
  expect(await issuesOf({ annotations: [{ image_id: 1, category_id: 9, bbox: [0, 0, 10, 10] }] })).toMatchObject([
    { got: 'annotation 1: category 9', expected: 'the id of a category' },
  ]);
  expect(await issuesOf({ annotations: [{ image_id: 1, category_id: 1, bbox: [0, 0, 900, 10] }] })).toMatchObject([
    { got: 'annotation 1: bbox 0, 0, 900, 10', expected: 'a box inside 240 × 200 px' },
  ]);
  expect(await issuesOf({ images: [{ id: 1, file_name: 'a.jpg', width: 9, height: 200 }] })).toMatchObject([
    { got: 'images/a.jpg: stated as 9 × 200 px', expected: '240 × 200 px, as the picture is' },
  ]);
  // A crowd is a box of many.
  const crowd = await send(
    id,
    coco({ annotations: [{ image_id: 1, category_id: 1, bbox: [0, 0, 10, 10], iscrowd: 1 }] }),
  );
  await admin.send('POST', `/api/labelled-imports/${crowd.result}/apply`);
  expect((await items(id))[0]!.boxes).toEqual([{ class: 'car', xyxyPx: [0, 0, 10, 10], crowd: true }]);
}, 90_000);

test.each<[string, () => Buffer, string]>([
  ['no zip', () => Buffer.from('hello'), 'zip-damaged'],
  ['a way out', () => zipForTests([{ name: '../../evil.jpg', text: 'x' }]), 'zip-path'],
  ['a link', () => zipForTests([{ name: 'images/a.jpg', text: '/etc/passwd', unixMode: 0o120777 }]), 'zip-link'],
  ['a bomb', () => zipForTests([{ name: 'images/a.jpg', text: Buffer.alloc(20e6) }]), 'zip-unfolds-too-large'],
  ['no pictures', () => zipForTests([{ name: 'labels/a.txt', text: '' }]), 'no-pictures'],
  ['no names of classes', () => zipForTests([{ name: 'images/a.jpg', text: parts[0]! }]), 'no-classes'],
  [
    'a class twice',
    () =>
      zipForTests([
        { name: 'images/a.jpg', text: parts[0]! },
        { name: 'classes.txt', text: 'a\na' },
      ]),
    'classes-wrong',
  ],
])('%s is refused as a whole, and nothing comes into the set', async (name, archive, code) => {
  const { id } = await makeSet(`拒绝 ${name}`);
  const job = await send(id, archive());
  expect(job).toMatchObject({ state: 'failed', problem: { code }, result: null });
  expect(job.problem!.got).toBeTruthy();
  expect(job.problem!.expected).toBeTruthy();
  expect(await read(id)).toMatchObject({ pictures: 0, revision: 0 });
});

test('the same picture, and one that looks the same with the same boxes, comes once; other boxes make it another', async () => {
  const { id } = await makeSet('重复');
  const street = parts[0]!;
  const worse = await sharp(street).jpeg({ quality: 60 }).toBuffer();
  const box = '0 0.5 0.5 0.2 0.2';
  const { after } = await imported(id, labelled({ a: box, b: box, c: box }, { a: street, b: street, c: worse }));
  expect(after).toMatchObject({ pictures: 3, added: 1, sameBytes: 1, sameLook: 1 });
  const moved = await imported(id, labelled({ c: '0 0.3 0.3 0.2 0.2' }, { c: worse }));
  expect(moved.after).toMatchObject({ added: 1, sameBytes: 0, sameLook: 0 });
  expect((await read(id)).pictures).toBe(2);
  // What was applied is not applied again.
  const twice = await admin.send('POST', `/api/labelled-imports/${moved.after.id}/apply`);
  expect([twice.status, Problem.parse(twice.json).code]).toEqual([409, 'already-applied']);
  // Turned and geotagged by its notes: it comes upright, and says nothing of where.
  const turned = await sharp(parts[1]!)
    .withMetadata({ orientation: 6 })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1 26/1 0/1' } })
    .jpeg()
    .toBuffer();
  await imported(id, labelled({}, { turned }));
  const [newest] = await items(id);
  const response = await fetch(`${site.address}/api/labelled-items/${newest!.id}/picture.jpg`, {
    headers: { cookie: admin.cookie },
  });
  const shown = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  expect(shown.exif).toBeUndefined();
});

test('the shipped model is evaluated on its own sample: figures, what version and which state of the set are on record', async () => {
  const version = streetVersion;
  const { id } = await makeSet('垃圾桶', ['elephant foot']);
  await imported(id, await binsArchive());
  const begin = async (body: object) => admin.send('POST', `/api/algorithm-versions/${version}/evaluations`, body);
  const job = await over(ProofJob.parse((await begin({ setId: id })).json));
  expect(job, JSON.stringify(job.problem)).toMatchObject({ state: 'done', done: 2, total: 2 });
  const told = AlgorithmEvaluation.parse((await admin.get(`/api/algorithm-evaluations/${job.result}`)).json);
  expect(told).toMatchObject({
    versionId: version,
    sha256: 'c'.repeat(64),
    setId: id,
    setName: '垃圾桶',
    setRevision: 1,
  });
  const { result } = told;
  expect(result).toMatchObject({ pictures: 2, boxes: 5, negatives: { pictures: 1 }, notInModel: ['elephant foot'] });
  expect(result.clips.falseAlarmsPerHour).toBeNull();
  expect(result.ap50).toBeGreaterThan(0.9);
  expect(result.ap).toBeGreaterThan(0.5);
  expect(result.ap!).toBeLessThan(result.ap50!);
  const bin = result.classes.find(({ class: name }) => name === 'garbage_bin')!;
  expect(bin).toMatchObject({ boxes: 1, found: 1, recall: 1, threshold: 0.5 });
  // A threshold that nothing reaches: nothing is said, AP stays what it was.
  const strict = await over(ProofJob.parse((await begin({ setId: id, threshold: 0.99 })).json));
  const list = AlgorithmEvaluationList.parse((await admin.get(`/api/algorithm-versions/${version}/evaluations`)).json);
  expect(list.items[0]).toMatchObject({ id: strict.result, setHash: told.setHash });
  expect(list.items[0]!.result.ap50).toBe(result.ap50);
  expect(list.items[0]!.result.classes.every(({ found, precision }) => found === 0 && precision === null)).toBe(true);
  // A picture less is another state of the set.
  const [newest] = await items(id);
  expect((await admin.send('DELETE', `/api/labelled-items/${newest!.id}`)).status).toBe(204);
  const less = await over(ProofJob.parse((await begin({ setId: id })).json));
  const after = AlgorithmEvaluation.parse((await admin.get(`/api/algorithm-evaluations/${less.result}`)).json);
  expect(after.setRevision).toBe(2);
  expect(after.setHash).not.toBe(told.setHash);
  await expect(site.store.db.deleteFrom('algorithm_evaluations').execute()).rejects.toThrow('stays');
  const none = await makeSet('空');
  expect(Problem.parse((await begin({ setId: none.id })).json).code).toBe('set-empty');
}, 120_000);

test('a clip in which nothing happens gives false alarms per hour; the same clip comes once, and no playlist is a clip', async () => {
  const clip = grayClip(12);
  const { id } = await makeSet('负样本视频', ['garbage']);
  const query = 'fileName=quiet.mp4&everyMs=1000';
  const { after } = await imported(id, clip, query);
  expect(after).toMatchObject({ format: 'clip', pictures: 12, boxes: 0, negatives: 12, added: 12 });
  expect((await read(id)).clips).toMatchObject([
    { name: 'quiet.mp4', durationMs: 12_000, everyMs: 1000, pictures: 12 },
  ]);
  expect((await imported(id, clip, query)).after).toMatchObject({ added: 0, sameBytes: 12 });
  const playlist = Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n');
  expect(await send(id, playlist, query)).toMatchObject({ state: 'failed', problem: { code: 'clip-unreadable' } });
  // It sees nothing in painted squares: no alarm in 12 seconds.
  const begun = await admin.send('POST', `/api/algorithm-versions/${streetVersion}/evaluations`, { setId: id });
  const job = await over(ProofJob.parse(begun.json));
  const { result } = AlgorithmEvaluation.parse((await admin.get(`/api/algorithm-evaluations/${job.result}`)).json);
  expect(result.clips).toMatchObject({ count: 1, falseAlarms: 0, falseAlarmsPerHour: 0 });
  expect(result.clips.hours).toBeCloseTo(12 / 3600, 6);
  expect([result.ap50, result.ap]).toEqual([null, null]);
}, 60_000);

test('an export with blurring says what it blurs, and changes those places alone', async () => {
  const street = await readFile(join(STREET, 'samples', 'bins.jpg'));
  const { id } = await makeSet('打码');
  await imported(id, labelled({ a: '' }, { a: street }));
  const files = await exported(id, 'coco', true);
  expect(files.get('README.txt')!.toString()).toMatch(/upper part of people .* no detector of faces or plates/);
  const plain = await exported(id, 'coco');
  expect(plain.get('images/a.jpg')).toEqual(street);
  // In what lies in the left bin the model faintly sees a person: its upper part is blurred, the pavement is as it was.
  const apart = async (part: { left: number; top: number; width: number; height: number }) => {
    const [shown, was] = await Promise.all(
      [files.get('images/a.jpg')!, street].map((bytes) => sharp(bytes).extract(part).raw().toBuffer()),
    );
    return shown!.reduce((sum, value, i) => sum + Math.abs(value - was![i]!), 0) / shown!.length;
  };
  expect(await apart({ left: 34, top: 140, width: 28, height: 6 })).toBeGreaterThan(8);
  expect(await apart({ left: 0, top: 320, width: 480, height: 60 })).toBeLessThan(2);
});

test('who may not, sees no set and changes none', async () => {
  const operator = await site.signIn({ username: 'operator', roles: ['operator'] });
  const { id } = await makeSet('权限');
  for (const path of ['/api/labelled-sets', `/api/labelled-sets/${id}`, `/api/labelled-sets/${id}/items`])
    expect((await operator.get(path)).status, path).toBe(403);
  expect((await operator.send('DELETE', `/api/labelled-sets/${id}`)).status).toBe(403);
  expect((await site.stranger.get('/api/labelled-sets')).status).toBe(401);
  expect((await admin.send('DELETE', `/api/labelled-sets/${id}`)).status).toBe(204);
  expect((await admin.get(`/api/labelled-sets/${id}`)).status).toBe(404);
  const twice = await admin.send('POST', '/api/labelled-sets', { name: '空', licence: 'x' });
  expect(Problem.parse(twice.json).code).toBe('name-taken');
});
