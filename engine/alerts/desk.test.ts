import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteCamera, patchCamera } from '../cameras/write-cameras.ts';
import type { Observation } from '../contract/observation.ts';
import { lastSeq, readChanges } from '../store/changes.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import type { AlertDesk } from './desk.ts';
import { callFalseAlarm } from './judge.ts';
import { evidencePath, readAlert } from './read-alerts.ts';
import { area, city, HERE, makeCamera, openDesk, picture, THERE, WatchedScene, type Xyxy } from './scene-for-tests.ts';
import { listSuppressions, revokeSuppression } from './suppressions.ts';

const twoViews = ['default', 'preset-2'].map((id) => ({ id, zones: [] }));
const WEEK_MS = 7 * 86_400_000;

describe.each(await kindsHere())('the alert desk on the %s server', (kind) => {
  let opened: TestStore;
  let desk: AlertDesk;
  let scene: WatchedScene;
  let number = 0;

  beforeAll(async () => {
    opened = await openTestStore(kind);
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    number += 1;
    desk = openDesk(opened.store);
    scene = new WatchedScene(`camera-${number}`);
    await makeCamera(opened.store, scene.cameraId);
  });

  async function alerts() {
    const rows = await opened.store.db
      .selectFrom('alerts')
      .select('id')
      .where('camera_id', '=', scene.cameraId)
      .orderBy('id')
      .execute();
    return Promise.all(rows.map(async ({ id }) => (await readAlert(opened.store.db, city, id))!));
  }
  const present = () => [scene.vehicle(HERE)];

  test('a parked car reported 600 times with two pixels of jitter is one alert', async () => {
    let seed = 7;
    const jitter = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return ((seed % 5) - 2) / 1920;
    };
    const filed = await scene.run(desk, 600, () => [scene.vehicle(HERE.map((edge) => edge + jitter()) as Xyxy)]);
    expect(filed).toEqual(['illegal-parking:1']);
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      presence: 'standing',
      handling: 'new',
      verdict: 'none',
      severity: 'major',
      zoneName: '消防通道',
      county: { code: '371402', name: '德城区' },
      cameraName: `${scene.cameraId} 路口`,
      lngLat: [116.3, 37.45],
    });
    expect(scene.nowMs - Date.parse(alert!.lastSeenAt)).toBeLessThanOrEqual(5001);
  });

  test('its pictures are on disk, whole, before the alert is told of', async () => {
    await scene.run(desk, 1, present);
    const [alert] = await alerts();
    expect(alert!.evidence.map((one) => one.moment)).toEqual(['first-seen', 'onset']);
    const onset = await evidencePath(opened.store, city, alert!.id, 'onset');
    expect(await readFile(onset!, 'utf8')).toBe(`onset ${Math.floor(scene.nowMs)}`);
    expect(path.relative(opened.store.evidenceDir, onset!)).toMatch(
      new RegExp(`^\\d{4}/\\d\\d/\\d\\d/${alert!.id}/onset\\.jpg$`),
    );
    expect(await evidencePath(opened.store, city, alert!.id, 'latest')).toBeNull();
    const changes = await readChanges(opened.store.db, alert!.seq - 1, 1);
    expect(changes[0]).toMatchObject({ seq: alert!.seq, kind: 'alert', entityId: alert!.id });
  });

  test('a hundred identical reports at once, and two desks at once, raise one alert', async () => {
    const other = openDesk(opened.store);
    scene.nowMs += 1000;
    const report = scene.report(present());
    const receipts = await Promise.all(
      Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? desk : other).receive(report)),
    );
    expect(receipts.every(({ filed }) => filed[0] === 'illegal-parking:1')).toBe(true);
    expect(await alerts()).toHaveLength(1);
    const folders = (await readdir(opened.store.evidenceDir, { recursive: true })).filter((name) =>
      name.endsWith('onset.jpg'),
    );
    const rows = await opened.store.db
      .selectFrom('alert_pictures')
      .select('path')
      .where('moment', '=', 'onset')
      .execute();
    expect(folders.sort()).toEqual(rows.map((row) => row.path).sort());
  });

  test('a desk that starts anew goes on with the same alert, whatever keys the new shard gives', async () => {
    await scene.run(desk, 20, present);
    await desk.close();
    const again = openDesk(opened.store);
    scene.nowMs += 300_000;
    // The new shard counts its dwell from the start: pending for a minute, then standing.
    await scene.run(again, 60, () => [scene.vehicle(HERE, { key: 'illegal-parking:9', phase: 'pending' })]);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['standing']);
    const filed = await scene.run(again, 5, () => [scene.vehicle(HERE, { key: 'illegal-parking:9' })]);
    expect(filed).toEqual(['illegal-parking:9']);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['standing']);
  });

  test('it ends once it was not seen for the set time on analysed frames', async () => {
    await scene.run(desk, 5, present);
    const seenAtMs = scene.nowMs;
    await scene.run(desk, 11);
    expect((await alerts())[0]!.presence).toBe('standing');
    await scene.run(desk, 1);
    const [alert] = await alerts();
    expect(alert).toMatchObject({ presence: 'ended', handling: 'new', verdict: 'none' });
    expect(Date.parse(alert!.lastSeenAt)).toBe(Math.floor(seenAtMs));
    expect(Date.parse(alert!.endedAt!)).toBe(Math.floor(scene.nowMs));
  });

  test('two frames without it are too few to end it, however far apart', async () => {
    await scene.run(desk, 1, present);
    for (let frame = 0; frame < 2; frame++) {
      scene.nowMs += 20_000;
      await scene.run(desk, 1);
    }
    expect((await alerts())[0]!.presence).toBe('standing');
    scene.nowMs += 20_000;
    await scene.run(desk, 1);
    expect((await alerts())[0]!.presence).toBe('ended');
  });

  test('a camera that was offline does not end it', async () => {
    await scene.run(desk, 5, present);
    scene.nowMs += 3_600_000;
    await scene.run(desk, 11);
    expect((await alerts())[0]!.presence).toBe('standing');
    scene.nowMs += 3_600_000;
    await scene.run(desk, 3, present);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['standing']);
  });

  test('a track that is lost but still reported does not keep it alive, and raises nothing', async () => {
    await scene.run(desk, 5, present);
    const lastSeenAtMs = scene.nowMs;
    await scene.run(desk, 90, () => [scene.vehicle(HERE, { lastSeenAtMs })]);
    const [alert, ...others] = await alerts();
    expect(alert!.presence).toBe('ended');
    expect(others).toEqual([]);
  });

  test('what appears again within a minute of the end is the same alert, and later another one', async () => {
    await scene.run(desk, 5, present);
    await scene.run(desk, 12 + 40);
    const appearedAtMs = scene.nowMs;
    await scene.run(desk, 60, () => [scene.vehicle(HERE, { phase: 'pending', startedAtMs: appearedAtMs })]);
    expect((await alerts())[0]!.presence).toBe('ended');
    await scene.run(desk, 1, () => [scene.vehicle(HERE, { startedAtMs: appearedAtMs })]);
    expect((await alerts()).map((alert) => [alert.presence, alert.endedAt])).toEqual([['standing', null]]);

    await scene.run(desk, 12 + 61);
    await scene.run(desk, 61, () => [scene.vehicle(HERE, { startedAtMs: scene.nowMs - 50_000 })]);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['ended', 'standing']);
  });

  test('a camera that was deleted and made again begins anew', async () => {
    scene.nowMs = Date.now() - 60_000;
    await scene.run(desk, 3, present);
    await deleteCamera(opened.store.db, scene.cameraId, 'test');
    await desk.endWithoutView();
    await makeCamera(opened.store, scene.cameraId);
    scene.nowMs = Date.now() + 1000;
    await scene.run(desk, 3, present);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['ended', 'standing']);
  });

  test('flapping for two hours is one alert, and afterwards the place is watched again', async () => {
    for (let round = 0; round < 80; round++) {
      const appearedAtMs = scene.nowMs;
      await scene.run(desk, 65, (second) => [
        scene.vehicle(HERE, {
          startedAtMs: appearedAtMs,
          phase: second < 60 ? 'pending' : 'standing',
          key: `k:${round}`,
        }),
      ]);
      await scene.run(desk, 25);
    }
    expect(await alerts()).toHaveLength(1);
    await scene.run(desk, 300);
    await scene.run(desk, 3, present);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['ended', 'standing']);
  });

  test('two cars side by side are two alerts, and a car seen as two boxes is one', async () => {
    const beside: Xyxy = [0.44, 0.4, 0.54, 0.5];
    const cab: Xyxy = [0.705, 0.705, 0.76, 0.79];
    await scene.run(desk, 5, () => [
      scene.vehicle(HERE, { key: 'k:1' }),
      scene.vehicle(beside, { key: 'k:2' }),
      scene.vehicle(THERE, { key: 'k:3' }),
      scene.vehicle(cab, { key: 'k:4' }),
    ]);
    expect((await alerts()).map((alert) => alert.boxes[0]!.xyxy)).toEqual([HERE, beside, THERE]);
  });

  test('a car that passes a parked one raises nothing and does not take its place', async () => {
    await scene.run(desk, 30, (second) => [
      scene.vehicle(HERE, { key: 'k:1' }),
      scene.vehicle([0.3 + second * 0.01, 0.42, 0.4 + second * 0.01, 0.52], { key: 'k:2', phase: 'pending' }),
    ]);
    expect((await alerts()).map((alert) => alert.boxes[0]!.xyxy)).toEqual([HERE]);
  });

  test('a vendor who walks about the stall is one alert: the stall stays', async () => {
    const stall = { xyxy: [0.5, 0.5, 0.6, 0.6] as [number, number, number, number], class: 'diningtable', score: 0.6 };
    await scene.run(desk, 20, (second) => [
      scene.vehicle(HERE, {
        rule: 'street-vendor',
        classGroup: 'vendor',
        key: `street-vendor:${second}`,
        boxes: [
          { xyxy: [0.3 + (second % 2) * 0.15, 0.4, 0.35 + (second % 2) * 0.15, 0.6], class: 'person', score: 0.7 },
          stall,
        ],
      }),
    ]);
    expect(await alerts()).toHaveLength(1);
  });

  /** A dog at a place that has nothing to do with where it was before. */
  const dog = (key: string, second: number, settings: Partial<Observation> = {}) => {
    const [x, y] = [0.1 + ((second * 37) % 70) / 100, 0.2 + ((second * 53) % 60) / 100];
    const rule = { rule: 'unleashed-dog', classGroup: 'dog', zoneKind: 'leash' } as const;
    return scene.vehicle([x, y, x + 0.04, y + 0.03], { ...rule, key, ...settings });
  };

  test('a dog that runs about is one alert, lost and found within a minute too, and two dogs are two', async () => {
    await scene.run(desk, 60, (second) => [dog('dog:1', second)]);
    expect(await alerts()).toHaveLength(1);
    await scene.run(desk, 40);
    expect((await alerts())[0]!.presence).toBe('ended');
    await scene.run(desk, 20, (second) => [dog('dog:7', second + 11)]);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['standing']);
    // A second dog does not take the first one's alert while its own dwell runs.
    await scene.run(desk, 20, (second) => [dog('dog:7', second), dog('dog:8', second + 30, { phase: 'pending' })]);
    expect(await alerts()).toHaveLength(1);
    await scene.run(desk, 20, (second) => [dog('dog:7', second), dog('dog:8', second + 30)]);
    expect(await alerts()).toHaveLength(2);
    await scene.run(desk, 100);
    await scene.run(desk, 3, (second) => [dog('dog:9', second)]);
    expect((await alerts()).map((alert) => alert.presence)).toEqual(['ended', 'ended', 'standing']);
  });

  test('another view, another rule and another class group are never the same alert', async () => {
    await patchCamera(opened.store.db, scene.cameraId, { views: twoViews }, 'test', area);
    await scene.run(desk, 2, present);
    scene.viewId = 'preset-2';
    await scene.run(desk, 2, present);
    await scene.run(desk, 2, () => [scene.vehicle(HERE, { rule: 'street-vendor', classGroup: 'vendor', key: 'v:1' })]);
    expect((await alerts()).map((alert) => [alert.viewId, alert.rule])).toEqual([
      ['default', 'illegal-parking'],
      ['preset-2', 'illegal-parking'],
      ['preset-2', 'street-vendor'],
    ]);
  });

  test('while a camera is at another view its alerts neither end nor repeat, and are seen again when it is back', async () => {
    await patchCamera(opened.store.db, scene.cameraId, { views: twoViews }, 'test', area);
    for (let round = 0; round < 4; round++) {
      scene.viewId = 'default';
      await scene.run(desk, 6, present);
      scene.viewId = 'preset-2';
      // Longer than it takes to end, to rejoin, and, in the second round, than a pause may be.
      await scene.run(desk, round === 1 ? 100 : 20, () => [scene.vehicle(THERE, { key: 'k:2' })]);
    }
    expect((await alerts()).map(({ viewId, presence }) => [viewId, presence])).toEqual([
      ['default', 'standing'],
      ['preset-2', 'standing'],
    ]);
    // Gone while nobody looked: it ends after as much analysed time of its own view as ever, the other's does not.
    scene.viewId = 'default';
    await scene.run(desk, 9);
    expect((await alerts()).map(({ presence }) => presence)).toEqual(['standing', 'standing']);
    scene.viewId = 'preset-2';
    await scene.run(desk, 20, () => [scene.vehicle(THERE, { key: 'k:2' })]);
    scene.viewId = 'default';
    await scene.run(desk, 6);
    expect((await alerts()).map(({ presence }) => presence)).toEqual(['ended', 'standing']);
  });

  test('a view that is taken from its camera ends its alerts, not those of the others, and raises none any more', async () => {
    await patchCamera(opened.store.db, scene.cameraId, { views: twoViews }, 'test', area);
    await scene.run(desk, 3, present);
    scene.viewId = 'preset-2';
    await scene.run(desk, 3, present);
    await patchCamera(opened.store.db, scene.cameraId, { views: twoViews.slice(0, 1) }, 'test', area);
    await desk.endWithoutView();
    await scene.run(desk, 3, () => [scene.vehicle(THERE)]);
    expect((await alerts()).map(({ viewId, presence }) => [viewId, presence])).toEqual([
      ['default', 'standing'],
      ['preset-2', 'ended'],
    ]);
  });

  test('a false alarm keeps its place quiet for its class, not the place beside it, until it is revoked', async () => {
    await scene.run(desk, 3, present);
    const [alert] = await alerts();
    const judged = await callFalseAlarm(opened.store.db, city, alert!.id, '是雕塑', WEEK_MS);
    expect(judged).toMatchObject({ presence: 'standing', verdict: 'false', handling: 'new' });
    const again = callFalseAlarm(opened.store.db, city, alert!.id, '还是雕塑', WEEK_MS);
    await expect(again).rejects.toMatchObject({ status: 409, code: 'already-false' });
    await scene.run(desk, 300);
    const filed = await scene.run(desk, 10, present);
    expect(filed).toEqual(['illegal-parking:1']);
    expect(await alerts()).toHaveLength(1);
    await scene.run(desk, 2, () => [scene.vehicle(THERE, { key: 'k:2' })]);
    expect(await alerts()).toHaveLength(2);

    const listed = (await listSuppressions(opened.store.db, city)).filter((one) => one.cameraId === scene.cameraId);
    expect(listed).toHaveLength(1);
    await revokeSuppression(opened.store.db, city, listed[0]!.id, '看错了');
    await scene.run(desk, 10, present);
    expect(await alerts()).toHaveLength(3);
    expect((await readAlert(opened.store.db, city, alert!.id))!.entries.map((entry) => entry.kind)).toEqual([
      'false-alarm',
      'false-alarm-revoked',
    ]);
  });

  test('a place kept quiet speaks again when its time is over', async () => {
    await scene.run(desk, 3, present);
    await callFalseAlarm(opened.store.db, city, (await alerts())[0]!.id, '树影', 600_000);
    await scene.run(desk, 300);
    await scene.run(desk, 10, present);
    expect(await alerts()).toHaveLength(1);
    scene.nowMs += 600_000;
    await scene.run(desk, 3, present);
    expect(await alerts()).toHaveLength(2);
  });

  test('pictures that come late are added, and until then the fact is not filed', async () => {
    scene.nowMs += 1000;
    const first = await desk.receive(scene.report(present(), false));
    expect(first.filed).toEqual([]);
    expect((await alerts())[0]!.evidence).toEqual([]);
    const filed = await scene.run(desk, 1, present);
    expect(filed).toEqual(['illegal-parking:1']);
    expect((await alerts()).map((alert) => alert.evidence.length)).toEqual([2]);
  });

  test('the latest picture is renewed every 30 s, and the one before is removed', async () => {
    await scene.run(desk, 1, present);
    const [alert] = await alerts();
    const takenAtMs: number[] = [];
    let before: string | null = null;
    for (let second = 0; second < 70; second++) {
      scene.nowMs += 1000;
      const report = scene.report(present(), false);
      report.pictures = { 'illegal-parking:1': [picture('latest', scene.nowMs, HERE)] };
      await desk.receive(report);
      const file = (await evidencePath(opened.store, city, alert!.id, 'latest'))!;
      if (file !== before) {
        takenAtMs.push(scene.nowMs);
        expect(await readFile(file, 'utf8')).toBe(`latest ${Math.floor(scene.nowMs)}`);
        if (before) await expect(access(before)).rejects.toThrow();
        before = file;
      }
    }
    expect(takenAtMs.length).toBe(3);
    expect(takenAtMs[1]! - takenAtMs[0]!).toBeGreaterThanOrEqual(28_000);
  });

  test('a standing alert that is only seen again is told of once a minute', async () => {
    await scene.run(desk, 1, present);
    const before = await lastSeq(opened.store.db);
    await scene.run(desk, 120, present);
    expect((await lastSeq(opened.store.db)) - before).toBeLessThanOrEqual(2);
  });

  test('when its camera is deleted it ends', async () => {
    await scene.run(desk, 2, present);
    await deleteCamera(opened.store.db, scene.cameraId, 'test');
    await desk.endWithoutView();
    expect((await alerts())[0]!.presence).toBe('ended');
    const filed = await scene.run(desk, 1, () => [scene.vehicle(THERE)]);
    expect(filed).toEqual([]);
    expect(await alerts()).toHaveLength(1);
  });
});
