import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { zipForTests } from '../../camera-imports/zip-for-tests.ts';
import { CameraImport } from '../../contract/camera-import.ts';
import { PoolCounts } from '../../contract/camera-pool.ts';
import { lastSeq } from '../../store/changes.ts';
import { type Client, openSiteUnderTest, type SiteUnderTest } from '../site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;

beforeAll(async () => {
  site = await openSiteUnderTest();
  // Files are received into a folder that no other test looks at.
  vi.stubEnv('TMPDIR', site.dataDir);
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await site.close();
});

const GB = 1024 ** 3;
const MB = 1024 ** 2;

/** Sends a CSV of so many bytes, made as it is sent; answers with the status, what was sent, and how much the process grew. */
function sendCsv(
  bytes: number,
  stated: boolean,
): Promise<{ status: number; body: string; sent: number; grew: number }> {
  return new Promise((resolve, reject) => {
    const rss = process.memoryUsage.rss();
    let most = rss;
    let sent = 0;
    let over = false;
    const piece = Buffer.from(`${'a1,东风中路与湖滨大道路口,116.3,37.4\n'.repeat(20_000)}`);
    const headers = { cookie: admin.cookie, ...(stated && { 'content-length': String(bytes) }) };
    const sending = request(`${site.address}/api/camera-imports?fileName=big.csv&crs=WGS84`, {
      method: 'POST',
      headers,
    });
    sending.on('response', (answer) => {
      over = true;
      let body = '';
      answer.setEncoding('utf8').on('data', (more) => {
        body += more;
      });
      answer.on('end', () => {
        sending.destroy();
        resolve({ status: answer.statusCode ?? 0, body, sent, grew: most - rss });
      });
    });
    sending.on('error', (error) => over || reject(error));
    const more = (): void => {
      while (!over && sent < bytes) {
        sent += piece.length;
        most = Math.max(most, process.memoryUsage.rss());
        if (!sending.write(piece)) return void sending.once('drain', more);
      }
      if (!over) sending.end();
    };
    more();
  });
}

async function tried(fileName: string, bytes: Uint8Array | string): Promise<CameraImport> {
  const begun = await fetch(`${site.address}/api/camera-imports?fileName=${fileName}&crs=WGS84`, {
    method: 'POST',
    headers: { cookie: admin.cookie },
    body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
  });
  const { id } = (await begun.json()) as CameraImport;
  for (;;) {
    const read = CameraImport.parse((await admin.get(`/api/camera-imports/${id}`)).json);
    if (read.state !== 'reading') return read;
  }
}

async function left(): Promise<string[]> {
  return (await readdir(site.dataDir)).filter((name) => name.startsWith('chengnao-register-'));
}

async function expectNothingChanged(seq: number): Promise<void> {
  expect(PoolCounts.parse((await admin.get('/api/camera-pool-counts')).json).total).toBe(0);
  expect(await lastSeq(site.store.db)).toBe(seq);
}

test('a CSV of 2 GB is refused by what it states, or once it is too long; neither memory nor disk keeps it', async () => {
  const seq = await lastSeq(site.store.db);
  const seen = new Set<string>();
  const watch = setInterval(async () => {
    for (const name of await left()) seen.add(name);
  }, 5);
  for (const stated of [true, false]) {
    const { status, body, sent, grew } = await sendCsv(2 * GB, stated);
    console.log(
      `2 GB, length ${stated ? 'stated' : 'not stated'}: ${Math.round(sent / MB)} MB sent, RSS +${Math.round(grew / MB)} MB`,
    );
    expect(status).toBe(413);
    expect(JSON.parse(body)).toMatchObject({ code: 'file-too-large', expected: `at most ${64 * MB} bytes` });
    expect(sent).toBeLessThan(100 * MB);
    expect(grew).toBeLessThan(150 * MB);
  }
  clearInterval(watch);
  expect(seen.size, 'what states its length is not even begun').toBe(1);
  expect(await left()).toEqual([]);
  await expectNothingChanged(seq);
}, 60_000);

/** A workbook of which one part unfolds into so many bytes, whatever it states. */
function bomb(bytes: number, statedBytes: number): Buffer {
  const packed = zipForTests([
    { name: 'xl/workbook.xml', text: '<workbook xmlns:r="urn:r"><sheets><sheet r:id="rId1"/></sheets></workbook>' },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    },
    { name: 'xl/worksheets/sheet1.xml', text: `<worksheet>${' '.repeat(bytes)}</worksheet>`, statedBytes },
  ]);
  return packed;
}

const HEAD = '编号,名称,经度,纬度\n';
const BAD: [string, string, () => Uint8Array | string, string, RegExp][] = [
  ['a zip bomb that says what it is', 'a.xlsx', () => bomb(1000, 3 * GB), 'unfolds-too-large', /268435456/],
  ['a zip bomb that lies', 'a.xlsx', () => bomb(48 * MB, 5000), 'unreadable-file', /damaged/],
  ['a nested archive', 'a.xlsx', () => deflateRawSync(Buffer.alloc(10 * MB)), 'unreadable-file', /no zip archive/],
  ['a NUL', 'a.csv', () => `${HEAD}a1,东\0,116.3,37.4\n`, 'not-text', /NUL byte at 3\d/],
  ['UTF-16', 'a.csv', () => Buffer.from(`\uFEFF${HEAD}a1,东,116.3,37.4\n`, 'utf16le'), 'not-text', /GB18030/],
  ['a cell of 10 MB', 'a.csv', () => `${HEAD}a1,"${'x'.repeat(10 * MB)}",116.3,37.4\n`, 'unreadable-file', /line 2/],
];

test.each(BAD)('%s is refused, says why, and changes nothing', async (_, name, bytes, code, says) => {
  const seq = await lastSeq(site.store.db);
  const before = process.memoryUsage.rss();
  const file = bytes();
  const made = await tried(name, file);
  expect(made).toMatchObject({ state: 'refused', problem: { code, message: expect.stringMatching(/\w/) } });
  expect(JSON.stringify(made.problem)).toMatch(says);
  expect(process.memoryUsage.rss() - before, 'memory stays bounded').toBeLessThan(700 * MB);
  expect(await site.store.db.selectFrom('camera_import_rows').selectAll().execute()).toEqual([]);
  await expectNothingChanged(seq);
});

test('rows with swapped places and broken characters are refused singly, and a CRS that nobody knows with the file', async () => {
  const seq = await lastSeq(site.store.db);
  const rare = '𠀀'.repeat(70);
  const made = await tried('a.csv', `${HEAD}a1,反了,37.4,116.3\n${rare},${rare},116.3,37.4\n`);
  expect(made).toMatchObject({ state: 'ready', counts: { added: 0, refused: 2 } });
  const rows = (await admin.get(`/api/camera-imports/${made.id}/rows`)).text;
  expect(rows).toContain('swapped-position');
  expect(rows).toContain('37.4, 116.3');
  expect(rows).toContain('bad-id');
  const unknown = await admin.send('POST', '/api/camera-imports?fileName=a.csv&crs=EPSG:4490', HEAD);
  expect(unknown.status).toBe(400);
  expect(unknown.text).toMatch(/crs.*WGS84.*GCJ02.*BD09/s);
  await expectNothingChanged(seq);
});
