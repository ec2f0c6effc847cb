import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeGraph } from '#models/made-graph.ts';
import { proveForTests } from '../algorithms/proven-for-tests.ts';
import { AlgorithmUpload, AlgorithmVersion } from '../contract/algorithm.ts';
import { Problem } from '../contract/problem.ts';
import { AlgorithmVersionList } from './shapes.ts';
import { type Client, openSiteUnderTest, type SiteUnderTest } from './site-under-test.ts';

const UPLOADS = '/api/algorithm-uploads';
const graph = madeGraph({
  input: { name: 'images', dims: [1, 3, 64, 64], dtype: 'f32' },
  outputs: [{ name: 'output0', dims: [1, 2, 7], values: [0, 8, 8, 24, 40, 1, 0.9, 0, 30, 30, 40, 40, 0, 0.8] }],
});
const NEW = { fileName: 'vendor.onnx', bytes: graph.length, name: 'vendor-bins' };
const ANSWERS = { 'pixel-scale': 'unit', 'colour-order': 'BGR', resize: 'stretch', columns: 'batch,box,class,score' };

let site: SiteUnderTest;
let admin: Client;
let other: Client;
let operator: Client;
beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'models', roles: ['model-admin'] });
  other = await site.signIn({ username: 'models-2', roles: ['model-admin'] });
  operator = await site.signIn({ username: 'operator', roles: ['operator'] });
}, 60_000);
afterAll(() => site.close());

async function part(
  id: string,
  offset: number | null,
  bytes: Uint8Array,
  by = admin,
  type = 'application/offset+octet-stream',
) {
  const headers = {
    cookie: by.cookie,
    'content-type': type,
    ...(offset !== null && { 'upload-offset': String(offset) }),
  };
  const response = await fetch(`${site.address}${UPLOADS}/${id}`, {
    method: 'PATCH',
    headers,
    body: Buffer.from(bytes),
  });
  return {
    status: response.status,
    json: (await response.json()) as never,
    offset: response.headers.get('upload-offset'),
  };
}

/** A part whose sender goes away after half of it. */
function brokenPart(id: string, offset: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const headers = {
      cookie: admin.cookie,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      'content-length': String(bytes.length),
    };
    const sending = httpRequest(`${site.address}${UPLOADS}/${id}`, { method: 'PATCH', headers });
    sending.on('error', () => resolve());
    sending.write(bytes.subarray(0, bytes.length >> 1), () => setTimeout(() => sending.destroy(), 100));
    sending.on('close', () => resolve());
  });
}

const read = async (id: string) => AlgorithmUpload.parse((await admin.get(`${UPLOADS}/${id}`)).json);
async function inspected(id: string) {
  await expect.poll(async () => (await read(id)).state, { timeout: 60_000, interval: 100 }).toBe('inspected');
  return (await read(id)).inspection!;
}

