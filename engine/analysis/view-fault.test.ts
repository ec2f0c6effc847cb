import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Zone } from '#config/camera.ts';
import type { AccessUnit } from '#streams/access-unit.ts';
import { readClip } from '#streams/files/clip.ts';
import { describeUnit } from '#streams/nal-units/describe.ts';
import { ParameterSets } from '#streams/nal-units/parameter-sets.ts';
import type { StreamListener } from '#streams/open-stream.ts';
import type { AlertDesk } from '../alerts/desk.ts';
import { area, makeCamera, openDesk } from '../alerts/scene-for-tests.ts';
import { patchCamera } from '../cameras/write-cameras.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import type { FromShard, WatchedCameraConfig } from './messages.ts';
import { Shard } from './shard.ts';

const opened: StreamListener[] = [];
vi.mock('#streams/open-stream.ts', () => ({
  openStream: (_source: unknown, listener: StreamListener) => {
    opened.push(listener);
    return { counters: { accessUnits: 0, damagedUnits: 0, connects: 1 }, close: async () => undefined };
  },
}));

const CLIP = fileURLToPath(new URL('../../../shared/data/clips/vtest.avi', import.meta.url));
const noClip = !existsSync(CLIP);
if (noClip) console.warn(`no clip at ${CLIP}: the test on it is skipped`);
const scratch = mkdtempSync(join(tmpdir(), 'chengnao-view-'));

function zone(left: number, top: number, right: number, bottom: number): Zone {
  const polygon: Zone['polygon'] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return { kind: 'no-parking', polygon };
}

const CAMERA: WatchedCameraConfig = {
  id: 'preset',
  source: { kind: 'url', url: 'rtsp://192.0.2.1/' },
  lngLat: [116.3, 37.45],
  views: [{ id: 'default', zones: [zone(0.78, 0.1, 1, 0.25)], drawing: 'first', fingerprint: null }],
  algorithms: [{ rule: 'illegal-parking', dwellMs: 15_000 }],
  decode: 'as-needed',
};

/** The keyframes of the clip's first 24 seconds, one a second, changed by an ffmpeg filter. */
async function keyframes(name: string, filter: string): Promise<AccessUnit[]> {
  const file = join(scratch, `${name}.mp4`);
  const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-pix_fmt', 'yuv420p'];
  const keys = ['-x264-params', 'keyint=10:min-keyint=10:scenecut=0'];
  execFileSync('ffmpeg', ['-v', 'error', '-t', '24', '-i', CLIP, '-an', '-vf', filter, ...encode, ...keys, file]);
  const clip = await readClip(file);
  const sets = new ParameterSets(clip.codec);
  return clip.units.flatMap(({ data }) => describeUnit(clip.codec, data, sets, 0) ?? []).filter((unit) => unit.key);
}

let store: TestStore;
let desk: AlertDesk;
let shard: Shard;
const told: FromShard[] = [];
const filing: Promise<unknown>[] = [];
let nowMs = Date.now();
let requestId = 0;
let view: AccessUnit[];
let turned: AccessUnit[];
let across: AccessUnit[];
let empty: AccessUnit[];
let flash: AccessUnit[];
let infrared: AccessUnit[];
let grey: AccessUnit[];

beforeAll(async () => {
  if (noClip) return;
  view = await keyframes('view', 'null');
  turned = await keyframes('turned', 'crop=iw*0.85:ih*0.85:0:ih*0.1,scale=768:576');
  across = await keyframes('across', 'crop=iw*0.85:ih*0.85:iw*0.15:0,scale=768:576');
  empty = await keyframes('empty', 'drawbox=x=646:y=40:w=122:h=66:color=0x7d7f80:t=fill');
  flash = await keyframes('flash', 'lutyuv=y=val*0.25+185');
  infrared = await keyframes('infrared', 'hue=s=0,eq=brightness=-0.25:contrast=0.75,vignette=PI/5');
  grey = await keyframes('grey', 'drawbox=color=0x808080:t=fill,noise=alls=3:allf=t');
  store = await openTestStore('embedded');
  await makeCamera(store.store, CAMERA.id);
  desk = openDesk(store.store);
  const settings = {
    shardId: 'test',
    modelFolder: fileURLToPath(new URL('../../models/street', import.meta.url)),
    timeZone: 'Asia/Shanghai',
    longestQuietMs: 15_000,
    latestPictureMs: 30_000,
  };
  shard = await Shard.start(settings, (message) => {
    told.push(message);
    if (message.kind === 'picture-fault' && message.fault === null) desk.watchAgain(message.cameraId);
    if (message.kind !== 'scene') return;
    const { cameraId } = message.report;
    filing.push(desk.receive(message.report).then(({ filed }) => shard.hear({ kind: 'filed', cameraId, keys: filed })));
  });
  await shard.hear({ kind: 'watch', cameras: [CAMERA] });
}, 60_000);

