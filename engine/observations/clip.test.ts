import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Zone } from '#config/camera.ts';
import { type Detections, newDetections, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import type { TrackedClass } from '../tracks/track.ts';
import { Tracker } from '../tracks/tracker.ts';
import { Observer } from './observe.ts';

const CLIP = fileURLToPath(new URL('../../../shared/data/clips/vtest.avi', import.meta.url));
const noClip = !existsSync(CLIP);
if (noClip) console.warn(`no clip at ${CLIP}: the test on it is skipped`);
const W = 768;
const H = 576;
const INPUT_BYTES = 416 * 416 * 3;

function polygon(...pointsPx: [number, number][]): Zone['polygon'] {
  return pointsPx.map(([x, y]) => [x / W, y / H]);
}
const kerb = polygon([600, 70], [768, 62], [768, 116], [620, 122]);
const whole = polygon([0, 0], [W, 0], [W, H], [0, H]);

/** What the shipped model sees at one picture a second, once through the clip; scaled as the streams room scales. */
async function seen(): Promise<{ loop: Detections[]; classes: readonly TrackedClass[] }> {
  const scale = ['-s', '416x416', '-sws_flags', 'fast_bilinear'];
  const args = ['-v', 'error', '-i', CLIP, '-r', '1', ...scale, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const raw = execFileSync('ffmpeg', args, { maxBuffer: 2 ** 27 });
  const detector = await openDetector(
    await readPackage(fileURLToPath(new URL('../../models/street', import.meta.url))),
  );
  const pictures: Detections[] = [];
  for (let at = 0; at < raw.length; at += INPUT_BYTES) {
    const out = newDetections();
    const writeRgb = (to: Buffer) => void raw.copy(to, 0, at, at + INPUT_BYTES);
    await detector.detect({ widthPx: W, heightPx: H, writeRgb }, out);
    pictures.push(out);
  }
  await detector.close();
  return { loop: pictures, classes: detector.classes };
}

test.skipIf(noClip)(
  'three loops of the clip: the van and the car are one fact each, walkers, jackets on the lawn and passers-by none',
  async () => {
    const { loop, classes } = await seen();
    expect(loop.length).toBeGreaterThan(70);
    for (const stepMs of [1000, 2000]) {
      const tracker = new Tracker(classes);
      const observer = new Observer(
        {
          id: 'clip',
          viewId: 'default',
          lngLat: [116.3, 37.4],
          zones: [
            { kind: 'no-parking', polygon: kerb },
            { kind: 'keep-clean', polygon: whole },
            { kind: 'no-vending', polygon: whole },
          ],
          algorithms: [
            { rule: 'illegal-parking', dwellMs: 15_000 },
            { rule: 'exposed-garbage', dwellMs: 30_000 },
            { rule: 'street-vendor', dwellMs: 60_000 },
          ],
        },
        'Asia/Shanghai',
      );
      const stood = new Map<string, number[]>();
      for (let i = 0; i < 3 * loop.length; i += stepMs / 1000) {
        const nowMs = 1_770_000_000_000 + 1000 * i;
        const tracks = tracker.update(loop[i % loop.length]!, nowMs, W, H);
        for (const fact of observer.observe(tracks, nowMs, W, H)) {
          if (fact.phase !== 'standing') continue;
          if (!stood.has(fact.key)) expect(nowMs - fact.startedAtMs).toBeLessThanOrEqual(15_000 + stepMs);
          stood.set(fact.key, fact.boxes[0]!.xyxy);
          expect(fact.lastSeenAtMs).toBe(nowMs);
        }
      }
      expect([...stood.keys()].map((key) => key.split(':')[0])).toEqual(['illegal-parking', 'illegal-parking']);
      const lefts = [...stood.values()].map(([left = 0]) => Math.round(left * W)).sort((a, b) => a - b);
      expect(Math.abs(lefts[0]! - 652)).toBeLessThan(10);
      expect(Math.abs(lefts[1]! - 733)).toBeLessThan(10);
    }
  },
);
