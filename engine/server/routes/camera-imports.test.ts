import { afterAll, beforeAll, expect, test } from 'vitest';
import { CameraImport, type ColumnMapping, type ImportRow, ImportRowPage } from '../../contract/camera-import.ts';
import { PoolCamera, PoolCounts, PoolPage } from '../../contract/camera-pool.ts';
import { lastSeq, readChanges } from '../../store/changes.ts';
import { type Client, EAST, openSiteUnderTest, type SiteUnderTest, WEST } from '../site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;
let west: Client;

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  west = await site.signIn({ username: 'west', roles: ['administrator'], division: WEST.code });
}, 60_000);
afterAll(() => site.close());

async function settled(client: Client, id: string): Promise<CameraImport> {
  for (;;) {
    const read = CameraImport.parse((await client.get(`/api/camera-imports/${id}`)).json);
    if (read.state !== 'reading' && read.state !== 'applying') return read;
  }
}

interface DryRun {
  client?: Client;
  fileName?: string;
  crs?: string;
  mapping?: ColumnMapping;
}

async function dryRun(text: string, how: DryRun = {}): Promise<CameraImport> {
  const { client = admin, fileName = 'a.csv', crs = 'WGS84', mapping } = how;
  const query = new URLSearchParams({ fileName, crs, ...(mapping && { mapping: JSON.stringify(mapping) }) });
  const begun = await client.send('POST', `/api/camera-imports?${query}`, text);
  expect(begun.status, begun.text).toBe(202);
  return settled(client, (begun.json as CameraImport).id);
}

async function apply(made: CameraImport, client = admin): Promise<CameraImport> {
  const begun = await client.send('POST', `/api/camera-imports/${made.id}/apply`);
  expect(begun.status, begun.text).toBe(202);
  return settled(client, made.id);
}

async function rowsOf({ id }: CameraImport, client = admin): Promise<ImportRow[]> {
  return ImportRowPage.parse((await client.get(`/api/camera-imports/${id}/rows`)).json).items;
}

const HEAD = '编号,名称,国标编码,所属部门,地址,经度,纬度,标签,主码流地址\n';
const GOOD = `${HEAD}p1,东风路口,37140200081320000001,公安,东风路1号,116.3,37.4,学校;路口,rtsp://u:s3cret@10.0.0.1/a
p2,湖滨公园,,城管,,116.7,37.4,,\n`;

test('a dry run changes nothing; applied, it does what it showed; again, there is nothing to do', async () => {
  const before = await lastSeq(site.store.db);
  const made = await dryRun(GOOD);
  expect(made).toMatchObject({ state: 'ready', counts: { added: 2, changed: 0, same: 0, refused: 0 } });
  expect((await admin.get('/api/cameras/p1')).status).toBe(404);
  expect(await lastSeq(site.store.db)).toBe(before);

  expect(await apply(made)).toMatchObject({ state: 'applied', counts: { added: 2 } });
  const changes = await readChanges(site.store.db, before, 10);
  expect(changes.map(({ kind, entityId }) => `${kind} ${entityId}`).sort()).toEqual([
    `pool ${WEST.code}/公安`,
    `pool ${EAST.code}/城管`,
  ]);
  const register = PoolCamera.parse((await admin.get('/api/cameras/p1/register')).json);
  expect(register.camera).toMatchObject({
    state: 'unknown',
    county: WEST,
    tags: ['学校', '路口'],
    address: '东风路1号',
  });
  expect(register.gbIdParts?.industry.name?.zh).toBe('城市管理接入');
  expect(register.hasStream).toBe(true);
  const found = PoolPage.parse((await admin.get('/api/camera-pool?text=dflk&analysed=false')).json);
  expect(found.items.map(({ id }) => id)).toEqual(['p1']);
  expect(PoolCounts.parse((await admin.get('/api/camera-pool-counts')).json)).toMatchObject({ total: 2, analysed: 0 });
  expect((await admin.get('/api/cameras?which=wall')).json).toEqual({ items: [] });

  expect(await dryRun(GOOD)).toMatchObject({ counts: { added: 0, changed: 0, same: 2, refused: 0 } });
  expect((await admin.send('POST', `/api/camera-imports/${made.id}/apply`)).json).toMatchObject({
    code: 'import-not-ready',
  });
});

