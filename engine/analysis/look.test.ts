import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Detector } from '#models/detector.ts';
import { madePackage } from '#models/made-package.ts';
import type { Frame } from '#streams/frame.ts';
import type { ApartDetector } from './apart/apart-detector.ts';
import { ApartModel } from './apart/apart-model.ts';
import { Lane } from './lane.ts';
import { lookInLanes } from './look.ts';
import type { LaneOrder, WatchedCameraConfig } from './messages.ts';
import { type ModelsInPlay, RunningModel } from './models-in-play.ts';
import { PaintedStreet } from './street-for-tests.ts';

const CONFIG: WatchedCameraConfig = {
  id: 'c',
  source: { kind: 'url', url: 'rtsp://127.0.0.1/none' },
  lngLat: [116, 37],
  views: [{ id: 'default', zones: [], drawing: '', fingerprint: null }],
  algorithms: [],
  decode: 'keyframes',
};

test('models in this process look one after the other while one apart is at work; one that fails is told, and the others have looked', async () => {
  const street = new PaintedStreet(640, 360, { width: 416, height: 416 });
  const steps: string[] = [];
  const apart = new ApartModel({ folder: await madePackage() }, () => undefined);
  await expect.poll(() => apart.detector !== null, { timeout: 20_000 }).toBe(true);
  /** A detector of this process that takes some turns of the event loop. */
  const within = (name: string, failure?: string): Detector => ({
    ...street.detector,
    async detect(pixels, out) {
      steps.push(`${name} begins, ${apart.looks + (apart.detector as ApartDetector).waiting} asked apart`);
      for (let i = 0; i < 5; i++) await turn();
      await street.detector.detect(pixels, out);
      steps.push(`${name} ends`);
      if (failure) throw new Error(failure);
    },
  });
  const running = new Map<string | null, RunningModel>();
  const run = (model: string | null, runs: ApartModel | Detector) => {
    const order = { versionId: `${model}-1`, algorithm: `${model}`, isSites: model === null, folder: '' };
    running.set(model, new RunningModel({ ...order, runs: runs instanceof ApartModel ? 'apart' : 'within' }, runs));
  };
  run(null, within('site'));
  run('broken', within('broken', 'not today'));
  run('other', within('other'));
  run('apart', apart);
  const models = { of: ({ model }: LaneOrder) => running.get(model) ?? null } as ModelsInPlay;
  const lanes = [null, 'broken', 'other', 'apart', 'nowhere'].map((model) => {
    const order = { model, version: null, instead: null, shadow: false };
    return new Lane(order, CONFIG, 'default', 'Asia/Shanghai', street.detector.classes);
  });
  const frame = Object.assign(street, { capturedAtMs: 1000 }) as unknown as Frame;
  lanes[0]!.sight.take(frame);
  const told: unknown[] = [];
  const order = { nowMs: 1000, longestQuietMs: 15_000 };
  const looked = await lookInLanes(lanes, frame, models, order, (error) => told.push(error));
  expect(looked.map((lane) => lane.order.model)).toEqual([null, 'other', 'apart']);
  expect(told).toEqual([new Error('not today')]);
  const inTurn = ['site', 'broken', 'other'].flatMap((name) => [
    expect.stringContaining(`${name} begins`),
    `${name} ends`,
  ]);
  expect(steps).toEqual(inTurn);
  expect([steps[0], apart.looks]).toEqual(['site begins, 1 asked apart', 1]);
  await apart.close();
});
