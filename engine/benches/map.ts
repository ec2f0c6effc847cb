/**
 * `npm run bench:map [-- --seconds 6 --cameras 45000 --alerts 2000]`: what panning costs the page's own thread, in real
 * Chromium at 1920×1080, at three zooms: counted by county, clusters, each camera. In the same run and at the same places,
 * the comparator: all points as GeoJSON in one deck.gl layer. Prints one JSON line. Wants a built page.
 */

import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import express from 'express';
import type { Feature, FeatureCollection } from 'geojson';
import { build } from 'vite';
import type { z } from 'zod';
import type { AlertPage } from '../contract/alert.ts';
import type { Camera } from '../contract/camera.ts';
import { openBrowser, takeSeat } from '../proofs/browser.ts';
import { Product, ROOT } from '../proofs/product.ts';
import { seedCity } from '../proofs/seeded-city.ts';
import { type FrameCost, measurePan } from './frames.ts';
import { OUTCOME_OPTIONS, printOutcome } from './outcome.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    seconds: { type: 'string', default: '6' },
    cameras: { type: 'string', default: '45000' },
    alerts: { type: 'string', default: '2000' },
  },
});
const seconds = Number(values.seconds);
const [cameras, alerts] = [Number(values.cameras), Number(values.alerts)];
const SIZE = { width: 1920, height: 1080 };
const ZOOMS = { counties: 8.6, clusters: 10.5, cameras: 13 } as const;
type Zoom = keyof typeof ZOOMS;
const SETTLED_MS = 3000;

const scratch = await mkdtemp(join(tmpdir(), 'chengnao-bench-map-'));
const dataDir = await mkdtemp(join(tmpdir(), 'chengnao-bench-map-data-'));
const first = await seedCity(dataDir, { cameras, alerts, atFirstCamera: 50 });
const at = (zoom: Zoom) => `${first.lngLat.join(',')},${ZOOMS[zoom]}`;
const product = await Product.start({ dataDir, env: { CHENGNAO_SHARDS: '1' } });
const browser = await openBrowser();
try {
  await product.signIn();
  const ours = await measureOurs();
  const comparator = await measureComparator();
  const worst = Math.max(...Object.values(ours).map(({ jsMsP95 }) => jsMsP95));
  printOutcome(
    {
      bench: 'map',
      workload: `${cameras} cameras, ${alerts} open alerts, panning at ${SIZE.width}×${SIZE.height}`,
      jsMsIs:
        'JavaScript of the main thread from one main thread frame to the next, by the thread’s own clock; passedMs: by the clock on the wall',
      jsMsP95Worst: worst,
      ours,
      allPointsInOneDeckLayer: comparator,
    },
    values,
  );
} finally {
  await browser.close();
  await product.end();
  await rm(scratch, { recursive: true, force: true });
}
process.exit(0);

async function measureOurs(): Promise<Record<Zoom, FrameCost>> {
  const { page } = await takeSeat(browser, product.url, SIZE);
  return eachZoom(async (zoom) => {
    await page.goto(`${product.url}/?at=${at(zoom)}`);
    await page.locator('[data-testid="city-map"][data-ready="true"]').waitFor({ timeout: 60_000 });
    await sleep(SETTLED_MS);
    return measurePan(browser, page, seconds);
  });
}

async function measureComparator(): Promise<Record<Zoom, FrameCost>> {
  const [root, outDir] = [join(scratch, 'page'), join(scratch, 'built')];
  await mkdir(root);
  const script = join(ROOT, 'engine/benches/map-comparator.mjs');
  await writeFile(join(root, 'main.js'), `import ${JSON.stringify(script)};`);
  await writeFile(
    join(root, 'index.html'),
    '<!doctype html><style>html,body,#map{margin:0;height:100%}</style><div id="map"></div><script type="module" src="./main.js"></script>',
  );
  await build({ configFile: false, root, logLevel: 'error', build: { outDir, emptyOutDir: true, target: 'es2022' } });
  await writeFile(join(outDir, 'points.geojson'), JSON.stringify(await allPoints()));
  const server = express().use(express.static(outDir)).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const context = await browser.newContext({ viewport: SIZE });
    const page = await context.newPage();
    return await eachZoom(async (zoom) => {
      await page.goto(`${address}?at=${at(zoom)}`);
      await page.locator('body[data-ready="true"]').waitFor({ timeout: 60_000 });
      await sleep(SETTLED_MS);
      return measurePan(browser, page, seconds);
    });
  } finally {
    server.close();
  }
}

async function allPoints(): Promise<FeatureCollection> {
  const { items } = await product.api<{ items: Camera[] }>('GET', '/api/cameras?which=all');
  const raised: z.infer<typeof AlertPage>['items'] = [];
  for (let after = 0, more = true; more; ) {
    const page = await product.api<z.infer<typeof AlertPage>>('GET', `/api/alerts?after=${after}&limit=500`);
    raised.push(...page.items);
    after = page.items.at(-1)?.seq ?? after;
    more = page.items.length === 500;
  }
  const point = (coordinates: [number, number], alert: boolean): Feature => ({
    type: 'Feature',
    properties: { alert },
    geometry: { type: 'Point', coordinates },
  });
  return {
    type: 'FeatureCollection',
    features: [...items.map(({ lngLat }) => point(lngLat, false)), ...raised.map(({ lngLat }) => point(lngLat, true))],
  };
}

async function eachZoom(measure: (zoom: Zoom) => Promise<FrameCost>): Promise<Record<Zoom, FrameCost>> {
  const costs: Partial<Record<Zoom, FrameCost>> = {};
  for (const zoom of Object.keys(ZOOMS) as Zoom[]) costs[zoom] = await measure(zoom);
  return costs as Record<Zoom, FrameCost>;
}
