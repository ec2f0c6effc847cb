import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Detector, newDetections, openDetector, type Pixels } from './detector.ts';
import { readPackage } from './package.ts';

const STREET = fileURLToPath(new URL('./street', import.meta.url));
const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
const CLIP = `${DATA}clips/vtest.avi`;
const PHOTOS = `${DATA}garbage-cn/valid/`;
const noClip = !existsSync(CLIP);
const noPhotos = !existsSync(PHOTOS);
if (noClip || noPhotos) console.warn(`no clip or photos under ${DATA}: the tests on real pictures are skipped`);

let detector: Detector;
beforeAll(async () => {
  detector = await openDetector(await readPackage(STREET));
});
afterAll(() => detector.close());

interface Found {
  label: string;
  score: number;
  box: number[];
}

/** What is believed in a picture: the rows that reach their threshold. */
async function look(pixels: Pixels): Promise<Found[]> {
  const out = newDetections();
  await detector.detect(pixels, out);
  const rows: Found[] = [];
  for (let i = 0; i < out.count; i++) {
    const { label, threshold } = detector.classes[out.classIds[i]!]!;
    const box = Array.from(out.boxesXyxyPx.subarray(4 * i, 4 * i + 4));
    if (out.scores[i]! >= threshold) rows.push({ label, score: out.scores[i]!, box });
  }
  return rows;
}

/** RGB of exactly the size that the package asks for; the source's size is stated beside it. */
function ready(rgb: Buffer, widthPx: number, heightPx: number): Pixels {
  return { widthPx, heightPx, writeRgb: (out) => void rgb.copy(out) };
}

async function photo(path: string): Promise<Pixels> {
  const image = sharp(path);
  const { width, height } = await image.metadata();
  const rgb = await image.removeAlpha().resize(416, 416, { fit: 'fill', kernel: 'linear' }).raw().toBuffer();
  return ready(rgb, width, height);
}

function frames(seconds: number): Pixels[] {
  const size = 416 * 416 * 3;
  const raw = execFileSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      CLIP,
      '-t',
      String(seconds),
      '-r',
      '1',
      '-s',
      '416x416',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-',
    ],
    { maxBuffer: 2 ** 27 },
  );
  return Array.from({ length: raw.length / size }, (_, i) => ready(raw.subarray(i * size, (i + 1) * size), 768, 576));
}

const isNear = (box: number[], expected: number[]) => box.every((v, k) => Math.abs(v - expected[k]!) <= 8);

test('the shipped package is whole and says whom it owes', async () => {
  const pkg = await readPackage(STREET);
  expect(pkg.labels).toHaveLength(83);
  expect(pkg.identity.sha256).toBe(pkg.manifest.onnx.sha256);
  expect(pkg.manifest.attribution.join(' ')).toMatch(/NanoDet-Plus.*Apache-2\.0.*project-shb1t.*CC BY 4\.0/);
  const attribution = readFileSync(`${STREET}/ATTRIBUTION.md`, 'utf8');
  for (const owed of ['RangiLyu', 'Apache License 2.0', 'project-shb1t', 'CC BY 4.0'])
    expect(attribution).toContain(owed);
  for (const sample of readdirSync(`${STREET}/samples`))
    expect(statSync(`${STREET}/samples/${sample}`).size).toBeLessThan(200_000);
});

test('its sample shows garbage, a bin and an overflowing bin', async () => {
  const labels = new Set((await look(await photo(`${STREET}/samples/bins.jpg`))).map((row) => row.label));
  for (const label of ['garbage', 'garbage_bin', 'overflow']) expect(labels).toContain(label);
});

test('decode and NMS take under a millisecond', async () => {
  const pixels = await photo(`${STREET}/samples/bins.jpg`);
  const timesMs: number[] = [];
  const out = newDetections();
  for (let i = 0; i < 30; i++) {
    await detector.detect(pixels, out);
    timesMs.push(detector.lastTiming.decodeMs);
  }
  expect(timesMs.sort((a, b) => a - b)[15]).toBeLessThan(1);
});

test.skipIf(noClip)(
  'on the clip it sees the parked van and the parked car in every frame, and no lorry over the van',
  async () => {
    let lorries = 0;
    const pictures = frames(40);
    for (const pixels of pictures) {
      const vehicles = (await look(pixels)).filter((row) => ['car', 'truck', 'bus'].includes(row.label));
      expect(vehicles.some((row) => isNear(row.box, [652, 44, 724, 101]))).toBe(true);
      expect(vehicles.some((row) => isNear(row.box, [733, 50, 768, 93]))).toBe(true);
      if (vehicles.some((row) => row.box[0]! < 600 && row.box[2]! > 690)) lorries++;
    }
    expect(pictures.length).toBe(40);
    expect(lorries).toBeLessThan(8);
  },
);

test.skipIf(noPhotos)('litter is found on photos of litter, and hardly any on photos of bins alone', async () => {
  const classesOf = (name: string) =>
    readFileSync(`${PHOTOS}labels/${name.replace('.jpg', '.txt')}`, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => Number(line.split(' ')[0]));
  const names = readdirSync(`${PHOTOS}images`)
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  const litter = names.filter((name) => classesOf(name).some((c) => c !== 1)).slice(0, 40);
  const bins = names.filter((name) => classesOf(name).length > 0 && classesOf(name).every((c) => c === 1)).slice(0, 40);
  const claims = async (list: string[]) => {
    let count = 0;
    for (const name of list) {
      const rows = await look(await photo(`${PHOTOS}images/${name}`));
      if (rows.some((row) => row.label === 'garbage' || row.label === 'overflow')) count++;
    }
    return count;
  };
  expect(litter.length + bins.length).toBe(80);
  expect(await claims(litter)).toBeGreaterThanOrEqual(30);
  expect(await claims(bins)).toBeLessThanOrEqual(6);
});