test('each row that is refused says why, and the others stand', async () => {
  const rows = [
    'p1,东风路口新,37140200081320000001,公安,东风路1号,116.3,37.4,,',
    ',无编号,,,,116.3,37.4,,',
    'a b,编号不对,,,,116.3,37.4,,',
    'q1,位数不对,123,,,116.3,37.4,,',
    'q2,录像机,37140200081180000001,,,116.3,37.4,,',
    'q3,,,,,116.3,37.4,,',
    'q4,反了,,,,37.4,116.3,,',
    'q5,上海,,,,121.4,31.2,,',
    'q6,不是数,,,,东经,37.4,,',
    'q7,没有位置,,,,,,,',
    'q8,地址不对,,,,116.3,37.4,,ftp://u:s3cret@10.0.0.9/x',
    'p1,又一次,,,,116.3,37.4,,',
    'q9,同码,37140200081320000001,,,116.3,37.4,,',
    'q10,好的,,城管,,116.3,37.4,,',
  ];
  const made = await dryRun(HEAD + rows.join('\n'));
  const shown = await rowsOf(made);
  expect(shown.map(({ outcome, reasons }) => reasons.map(({ code }) => code).join() || outcome)).toEqual([
    'changed',
    'missing-id',
    'bad-id',
    'bad-gb-id',
    'not-a-camera',
    'missing-name',
    'swapped-position',
    'outside-city',
    'bad-position',
    'missing-position',
    'bad-address',
    'duplicate-in-file',
    'duplicate-gb-id,duplicate-in-file',
    'added',
  ]);
  expect(shown[0]!.changes).toEqual([
    { column: 'name', before: '东风路口', after: '东风路口新' },
    { column: 'tags', before: '学校;路口', after: '' },
  ]);
  expect(JSON.stringify(shown)).not.toMatch(/s3cret|10\.0\.0/);
  const refused = await admin.get(`/api/camera-imports/${made.id}/rows?outcome=refused&limit=5&after=2`);
  expect(ImportRowPage.parse(refused.json)).toMatchObject({
    items: [{ n: 3 }, { n: 4 }, { n: 5 }, { n: 6 }, { n: 7 }],
    next: 7,
  });
});

test('a dry run that is no longer true is not applied, and nothing of it is done', async () => {
  const made = await dryRun(`编号,名称,经度,纬度\np1,改名,116.3,37.4\nr1,新的,116.3,37.4\n`);
  await admin.send('PATCH', '/api/cameras/p1', { name: '别人改的' });
  expect(await apply(made)).toMatchObject({ state: 'failed', problem: { code: 'cameras-changed', got: ['p1'] } });
  expect((await admin.get('/api/cameras/r1')).status).toBe(404);
  expect((await admin.get('/api/cameras/p1')).json).toMatchObject({ name: '别人改的' });
});

test('a position is converted from the stated CRS and its origin kept', async () => {
  await apply(await dryRun('编号,名称,经度,纬度\ng1,火星,116.3074,37.4534\n', { crs: 'GCJ02' }));
  const { lngLat, statedPosition } = (await admin.get('/api/cameras/g1')).json as CameraWithPlace;
  expect(statedPosition).toEqual({ crs: 'GCJ02', lngLat: [116.3074, 37.4534] });
  const shiftM = Math.hypot(
    (lngLat[0] - 116.3074) * 111_320 * Math.cos(37.45 * (Math.PI / 180)),
    (lngLat[1] - 37.4534) * 110_990,
  );
  expect(shiftM).toBeGreaterThan(500);
  expect(shiftM).toBeLessThan(540);
  expect((await admin.send('POST', '/api/camera-imports?fileName=a.csv&crs=CGCS', 'x')).status).toBe(400);
});
interface CameraWithPlace {
  lngLat: [number, number];
  statedPosition: unknown;
}

test.each(['csv', 'geojson', 'xml'])('what is exported as %s and imported again changes nothing', async (ending) => {
  const exported = await admin.get(`/api/cameras.${ending}`);
  expect(exported.status).toBe(200);
  expect(exported.text).not.toMatch(/s3cret|rtsp/);
  const { counts } = await dryRun(exported.text, { fileName: `b.${ending}` });
  expect(counts).toMatchObject({ added: 0, changed: 0, refused: 0 });
  expect(counts.same).toBeGreaterThanOrEqual(3);
});

