import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findsRows, madeManifest, madePackage } from '#models/made-package.ts';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import type { SceneReport } from '../contract/observation.ts';
import { type FromShard, type LaneOrder, type ModelInPlay, WatchedCameraConfig } from './messages.ts';
import { Shard } from './shard.ts';

const WHOLE: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const scratch = mkdtempSync(join(tmpdir(), 'chengnao-lanes-'));
const told: FromShard[] = [];
let server: RtspServer;
let shard: Shard;
let site: ModelInPlay;
let other: ModelInPlay;
let hidden: ModelInPlay;

/** A package that always finds one car, so wide from the left edge. */
async function findsCar(name: string, rightPx: number, runs: ModelInPlay['runs']): Promise<ModelInPlay> {
  const manifest = madeManifest({ top: { name }, selection: { classGroups: { vehicle: ['car'] } } });
  const folder = await madePackage(manifest, ['person', 'car'], findsRows([[0, 4, rightPx, 12, 0.01, 0.9]]));
  return { versionId: `${name}-1`, algorithm: name, isSites: name === 'site', folder, runs };
}

beforeAll(async () => {
  const clips = { street: paintedClip({ frames: 40, keyIntervalFrames: 4 }) };
  server = await startRtspServer({ port: 0, clips });
  site = await findsCar('site', 4, 'within');
  other = await findsCar('other', 8, 'apart');
  hidden = { ...(await findsCar('site', 16, 'aside')), versionId: 'site-2' };
  const settings = {
    ...{ shardId: 'test', modelFolder: site.folder, models: [site, other, hidden], timeZone: 'Asia/Shanghai' },
    ...{ longestQuietMs: 15_000, latestPictureMs: 30_000, markFile: join(scratch, 'shard.mark') },
  };
  shard = await Shard.start(settings, (message) => told.push(message));
});
afterAll(async () => {
  await shard?.close();
  await server?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const lane = (model: string | null, version: string, shadow = false): LaneOrder => ({
  ...{ model, version, shadow },
  instead: shadow ? null : version,
});

function camera(lanes: LaneOrder[]): WatchedCameraConfig {
  return {
    id: 'cam',
    source: { kind: 'url', url: server.url('street') },
    lngLat: [116, 37],
    views: [{ id: 'default', zones: [{ kind: 'no-parking', polygon: WHOLE }], drawing: '', fingerprint: null }],
    algorithms: [
      { rule: 'illegal-parking', dwellMs: 0 },
      { rule: 'illegal-parking', dwellMs: 3_600_000, model: 'other' },
    ],
    decode: 'keyframes',
    samplePeriodMs: 200,
    lanes,
  };
}

const scenes = (kind: 'scene' | 'shadow-scene', from = 0): SceneReport[] =>
  told.slice(from).flatMap((message) => (message.kind === kind ? [message.report] : []));
const widths = ({ observations }: SceneReport) =>
  observations.map(({ key, model, boxes }) => [
    key.replace(/\d+$/, 'n'),
    model?.versionId ?? null,
    Math.round(16 * boxes[0]!.xyxy[2]),
  ]);

async function until(what: string, holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 20_000, interval: 20, message: what }).toBe(true);
}

const BOTH = [
  ['illegal-parking:n', null, 4],
  ['other:illegal-parking:n', 'other-1', 8],
];

test('what a model sees goes to the rules that are bound to it, one scene tells of all, and the shadow is told apart', async () => {
  await shard.hear({
    kind: 'watch',
    cameras: [camera([lane(null, 'site-1'), lane(null, 'site-2', true), lane('other', 'other-1')])],
  });
  await until('both are seen', () => scenes('scene').some((scene) => scene.observations.length === 2));
  await until('the shadow too', () => scenes('shadow-scene').length > 2);
  const scene = scenes('scene').at(-1)!;
  expect(scene.model).toMatchObject({ name: 'site', versionId: 'site-1' });
  expect(widths(scene)).toEqual(BOTH);
  expect(scene.notLookedFor).toBeUndefined();
  const apart = scenes('shadow-scene').at(-1)!;
  expect([apart.model.versionId, ...widths(apart)]).toEqual(['site-2', ['illegal-parking:n', null, 16]]);
  expect(scenes('shadow-scene').flatMap(({ pictures }) => Object.values(pictures)).length).toBe(1);
});