afterAll(async () => {
  await shard?.close();
  await desk?.close();
  await store?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** The shard has done what was asked before. */
async function settled(): Promise<void> {
  for (let asked = 0; asked < 2; asked++) {
    const id = requestId++;
    await shard.hear({ kind: 'picture-wanted', requestId: id, cameraId: CAMERA.id });
    while (!told.some((message) => message.kind === 'picture' && message.requestId === id)) await turn();
  }
  await Promise.all(filing);
}

/** Shows these pictures for so many seconds of the camera's clock. @returns how many scenes were reported. */
async function show(units: AccessUnit[], seconds: number): Promise<number> {
  const before = scenes();
  for (let second = 0; second < seconds; second++) {
    nowMs += 1000;
    opened[0]!.onAccessUnit({ ...units[second % units.length]!, capturedAtMs: nowMs });
    await settled();
  }
  return scenes() - before;
}

const scenes = () => told.filter((message) => message.kind === 'scene').length;
const faults = () => told.flatMap((message) => (message.kind === 'picture-fault' ? [message.fault?.code ?? null] : []));
const fingerprints = () => told.flatMap((message) => (message.kind === 'view-fingerprint' ? [message] : []));
const alerts = () =>
  store.store.db.selectFrom('alerts').select(['id', 'presence', 'last_seen_at']).orderBy('id').execute();

const passedOver = async (): Promise<number> => {
  const before = told.length;
  for (;;) {
    const figures = told.slice(before).find((message) => message.kind === 'figures');
    if (figures) return figures.cameras[0]!.passedOver;
    await turn();
  }
};

test.skipIf(noClip)(
  'flashes, the infrared switch and a grey frame are passed over, a grey minute is a camera fault, and none is an alert',
  async () => {
    expect(await show(view, 30)).toBeGreaterThan(25);
    const before = (await alerts()).map(({ id, presence }) => [id, presence]);
    expect(before.map(([, presence]) => presence)).toEqual(['standing', 'standing']);
    expect(await passedOver()).toBe(0);

    for (const broken of [flash, grey, flash]) {
      expect(await show(broken, 1)).toBe(0);
      expect(await show(view, 4)).toBeGreaterThanOrEqual(3);
    }
    expect(await passedOver()).toBe(3);
    expect(await show(infrared, 40)).toBeGreaterThan(30);
    expect(await show(view, 10)).toBeGreaterThan(5);
    expect(faults()).toEqual([null]);
    expect(fingerprints().map(({ cameraId, drawing }) => [cameraId, drawing])).toEqual([['preset', 'first']]);

    expect(await show(grey, 60)).toBe(0);
    expect(faults()).toEqual([null, 'covered']);
    await show(view, 20);
    expect(faults()).toEqual([null, 'covered', null]);
    expect((await alerts()).map(({ id, presence }) => [id, presence])).toEqual(before);
    told.length = 0;
  },
  120_000,
);

test.skipIf(noClip)(
  'while the view is moved facts and alerts freeze; when it is back the same alerts go on, and end when the vans are gone',
  async () => {
    expect(await show(view, 20)).toBeGreaterThan(15);
    const before = await alerts();
    expect(before.map(({ presence }) => presence)).toEqual(['standing', 'standing']);

    expect(await show(turned, 60)).toBe(0);
    expect(faults()).toEqual(['view-moved']);
    expect(await alerts()).toEqual(before);

    // One is passed over as the whole picture changes, three show that the view is back.
    expect(await show(view, 30)).toBeGreaterThan(20);
    expect(faults()).toEqual(['view-moved', null]);
    const after = await alerts();
    expect(after.map(({ id, presence }) => [id, presence])).toEqual(before.map(({ id }) => [id, 'standing']));
    expect(after.every(({ last_seen_at }, i) => last_seen_at > before[i]!.last_seen_at)).toBe(true);

    expect(await show(turned, 20)).toBe(0);
    await show(empty, 30);
    expect((await alerts()).map(({ id, presence }) => [id, presence])).toEqual(before.map(({ id }) => [id, 'ended']));
    expect(faults()).toEqual(['view-moved', null, 'view-moved', null]);

    // No dwell runs while nobody looks: 8 s before and 5 s after the pause are not yet 15 s.
    await show(view, 8);
    await show(turned, 40);
    await show(view, 10);
    expect((await alerts()).map(({ presence }) => presence)).toEqual(['ended', 'ended']);
    await show(view, 20);
    // They ended more than a minute ago: these are others.
    expect((await alerts()).map(({ presence }) => presence)).toEqual(['ended', 'ended', 'standing', 'standing']);
  },
  120_000,
);

test.skipIf(noClip)(
  'while somebody turns the camera nothing is reported, whatever it shows; once it is back and shows its view, the same alerts go on',
  async () => {
    const take = (turned: boolean) =>
      shard.hear({ kind: 'watch', cameras: [{ ...CAMERA, ...(turned && { turned }) }] });
    await show(view, 10);
    const before = (await alerts()).filter(({ presence }) => presence === 'standing');
    expect(before).toHaveLength(2);
    const all = (await alerts()).map(({ id }) => id);
    told.length = 0;

    // Longer than an alert outlives what is not seen, and less than what no clock of frames goes through.
    await take(true);
    expect(faults()).toEqual(['turned']);
    expect(await show(view, 4)).toBe(0);
    expect(await show(across, 10)).toBe(0);
    expect(await show(view, 6)).toBe(0);
    expect(faults()).toEqual(['turned']);
    expect((await alerts()).filter(({ presence }) => presence === 'standing')).toEqual(before);
    await take(false);
    expect(await show(view, 3)).toBe(0);
    expect(await show(view, 25)).toBeGreaterThan(20);
    expect(faults()).toEqual(['turned', null]);
    const same = async () => (await alerts()).filter(({ presence }) => presence === 'standing').map(({ id }) => id);
    expect(await same()).toEqual(before.map(({ id }) => id));

    // Given back off its view: that is a moved one, until it is turned home.
    await take(true);
    expect(await show(turned, 5)).toBe(0);
    await take(false);
    expect(await show(turned, 20)).toBe(0);
    expect(faults()).toEqual(['turned', null, 'turned', 'view-moved']);
    await take(true);
    await show(turned, 3);
    await take(false);
    await show(view, 30);
    expect(faults()).toEqual(['turned', null, 'turned', 'view-moved', 'turned', null]);
    expect(await same()).toEqual(before.map(({ id }) => id));
    const presences = await store.store.db.selectFrom('alert_presence_changes').select('alert_id').execute();
    const ofThese = presences.filter(({ alert_id }) => before.some(({ id }) => id === alert_id));
    expect(ofThese).toEqual([]);
    expect((await alerts()).map(({ id }) => id)).toEqual(all);
    told.length = 0;
  },
  120_000,
);

test.skipIf(noClip)(
  'a patrol between two known views raises no fault and no repeat alert, and each view is watched by its own zones',
  async () => {
    await show(view, 8);
    const before = (await alerts()).filter(({ presence }) => presence === 'standing');
    expect(before).toHaveLength(2);
    await show(across, 15);
    await shard.hear({ kind: 'fingerprint-wanted', requestId: 1, cameraId: CAMERA.id });
    const [taken] = told.flatMap((message) => (message.kind === 'fingerprint' ? [message.taken] : []));
    if (!taken || !('fingerprint' in taken)) throw new Error(`got ${JSON.stringify(taken)}, expected a fingerprint`);
    const views = [
      CAMERA.views[0]!,
      { id: 'across', zones: [zone(0.7, 0, 1, 0.35)], drawing: 'across', fingerprint: taken.fingerprint },
    ];
    await patchCamera(
      store.store.db,
      CAMERA.id,
      { views: views.map(({ id, zones }) => ({ id, zones })) },
      'test',
      area,
    );
    await shard.hear({ kind: 'watch', cameras: [{ ...CAMERA, views }] });
    await show(across, 25);
    const raised = await alerts();
    told.length = 0;

    for (let round = 0; round < 3; round++) {
      // The dwell is longer than it stays, and what stands is known again all the same.
      expect(await show(view, 9)).toBeGreaterThan(2);
      expect(await show(across, 9)).toBeGreaterThan(2);
    }
    expect(told.flatMap((message) => (message.kind === 'view-shown' ? [message.viewId] : []))).toEqual([
      ...['default', 'across', 'default', 'across', 'default', 'across'],
    ]);
    expect(faults()).toEqual([]);
    const stand = await store.store.db
      .selectFrom('alerts')
      .select(['id', 'view_id'])
      .where('presence', '=', 'standing');
    const standing = await stand.orderBy('id').execute();
    const ofView = (id: string) => standing.filter(({ view_id }) => view_id === id).map((alert) => alert.id);
    expect(ofView('default')).toEqual(before.map(({ id }) => id));
    // The same vans, seen from the other view: each is an alert there, once.
    expect(ofView('across')).toHaveLength(2);
    expect((await alerts()).map(({ id }) => id)).toEqual(raised.map(({ id }) => id));
    await shard.hear({ kind: 'watch', cameras: [CAMERA] });
    await show(view, 10);
    told.length = 0;
  },
  120_000,
);

test.skipIf(noClip)(
  'zones drawn anew on the moved view are watched at once, with a fingerprint of their own',
  async () => {
    await show(turned, 15);
    expect(faults().at(-1)).toBe('view-moved');
    await shard.hear({ kind: 'watch', cameras: [{ ...CAMERA, views: [{ ...CAMERA.views[0]!, drawing: 'second' }] }] });
    expect(await show(turned, 8)).toBeGreaterThan(0);
    expect(faults().at(-1)).toBeNull();
    expect(fingerprints().map(({ drawing }) => drawing)).toEqual(['second']);
  },
);
