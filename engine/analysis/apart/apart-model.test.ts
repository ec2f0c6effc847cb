import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newDetections, openDetector, type Pixels } from '#models/detector.ts';
import { madeManifest, madePackage } from '#models/made-package.ts';
import { readPackage } from '#models/package.ts';
import { partOfRgb } from '#models/photo.ts';
import { seeded } from '#streams/seeded.ts';
import { ApartModel, type ModelDeath } from './apart-model.ts';

const STREET = fileURLToPath(new URL('../../../models/street', import.meta.url));
const KILLS = 20;
const MIB = 2 ** 20;

function noise(widthPx: number, heightPx: number): Pixels {
  const random = seeded(7);
  const rgb = Buffer.from(Uint8Array.from({ length: 3 * widthPx * heightPx }, () => 255 * random()));
  return partOfRgb(rgb, widthPx, { leftPx: 0, topPx: 0, widthPx, heightPx });
}

async function until(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
  await expect.poll(holds, { timeout: withinMs, interval: 10, message: what }).toBe(true);
}

test.each([
  ['as it is stretched', { kind: 'stretch' }],
  ['in a letterbox', { kind: 'letterbox', anchor: 'centre', padValue: 114 }],
])('a model apart finds what it finds in this process, to the bit: %s', async (_, resize) => {
  const pkg = await readPackage(STREET);
  const own = { ...pkg.manifest, input: { ...pkg.manifest.input, resize }, onnx: { file: 'made.onnx' } };
  // All that it is unsure of too, so that there is something to compare in noise.
  const unsure = {
    ...own,
    selection: { ...own.selection, lowScore: 0.01, thresholds: { default: 0.01, byLabel: {} } },
  };
  const graph = await readFile(join(STREET, pkg.manifest.onnx.file));
  const folder = await madePackage(unsure as never, pkg.labels, graph);
  const within = await openDetector(await readPackage(folder));
  const apart = new ApartModel({ folder }, () => undefined);
  await until('it is open', () => apart.detector !== null);
  const { detector } = apart;
  expect([detector!.identity, detector!.labels, detector!.classes, detector!.inputPx]).toEqual([
    ...[within.identity, within.labels, within.classes, within.inputPx],
  ]);
  for (const [widthPx, heightPx] of [
    [640, 360],
    [300, 500],
  ] as const) {
    const picture = noise(widthPx, heightPx);
    const [here, there] = [newDetections(), newDetections()];
    await within.detect(picture, here);
    await detector!.detect(picture, there);
    expect(there.count).toBe(here.count);
    expect(here.count).toBeGreaterThan(0);
    expect(there.boxesXyxyPx.slice(0, 4 * there.count)).toEqual(here.boxesXyxyPx.slice(0, 4 * here.count));
    expect(there.scores.slice(0, there.count)).toEqual(here.scores.slice(0, here.count));
    expect(there.classIds.slice(0, there.count)).toEqual(here.classIds.slice(0, here.count));
  }
  await Promise.all([apart.close(), within.close()]);
});

test(`${KILLS} kills: each is told, what waits is refused, it is open again, and this process does not grow`, async () => {
  const folder = await madePackage();
  const deaths: ModelDeath[] = [];
  const apart = new ApartModel({ folder, longestPauseMs: 0 }, (death) => deaths.push(death));
  const picture = noise(64, 64);
  let beforeBytes = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await until('it is open', () => apart.detector !== null);
    if (kill === 2) beforeBytes = process.memoryUsage().rss;
    const { detector } = apart;
    const found = newDetections();
    await detector!.detect(picture, found);
    expect(found.count).toBe(1);
    const waiting = detector!.detect(picture, found);
    process.kill(apart.pid!, 'SIGKILL');
    // It may have been answered before the end.
    await waiting.catch((error) => expect(error.message).toMatch(/SIGKILL/));
    await until('it is told', () => deaths.length === kill + 1);
    await expect(detector!.detect(picture, found)).rejects.toThrow('ended: SIGKILL');
  }
  const grownBytes = process.memoryUsage().rss - beforeBytes;
  console.log(`${KILLS} kills: ${Math.round(grownBytes / MIB)} MiB more`);
  expect(grownBytes).toBeLessThan(100 * MIB);
  expect(deaths.map(({ how }) => how)).toEqual(Array.from({ length: KILLS }, () => 'SIGKILL'));
  await apart.close();
}, 120_000);

test('who stops all processes of the engine at once does not end it: its shard does', async () => {
  const deaths: ModelDeath[] = [];
  const apart = new ApartModel({ folder: await madePackage() }, (death) => deaths.push(death));
  await until('it is open', () => apart.detector !== null);
  const { pid } = apart;
  process.kill(pid!, 'SIGTERM');
  process.kill(pid!, 'SIGINT');
  const found = newDetections();
  await apart.detector!.detect(noise(64, 64), found);
  expect([found.count, apart.pid, deaths]).toEqual([1, pid, []]);
  await apart.close();
});

test('a shard that stands still for longer than a model may take kills none of them', async () => {
  const deaths: ModelDeath[] = [];
  const apart = new ApartModel({ folder: await madePackage() }, (death) => deaths.push(death));
  await until('it is open', () => apart.detector !== null);
  const { pid } = apart;
  const found = newDetections();
  const looking = apart.detector!.detect(noise(64, 64), found);
  const untilMs = performance.now() + 2600;
  while (performance.now() < untilMs);
  await looking;
  expect([found.count, apart.pid, deaths]).toEqual([1, pid, []]);
  await apart.close();
});

test('a package that does not open is told with what its process wrote', async () => {
  const broken = await madePackage(madeManifest(), ['cat', 'dog'], Buffer.from('no graph'));
  const deaths: ModelDeath[] = [];
  const apart = new ApartModel({ folder: broken, longestPauseMs: 0 }, (death) => deaths.push(death));
  await until('it has died', () => deaths.length > 0);
  expect(deaths[0]!.how).toBe('exit code 1');
  expect(deaths[0]!.log).toMatch(/made.onnx/);
  expect(apart.detector).toBeNull();
  await apart.close();
});