test('one model’s process is killed: the other’s facts go on in each picture, and its own come back as they were', async () => {
  const keys = scenes('scene')
    .at(-1)!
    .observations.map(({ key }) => key);
  const from = told.length;
  const apart = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'apart/main.ts'], { encoding: 'utf8' });
  for (const pid of apart.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
  await until('it is told', () => told.slice(from).filter(({ kind }) => kind === 'model-ended').length === 2);
  const ended = told.length;
  await until('pictures go on', () => scenes('scene', ended).length > 3);
  for (const scene of scenes('scene', from)) expect(widths(scene)[0]).toEqual(BOTH[0]);
  const isBlind = ({ observations, analysedAtMs }: SceneReport) =>
    observations.some(({ key, lastSeenAtMs }) => key.startsWith('other:') && lastSeenAtMs < analysedAtMs - 1000);
  for (const scene of scenes('scene', from).filter(isBlind)) expect(scene.notLookedFor).toEqual(['illegal-parking']);
  await until('it is back', () => {
    const last = scenes('scene', ended).at(-1)!;
    return last.observations.length === 2 && last.observations.every((one) => one.lastSeenAtMs === last.analysedAtMs);
  });
  expect(
    scenes('scene')
      .at(-1)!
      .observations.map(({ key }) => key),
  ).toEqual(keys);
});

test('a package that goes out of play leaves its rules without eyes, and the others see on', async () => {
  const from = told.length;
  await shard.hear({ kind: 'models', barred: [], models: [site] });
  await until('the other is not seen any more', () => {
    const last = scenes('scene', from).at(-1);
    return (last?.observations ?? []).some((one) => one.lastSeenAtMs < last!.analysedAtMs - 1000);
  });
  const last = scenes('scene').at(-1)!;
  expect(last.observations[0]!.lastSeenAtMs).toBe(last.analysedAtMs);
  expect(last.notLookedFor).toEqual(['illegal-parking']);
});

test('a camera whose rules have no package at all is watched and sees nothing, and says what it does not look for', async () => {
  const from = told.length;
  const { algorithms, ...rest } = camera([]);
  const bare = WatchedCameraConfig.parse({ ...rest, id: 'bare', algorithms: algorithms.slice(1) });
  await shard.hear({ kind: 'watch', cameras: [bare] });
  const own = () => scenes('scene', from).filter(({ cameraId }) => cameraId === 'bare');
  await until('it is analysed', () => own().length > 0);
  expect(own()[0]).toMatchObject({ observations: [], notLookedFor: ['illegal-parking'] });
  await shard.hear({ kind: 'watch', cameras: [{ ...bare, algorithms, lanes: [lane(null, 'site-1')] }] });
  await until('its rules have one', () => own().some(({ observations }) => observations.length > 0));
  await shard.hear({ kind: 'watch', cameras: [{ ...bare, lanes: [] }] });
  const without = told.length;
  await until('they have none again', () =>
    scenes('scene', without).some(({ cameraId, observations }) => cameraId === 'bare' && observations.length === 0),
  );
});

test('a place is looked at with the model of the algorithm that is asked for; of one that does not run here that is said', async () => {
  await shard.hear({ kind: 'models', barred: [], models: [site, other] });
  const { algorithms, ...rest } = camera([lane(null, 'site-1'), lane('other', 'other-1'), lane('third', 'third-1')]);
  const cars = { rule: 'object-present' as const, classes: ['car'], dwellMs: 0, zoneKind: null };
  const config = WatchedCameraConfig.parse({
    ...{ ...rest, id: 'asked' },
    algorithms: [
      ...algorithms.slice(0, 1),
      { ...cars, algorithm: 'cars', model: 'other' },
      { ...cars, algorithm: 'down', model: 'third' },
      { ...cars, algorithm: 'without', model: 'none' },
    ],
  });
  const from = told.length;
  await shard.hear({ kind: 'watch', cameras: [config] });
  await until('both look', () =>
    scenes('scene', from).some(({ cameraId, observations }) => cameraId === 'asked' && observations.length === 2),
  );
  let requestId = 0;
  const look = async (algorithm: string) => {
    const asked = { kind: 'look-wanted' as const, requestId: ++requestId, cameraId: 'asked', algorithm, places: [] };
    await shard.hear(asked);
    const answer = () => told.find((one) => one.kind === 'look' && one.requestId === asked.requestId);
    await until('an answer', () => answer() !== undefined);
    const { look } = answer() as Extract<FromShard, { kind: 'look' }>;
    if (look === null || look === 'not-running') return look;
    return [look.model.name, ...look.boxes.map(({ xyxy }) => Math.round(16 * xyxy[2]))];
  };
  expect(await look('illegal-parking')).toEqual(['site', 4]);
  expect(await look('cars')).toEqual(['other', 8]);
  expect(await look('down'), 'it is not open at the moment').toBeNull();
  expect(await look('without'), 'no version of its model runs').toBe('not-running');
  expect(await look('revoked'), 'it is not bound to the camera').toBe('not-running');
});