test('a file comes in parts, is taken up where it broke off, inspected, asked about, and becomes a version', async () => {
  const made = await admin.send('POST', UPLOADS, NEW);
  expect(made.status, made.text).toBe(201);
  const { id } = AlgorithmUpload.parse(made.json);
  expect(made.headers.get('location')).toBe(`${UPLOADS}/${id}`);
  expect((await part(id, 0, graph.subarray(0, 50))).offset).toBe('50');

  await brokenPart(id, 50, graph.subarray(50, 150));
  await expect.poll(async () => (await read(id)).offset).toBe(100);
  const head = await admin.send('HEAD', `${UPLOADS}/${id}`);
  expect([head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual(['100', String(graph.length)]);

  for (const [offset, bytes, type, code] of [
    [50, graph.subarray(50), undefined, 'offset-differs'],
    [null, graph.subarray(100), undefined, 'no-offset'],
    [100, Buffer.alloc(graph.length), undefined, 'more-than-announced'],
    [100, graph.subarray(100), 'application/zip', 'wrong-media-type'],
  ] as const) {
    const refused = await part(id, offset, bytes, admin, type);
    expect(Problem.parse(refused.json).code).toBe(code);
    expect((await read(id)).state).toBe('receiving');
  }
  expect(Problem.parse((await admin.send('POST', `${UPLOADS}/${id}/version`, {})).json).code).toBe('not-inspected');

  const { offset } = await read(id);
  const last = await part(id, offset, graph.subarray(offset));
  expect(last.status).toBe(200);
  const first = await inspected(id);
  expect(first.accepted).toBe(false);
  expect(first.questions.map(({ code }) => code)).toContain('columns');
  expect((await admin.send('POST', `${UPLOADS}/${id}/version`, {})).status).toBe(422);
  expect(Problem.parse((await part(id, graph.length, graph)).json).code).toBe('upload-complete');

  const again = await admin.send('POST', `${UPLOADS}/${id}/inspection`, { answers: ANSWERS, labels: ['bag', 'bin'] });
  expect(again.status, again.text).toBe(202);
  expect(await inspected(id)).toMatchObject({ accepted: true, questions: [], labels: ['bag', 'bin'] });

  const version = AlgorithmVersion.parse((await admin.send('POST', `${UPLOADS}/${id}/version`, {})).json);
  expect(version).toMatchObject({
    algorithm: 'vendor-bins',
    version: '1.0.0',
    stage: 'draft',
    fileName: 'vendor.onnx',
  });
  expect((await admin.get(`${UPLOADS}/${id}`)).status).toBe(404);
  await proveForTests(site.store.db, version.id);
  const moved = await admin.send('POST', `/api/algorithm-versions/${version.id}/moves`, {
    move: 'validate',
    reason: 'looked at',
  });
  expect(AlgorithmVersion.parse(moved.json)).toMatchObject({
    stage: 'validated',
    moves: [{ by: 'models', reason: 'looked at' }],
  });
  const refused = await admin.send('POST', `/api/algorithm-versions/${version.id}/moves`, {
    move: 'promote',
    reason: 'now',
  });
  expect([refused.status, Problem.parse(refused.json).code]).toEqual([409, 'no-such-move']);
  const list = AlgorithmVersionList.parse((await operator.get('/api/algorithm-versions')).json);
  expect(list.items.map(({ id: of }) => of)).toEqual([version.id]);
  expect(existsSync(join(site.dataDir, 'algorithms', id, 'inspected', 'prepared', 'manifest.json'))).toBe(true);
}, 90_000);

test('who may not, sees and changes nothing; an upload is its owner’s alone and can be removed', async () => {
  const { id } = AlgorithmUpload.parse((await admin.send('POST', UPLOADS, NEW)).json);
  expect((await operator.send('POST', UPLOADS, NEW)).status).toBe(403);
  expect((await operator.get(`${UPLOADS}/${id}`)).status).toBe(403);
  expect((await site.stranger.get('/api/algorithm-versions')).status).toBe(401);
  expect((await part(id, 0, graph, other)).status).toBe(404);
  expect((await other.get(`${UPLOADS}/${id}`)).status).toBe(404);
  expect((await other.send('DELETE', `${UPLOADS}/${id}`)).status).toBe(404);
  expect((await admin.send('DELETE', `${UPLOADS}/${id}`)).status).toBe(204);
  expect(existsSync(join(site.dataDir, 'algorithms', id))).toBe(false);
});

test('a text with the character 0 in it is inspected like any other', async () => {
  const odd = madeGraph({ outputs: [], metadata: { names: "{0: 'a\0b'}", author: 'a\0b' } });
  const made = await admin.send('POST', UPLOADS, { ...NEW, bytes: odd.length });
  const { id } = AlgorithmUpload.parse(made.json);
  await part(id, 0, odd);
  expect((await inspected(id)).findings).not.toEqual([]);
  expect((await admin.send('DELETE', `${UPLOADS}/${id}`)).status).toBe(204);
});

test('a hash that was announced and is not that of the file is refused, and so is too much at once', async () => {
  const sha256 = 'b'.repeat(64);
  const { id } = AlgorithmUpload.parse((await admin.send('POST', UPLOADS, { ...NEW, sha256 })).json);
  await part(id, 0, graph);
  expect((await inspected(id)).findings).toMatchObject([{ code: 'file-hash', expected: sha256 }]);
  const large = await admin.send('POST', UPLOADS, { ...NEW, bytes: 2 ** 41 });
  expect([large.status, Problem.parse(large.json).code]).toEqual([422, 'file-too-large']);
  for (let i = 0; i < 4; i++) expect((await admin.send('POST', UPLOADS, NEW)).status).toBe(201);
  expect(Problem.parse((await admin.send('POST', UPLOADS, NEW)).json).code).toBe('too-many-uploads');
}, 60_000);