test('what begins like a formula is exported so that no spreadsheet runs it, and comes back as it was', async () => {
  const names = ['=HYPERLINK("http://x")', '+测试', '-1+2', '@x', "'=已带引号"];
  const rows = names.map((name, i) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [116.31, 37.41] },
    properties: { id: `f${i}`, name, address: i === 0 ? '＝1' : null },
  }));
  const made = await dryRun(JSON.stringify({ type: 'FeatureCollection', features: rows }), { fileName: 'f.geojson' });
  expect(await apply(made)).toMatchObject({ state: 'applied', counts: { added: names.length } });
  const csv = (await admin.get('/api/cameras.csv')).text;
  expect(csv).not.toMatch(/(^|,|\n)"?[=+@＝]/);
  expect(csv).toContain("'-1+2");
  expect((await dryRun(csv)).counts).toMatchObject({ added: 0, changed: 0, refused: 0 });

  const answer = await fetch(`${site.address}/api/cameras.xlsx`, { headers: { cookie: admin.cookie } });
  expect(answer.headers.get('content-type')).toContain('spreadsheetml');
  const begun = await fetch(`${site.address}/api/camera-imports?fileName=b.xlsx&crs=WGS84`, {
    method: 'POST',
    headers: { cookie: admin.cookie },
    body: await answer.arrayBuffer(),
  });
  const again = await settled(admin, ((await begun.json()) as CameraImport).id);
  expect(again).toMatchObject({ state: 'ready', counts: { added: 0, changed: 0, refused: 0 } });
  expect(again.counts.same).toBeGreaterThanOrEqual(names.length + 3);
  const { items } = PoolPage.parse((await admin.get('/api/camera-pool?text=f')).json);
  expect(items.filter(({ id }) => /^f\d$/.test(id)).map(({ name }) => name)).toEqual([...names].sort());
});

test('columns are guessed, mapped by hand, and remembered for the account’s next file headed alike', async () => {
  const text = '点号,点名,X轴,Y轴,备注\nm1,东,116.3,37.4,好\n';
  const guessed = await dryRun(text);
  expect(guessed).toMatchObject({ state: 'refused', problem: { code: 'no-id-column' } });
  expect(guessed.columns).toEqual(
    [
      ['点号', 'm1'],
      ['点名', '东'],
      ['X轴', '116.3'],
      ['Y轴', '37.4'],
      ['备注', '好'],
    ].map(([heading, sample]) => ({ heading, column: null, by: null, samples: [sample] })),
  );
  const mapping: ColumnMapping = { 点号: 'id', 点名: 'name', X轴: 'lng', Y轴: 'lat', 备注: null };
  const mapped = await dryRun(text, { mapping });
  expect(mapped).toMatchObject({ state: 'ready', counts: { added: 1 } });
  expect(mapped.columns[4]).toEqual({ heading: '备注', column: null, by: 'given', samples: ['好'] });
  const remembered = await dryRun('点号,点名,X轴,Y轴,备注\nm2,西,116.3,37.4,\n');
  expect(remembered).toMatchObject({ state: 'ready', counts: { added: 1 } });
  expect(remembered.columns[0]).toEqual({ heading: '点号', column: 'id', by: 'remembered', samples: ['m2'] });

  // Not by another account, not for other headings, and no longer when it is taken back.
  expect(await dryRun(text, { client: west })).toMatchObject({ problem: { code: 'no-id-column' } });
  expect(await dryRun('点号,点名\nm1,东\n')).toMatchObject({ problem: { code: 'no-id-column' } });
  const forGood = '编号,名称,经度,纬度,说明\nm3,东,116.3,37.4,x\n';
  await dryRun(forGood, { mapping: { 说明: 'address' } });
  expect((await dryRun(forGood)).columns[4]).toMatchObject({ column: 'address', by: 'remembered' });
  await dryRun(forGood, { mapping: {} });
  expect((await dryRun(forGood)).columns[4]).toMatchObject({ column: null, by: null });
});

