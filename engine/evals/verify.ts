/**
 * `npm run eval:verify [-- --threshold 0.3] [-- --photos 80]`: whether a second, closer look at what the first takes for
 * garbage pays, on photos that the shipped model was not trained on: as they are, and four and eight to a picture, as a
 * camera farther off sees them. Prints one JSON line: alerts that are true and false and the share of litter found, without
 * the closer look, with it, and with a higher threshold instead that leaves as few false ones.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { type Detector, newDetections, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { seeded } from '#streams/seeded.ts';
import { WatchedScene } from '../alerts/scene-for-tests.ts';
import { Verifiers } from '../analysis/verifiers.ts';
import { VerifiedFacts } from '../analysis/verify.ts';
import { coveredShare, iou } from '../tracks/overlap.ts';
import { type GarbageScene, garbagePhotos, tiled } from './garbage-photos.ts';
import { inLight, type Picture } from './pictures.ts';
import { still } from './still.ts';

const STREET_MODEL = fileURLToPath(new URL('../../models/street', import.meta.url));
/** Samples that a fact is given: as many as its first looks take where one in the middle is bad. */
const SAMPLES = 4;
/** Between two samples the box wanders by this share of its sides, the light by this share. */
const WANDER_SHARE = 0.02;
const LIGHT_SHARE = 0.05;
/** An alert is true where it shares so much with labelled garbage, or lies in it; litter is found by a box of so much overlap. */
const TRUE_IOU = 0.3;
const IN_IT_SHARE = 0.7;
const FOUND_IOU = 0.5;

const { values } = parseArgs({
  options: { threshold: { type: 'string', default: '0.3' }, photos: { type: 'string', default: '1000' } },
});

interface Claim {
  boxPx: Float32Array;
  score: number;
  /** How far over its class's threshold, in scores. */
  margin: number;
  label: string;
  isTrue: boolean;
  passed: boolean;
}

interface Seen {
  scene: GarbageScene;
  claims: Claim[];
}

const detector = await openDetector(await readPackage(STREET_MODEL));
const setting = { model: 'street', folder: STREET_MODEL, threshold: Number(values.threshold) };
const fail = (_: unknown, error: unknown) => {
  throw error;
};
const verifiers = await Verifiers.open({ 'exposed-garbage': setting }, detector, {}, fail);
const photos = await garbagePhotos(0, Number(values.photos));
const ranges = { near: photos, middle: tiled(photos, 2, 2), far: tiled(photos, 4, 2) };
const figures: Record<string, object> = {};
for (const [range, scenes] of Object.entries(ranges)) {
  const random = seeded(11);
  const seen: Seen[] = [];
  for (const scene of scenes) seen.push({ scene, claims: await claimsIn(scene, detector, random) });
  figures[range] = figuresOf(seen);
}
await detector.close();
process.stdout.write(
  `${JSON.stringify({ eval: 'verify', model: detector.identity, threshold: setting.threshold, photos: photos.length, ...figures })}\n`,
);

async function claimsIn(scene: GarbageScene, first: Detector, random: () => number): Promise<Claim[]> {
  const { picture, garbagePx } = scene;
  const found = newDetections();
  const pixels = await scaled(picture);
  await first.detect(pixels, found);
  const claims: Claim[] = [];
  for (let i = 0; i < found.count; i++) {
    const { label, threshold } = first.classes[found.classIds[i]!]!;
    const score = found.scores[i]!;
    if ((label !== 'garbage' && label !== 'overflow') || score < threshold) continue;
    const boxPx = found.boxesXyxyPx.slice(4 * i, 4 * i + 4);
    const isTrue = garbagePx.some((truth) => {
      const there = Float32Array.from(truth);
      return iou(boxPx, 0, there, 0) >= TRUE_IOU || coveredShare(boxPx, 0, there, 0) >= IN_IT_SHARE;
    });
    claims.push({ boxPx, score, margin: score - threshold, label, isTrue, passed: false });
  }
  for (const claim of claims) claim.passed = await passes(claim, picture, random);
  return claims;
}

async function scaled({ rgb, widthPx, heightPx }: Picture) {
  const [w, h] = [416, 416];
  const ready = await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(w, h, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { widthPx, heightPx, writeRgb: (out: Buffer) => void ready.copy(out) };
}

/** Whether the product's own course of looks lets it pass. */
async function passes(claim: Claim, picture: Picture, random: () => number): Promise<boolean> {
  const facts = new VerifiedFacts();
  const { widthPx, heightPx } = picture;
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const vary = (share: number) => share * (2 * random() - 1);
    const shown = inLight(picture, 1 + vary(LIGHT_SHARE), 0, random);
    const capturedAtMs = 1000 * sample;
    const [left = 0, top = 0, right = 0, bottom = 0] = claim.boxPx;
    const [dx, dy] = [vary(WANDER_SHARE) * (right - left), vary(WANDER_SHARE) * (bottom - top)];
    const share = (px: number, sidePx: number) => Math.min(1, Math.max(0, px / sidePx));
    const fact = new WatchedScene('eval', capturedAtMs).vehicle(
      [
        ...([share(left + dx, widthPx), share(top + dy, heightPx)] as const),
        ...([share(right + dx, widthPx), share(bottom + dy, heightPx)] as const),
      ],
      { rule: 'exposed-garbage', classGroup: 'garbage' },
    );
    const frame = still(shown.rgb, widthPx, heightPx, capturedAtMs);
    const [answer] = await facts.verify(frame, [fact], verifiers, (error) => fail(null, error));
    if (answer!.phase === 'standing') return true;
  }
  return false;
}

function figuresOf(seen: readonly Seen[]) {
  const without = count(seen, () => true);
  const withIt = count(seen, (claim) => claim.passed);
  let margin = 0;
  while (count(seen, (claim) => claim.margin >= margin).falseAlerts > withIt.falseAlerts) margin += 0.01;
  return {
    pictures: seen.length,
    litter: seen.reduce((sum, { scene }) => sum + scene.garbagePx.length, 0),
    without,
    with: withIt,
    thresholdInstead: { raisedBy: round(margin), ...count(seen, (claim) => claim.margin >= margin) },
  };
}

function count(seen: readonly Seen[], isRaised: (claim: Claim) => boolean) {
  let trueAlerts = 0;
  let falseAlerts = 0;
  let litter = 0;
  let found = 0;
  for (const { scene, claims } of seen) {
    const raised = claims.filter(isRaised);
    for (const { isTrue } of raised) if (isTrue) trueAlerts++;
    falseAlerts += raised.filter(({ isTrue }) => !isTrue).length;
    litter += scene.garbagePx.length;
    for (const truth of scene.garbagePx) {
      if (raised.some(({ boxPx }) => iou(boxPx, 0, Float32Array.from(truth), 0) >= FOUND_IOU)) found++;
    }
  }
  return { trueAlerts, falseAlerts, found: litter > 0 ? round(found / litter) : null };
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
