import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CameraConfig } from '#config/camera.ts';
import type { Account } from '../contract/account.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { cameraForTest } from './camera-for-tests.ts';
import type { Counties } from './counties.ts';
import { readGbId } from './gb-id.ts';
import { initialsOf } from './pinyin.ts';
import { listAnalysed, listForWall, readCamera } from './read-cameras.ts';
import { countPool, type PoolFilter, readPool } from './read-pool.ts';
import { fillInitials, pruneStateHistory } from './state-history.ts';
import { createCamera, patchCamera, resetCameraStates, type SiteArea, setCameraState } from './write-cameras.ts';

const WEST = { code: '371402', name: '德城区' };
const counties: Counties = {
  geojson: { type: 'FeatureCollection', features: [] },
  of: ([lng]) => (lng < 116.5 ? WEST : null),
};
const area: SiteArea = { division: '371400', counties };
const live = { lastFrameAtMs: (id: string) => (id === 'a' ? 1_700_000_000_000 : null) };
const RULE = [{ rule: 'illegal-parking' as const }];

let opened: TestStore;
const db = () => opened.store.db;

beforeAll(async () => {
  opened = await openTestStore('embedded');
  await make('a', '东风中路-7', { algorithms: RULE, address: '东风中路 100%号', tags: ['学校'], inspection: true });
  await make('b', '湖滨大道—东方红路口', { gbId: '37140200081320000001', department: '公安' });
  await make('c', '长河公园西门', { lngLat: [116.9, 37.4] });
});
afterAll(() => opened.remove());

const make = (id: string, name: string, settings: Partial<CameraConfig> = {}) =>
  createCamera(db(), cameraForTest(id, { name, ...settings }), 'test', area);

async function found(filter: PoolFilter, account: Account | null = null): Promise<string> {
  const { items } = await readPool(db(), account, filter, { after: undefined, limit: 100 }, live);
  return items
    .map(({ id }) => id)
    .sort()
    .join('');
}

test('a camera is found by name, id, GB id, address and the pinyin initials of its name', async () => {
  expect(initialsOf('东风中路-7')).toBe('dfzl7');
  expect(initialsOf('长河 Park 1号')).toBe('chpark1h');
  expect(await found({ text: '东风' })).toBe('a');
  expect(await found({ text: 'DFZL' })).toBe('a');
  expect(await found({ text: 'dfhl' })).toBe('b');
  expect(await found({ text: '08132' })).toBe('b');
  expect(await found({ text: '100%号' })).toBe('a');
  expect(await found({ text: '%' })).toBe('a');
  expect(await found({ text: '没有' })).toBe('');
});

test('a renamed camera is found by its new initials, and one from before there were any is given them', async () => {
  await patchCamera(db(), 'c', { name: '长河公园东门' }, 'test', area);
  expect(await found({ text: 'chgydm' })).toBe('c');
  expect(await found({ text: 'chgyxm' })).toBe('');
  await db().updateTable('cameras').set({ initials: null }).where('id', '=', 'c').execute();
  expect(await found({ text: 'chgydm' })).toBe('');
  await fillInitials(db());
  expect(await found({ text: 'chgydm' })).toBe('c');
});

test('filters narrow together, and the counts are those of what they let through', async () => {
  expect(await found({ department: '公安' })).toBe('b');
  expect(await found({ county: '371402' })).toBe('ab');
  expect(await found({ county: 'none' })).toBe('c');
  expect(await found({ tag: '学校', inspection: true })).toBe('a');
  expect(await found({ analysed: false, state: 'unknown' })).toBe('bc');
  expect(await countPool(db(), null, {})).toEqual({
    total: 3,
    analysed: 1,
    inspection: 1,
    byState: expect.arrayContaining([
      { state: 'connecting', count: 1 },
      { state: 'unknown', count: 2 },
    ]),
    byCounty: [
      { county: WEST, count: 2 },
      { county: null, count: 1 },
    ],
    byDepartment: [
      { department: '城管', count: 2 },
      { department: '公安', count: 1 },
    ],
  });
  expect(await countPool(db(), null, { text: 'dfzl' })).toMatchObject({ total: 1, analysed: 1 });
});

test('pages follow one another without a hole or a double, and another cursor is refused', async () => {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await readPool(db(), null, {}, { after, limit: 1 }, live);
    expect(page.total).toBe(3);
    seen.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(seen.sort()).toEqual(['a', 'b', 'c']);
  await expect(readPool(db(), null, {}, { after: 'x', limit: 1 }, live)).rejects.toMatchObject({
    code: 'invalid-cursor',
  });
});

test('an account finds, counts and maps only what it may see', async () => {
  const police: Account = {
    id: 'p',
    username: 'p',
    displayName: 'p',
    roles: ['operator'],
    division: '371402',
    department: '公安',
  };
  expect(await found({}, police)).toBe('b');
  expect((await countPool(db(), police, {})).total).toBe(1);
});

test('a camera without rules is not opened, and its state follows when rules come and go', async () => {
  expect((await listAnalysed(db())).map(({ id }) => id)).toEqual(['a']);
  expect((await listForWall(db(), null)).map(({ id }) => id)).toEqual(['a']);
  expect(await patchCamera(db(), 'b', { algorithms: RULE }, 'test', area)).toMatchObject({ state: 'connecting' });
  await setCameraState(db(), 'b', 'offline', 'no answer', 'unreachable');
  expect(await patchCamera(db(), 'b', { algorithms: [] }, 'test', area)).toMatchObject({
    state: 'unknown',
    stateCode: null,
  });
  await resetCameraStates(db());
  expect(await readCamera(db(), null, 'b')).toMatchObject({ state: 'unknown' });
  const rules = make('d', 'without a stream', { algorithms: RULE, source: undefined });
  await expect(rules).rejects.toMatchObject({ code: 'nothing-to-analyse' });
});

test('each step of a state is a row, and old ones go but for the last of each camera', async () => {
  const steps = async (id: string) =>
    (
      await db()
        .selectFrom('camera_state_changes')
        .select(['state', 'code'])
        .where('camera_id', '=', id)
        .orderBy('n')
        .execute()
    ).map(({ state, code }) => code ?? state);
  expect(await steps('b')).toEqual(['connecting', 'unreachable', 'unknown']);
  expect(await steps('c')).toEqual([]);
  await db()
    .updateTable('camera_state_changes')
    .set({ at: new Date(Date.now() - 10 * 86_400_000) })
    .execute();
  await setCameraState(db(), 'a', 'playing', null);
  expect(await pruneStateHistory(db(), 86_400_000)).toBe(2);
  expect(await steps('b')).toEqual(['unknown']);
  expect(await steps('a')).toEqual(['connecting', 'playing']);
});

test('a GB/T 28181 id is told in words, and a code that the editions disagree on by its number', () => {
  expect(readGbId('37140200081320000001')).toEqual({
    centre: '37140200',
    divisionCode: '371402',
    industry: { code: '08', name: { zh: '城市管理接入', en: 'City management' } },
    type: { code: '132', name: { zh: '网络摄像机 (IPC)', en: 'Network camera (IPC)' } },
    network: { code: '0', name: { zh: '监控报警专网', en: 'Surveillance network' } },
    serial: '000001',
  });
  expect(readGbId('37140200771320000001')?.industry).toEqual({ code: '77', name: null });
  expect(readGbId('3714020008132000001')).toBeNull();
});