test('a mapping that cannot be meant is refused and says why', async () => {
  const text = '点号,点名,编号\nm1,东,m2\n';
  expect(await dryRun(text, { mapping: { 没有: 'name' } })).toMatchObject({
    state: 'refused',
    problem: { code: 'unknown-heading', got: ['没有'], expected: ['点号', '点名', '编号'] },
  });
  expect(await dryRun(text, { mapping: { 点号: 'id' } })).toMatchObject({
    state: 'refused',
    problem: { code: 'column-twice', got: ['点号', '编号'] },
  });
  for (const mapping of ['{"点号":"number"}', '{', '[]']) {
    const query = new URLSearchParams({ fileName: 'a.csv', crs: 'WGS84', mapping });
    const answer = await admin.send('POST', `/api/camera-imports?${query}`, text);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid-mapping', expected: expect.stringContaining('gbId') });
  }
});

const MANY = 12_000;
const many = () =>
  `编号,名称,经度,纬度\n${Array.from({ length: MANY }, (_, i) => `n${i},测试点${i},116.3,37.4`).join('\n')}\n`;

test('how far it is is told in bytes and rows, and what is cancelled has changed nothing', async () => {
  const text = many();
  const begin = async () => {
    const begun = await admin.send('POST', '/api/camera-imports?fileName=many.csv&crs=WGS84', text);
    return begun.json as CameraImport;
  };
  const far = async (id: string) => {
    for (;;) {
      const read = CameraImport.parse((await admin.get(`/api/camera-imports/${id}`)).json);
      if (read.progress === null || read.progress.done > 0) return read;
    }
  };
  const first = await begin();
  const { progress } = await far(first.id);
  expect(progress).toMatchObject({ total: null, bytesTotal: Buffer.byteLength(text) });
  expect(progress!.bytesDone).toBeGreaterThan(0);
  const cancelled = await admin.send('POST', `/api/camera-imports/${first.id}/cancel`);
  expect(cancelled.json).toMatchObject({ state: 'failed', problem: { code: 'import-cancelled' }, progress: null });

  const made = await settled(admin, (await begin()).id);
  expect(made).toMatchObject({ state: 'ready', counts: { added: MANY } });
  const before = await lastSeq(site.store.db);
  const total = async () => PoolCounts.parse((await admin.get('/api/camera-pool-counts')).json).total;
  const cameras = await total();
  await admin.send('POST', `/api/camera-imports/${made.id}/apply`);
  expect((await west.send('POST', `/api/camera-imports/${made.id}/cancel`)).status).toBe(404);
  expect((await far(made.id)).progress).toMatchObject({ total: MANY, bytesTotal: null });
  const stopped = await admin.send('POST', `/api/camera-imports/${made.id}/cancel`);
  expect(stopped.json).toMatchObject({ state: 'failed', problem: { code: 'import-cancelled', got: 'chief' } });
  expect(await total()).toBe(cameras);
  expect(await lastSeq(site.store.db)).toBe(before);
  expect((await admin.send('POST', `/api/camera-imports/${made.id}/cancel`)).json).toMatchObject({
    code: 'import-not-under-way',
  });
});

test('who administers a county imports into it alone, and sees no other’s import', async () => {
  const text = '编号,名称,所属部门,经度,纬度\nw1,西,城管,116.3,37.4\ne1,东,城管,116.7,37.4\np2,夺,城管,116.3,37.4\n';
  const made = await dryRun(text, { client: west });
  expect((await rowsOf(made, west)).map(({ reasons, outcome }) => reasons[0]?.code ?? outcome)).toEqual([
    'added',
    'outside-your-scope',
    'outside-your-scope',
  ]);
  const cityWide = await dryRun(text);
  expect((await west.get(`/api/camera-imports/${cityWide.id}`)).status).toBe(404);
  expect((await west.send('POST', `/api/camera-imports/${cityWide.id}/apply`)).status).toBe(404);
});

test('a file that is too large, unknown or none is refused, and nothing is left of it', async () => {
  const unknown = await admin.send('POST', '/api/camera-imports?fileName=a.docx&crs=WGS84', 'x');
  expect(unknown.json).toMatchObject({ code: 'unknown-format' });
  const none = await dryRun('{', { fileName: 'a.geojson' });
  expect(none).toMatchObject({ state: 'refused', problem: { code: 'unreadable-file' } });
  expect((await admin.send('POST', `/api/camera-imports/${none.id}/apply`)).status).toBe(409);
});
