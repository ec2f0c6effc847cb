import type { LookedAt, Zone } from '#config/camera.ts';
import { type Detector, newDetections } from '#models/detector.ts';
import { withStillFrame } from '#streams/fixtures/still-frame.ts';
import { seeded } from '#streams/seeded.ts';
import { RegionSight } from '../analysis/region-sight.ts';
import { iou } from '../tracks/overlap.ts';
import { vehicles } from './cut-outs.ts';
import { type CutOut, clipFile, clipPictures, inLight, type Picture, paint, resized } from './pictures.ts';

const WIDTH_PX = 1920;
const HEIGHT_PX = 1080;
/** Zones far off: a gateway of 192 × 108 px, a kerb of 576 × 108 px around it, and all of the street. */
const GROUNDS = { gateway: [0.45, 0.5, 0.55, 0.6], kerb: [0.35, 0.5, 0.65, 0.6], street: [0, 0.3, 1, 1] } as const;
export type Ground = keyof typeof GROUNDS;
const FOUND_IOU = 0.4;
/** Six tiles, two in each picture: after three all have been looked at. */
const LOOKS_UNTIL_ALL = 3;

/** A street of 1920×1080 with one vehicle, and where it truly is. */
export interface SmallThing {
  picture: Picture;
  boxXyxyPx: Float32Array;
}

/** What stands behind: a real street of vtest.avi, enlarged, without its own van and car. */
function streets(count: number): Picture[] {
  const at = { fps: 1, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, args: ['-t', String(count)] };
  return clipPictures(clipFile('vtest.avi')!, at);
}

/** Every cut-out vehicle of both splits at a width, each at a place of its own in the gateway. */
export async function smallThings(thingWidthPx: number, most = Number.POSITIVE_INFINITY): Promise<SmallThing[]> {
  const cuts = (await Promise.all([vehicles('tuned'), vehicles('held')])).flatMap((cast) => cast.cuts).slice(0, most);
  const behind = streets(4);
  const random = seeded(40);
  const resizedCuts = await Promise.all(cuts.map((cut) => small(cut, thingWidthPx)));
  return resizedCuts.map((cut, i) => painted(cut, behind[i % 4]!, random));
}

function small(cut: CutOut, widthPx: number): Promise<CutOut> {
  return resized(cut, widthPx, Math.round((widthPx * cut.heightPx) / cut.widthPx));
}

function painted(cut: CutOut, behind: Picture, random: () => number): SmallThing {
  const picture: Picture = { ...behind, rgb: Buffer.from(behind.rgb) };
  const left = Math.round(WIDTH_PX * (0.455 + 0.04 * random()));
  const top = Math.round(HEIGHT_PX * (0.52 + 0.07 * random())) - cut.heightPx;
  paint(picture, cut, left, top);
  const boxXyxyPx = Float32Array.of(left, top, left + cut.widthPx, top + cut.heightPx);
  return { picture: inLight(picture, 1, 0, random), boxXyxyPx };
}

export interface Seen {
  found: number;
  things: number;
  /** Of the detector for one picture, all its regions, milliseconds. */
  msPerPicture: number;
  inferencesPerPicture: number;
}

/** Looks at each picture as a camera with that setting does, and counts the vehicles that are found where they are. */
export async function lookAt(
  things: readonly SmallThing[],
  regions: LookedAt,
  ground: Ground,
  detector: Detector,
): Promise<Seen> {
  const [left, top, right, bottom] = GROUNDS[ground];
  const polygon: Zone['polygon'] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  let found = 0;
  let inferences = 0;
  let inferenceMs = 0;
  const out = newDetections();
  for (const { picture, boxXyxyPx } of things) {
    const sight = new RegionSight({
      regions,
      zones: [{ kind: 'no-parking', polygon }],
      algorithms: [{ rule: 'illegal-parking' }],
    });
    await withStillFrame(picture, async (frame) => {
      sight.take(frame);
      for (let nowMs = 0; nowMs < LOOKS_UNTIL_ALL; nowMs++)
        await sight.look(frame, detector, { nowMs, open: [], longestQuietMs: 1000 }, out);
    });
    inferences += sight.inferences;
    inferenceMs += sight.inferenceMs;
    for (let i = 0; i < out.count; i++) {
      const { group, threshold } = detector.classes[out.classIds[i]!]!;
      if (group !== 'vehicle' || out.scores[i]! < threshold || iou(out.boxesXyxyPx, 4 * i, boxXyxyPx, 0) < FOUND_IOU)
        continue;
      found++;
      break;
    }
  }
  return {
    found,
    things: things.length,
    msPerPicture: inferenceMs / things.length,
    inferencesPerPicture: inferences / things.length,
  };
}
