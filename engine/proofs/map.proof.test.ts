import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { parkingClip } from './clips.ts';
import { Product } from './product.ts';
import { seedCity } from './seeded-city.ts';

const ALERTS_AT_ONE_CAMERA = 50;
const KEY = 'k3y-of-the-site';

let product: Product;
let browser: Browser;
let seat: Seat;
let page: Page;
let cameras: RtspServer;
let tiles: Server;
let asked: string[];
let centre: [number, number];

/** East and north of the centre, metres. */
const at = (eastM: number, northM: number): [number, number] => [
  centre[0] + eastM / 88_540,
  centre[1] + northM / 110_990,
];

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chengnao-proof-'));
  const clip = await readClip(await parkingClip({ codec: 'h264', seconds: 24 }));
  const png = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#8899aa' } })
    .png()
    .toBuffer();
  asked = [];
  tiles = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  }).listen(0, '127.0.0.1');
  const first = await seedCity(dataDir, { cameras: 400, alerts: 60, atFirstCamera: ALERTS_AT_ONE_CAMERA });
  centre = first.lngLat;
  [cameras, browser] = await Promise.all([startRtspServer({ port: 0, clips: { street: clip } }), openBrowser()]);
  const { port } = tiles.address() as AddressInfo;
  product = await Product.start({
    dataDir,
    env: { CHENGNAO_BASEMAP_KEY: KEY },
    site: {
      basemap: {
        kind: 'wmts',
        template: `http://127.0.0.1:${port}/wmts?z={z}&x={x}&y={y}&tk={key}`,
        attribution: '测试底图',
      },
    },
  });
  await product.signIn();
  // One looks at the place, a nearer one looks away; both play.
  for (const [id, name, lngLat, headingDeg] of [
    ['looks', '朝向路口的摄像头', at(0, -2850), 180],
    ['away', '背向路口的摄像头', at(0, -2940), 0],
    ['silent', '仅登记的摄像头', at(20, -2980), undefined],
  ] as const)
    await product.api('POST', '/api/cameras', {
      id,
      name,
      lngLat,
      ...(headingDeg !== undefined && { headingDeg, fovDeg: 60 }),
      ...(id !== 'silent' && { source: { kind: 'url', url: cameras.url('street') } }),
    });
  seat = await takeSeat(browser, product.url);
  ({ page } = seat);
});
afterAll(async () => {
  await browser?.close();
  await product?.end();
  await cameras?.close();
  tiles?.close();
});

const ready = () => page.locator('[data-testid="city-map"][data-ready="true"]').waitFor({ timeout: 30_000 });
const look = async (lngLat: [number, number], zoom: number, more = '') => {
  await page.goto(`${product.url}/?at=${lngLat[0].toFixed(5)},${lngLat[1].toFixed(5)},${zoom}${more}`);
  await ready();
};
/** The middle of the map on the screen, and so many metres from it. */
async function onScreen(eastM: number, northM: number, zoom: number): Promise<{ x: number; y: number }> {
  const box = (await page.locator('.maplibregl-canvas').boundingBox())!;
  const metresPerPx = (40_075_016 * Math.cos((centre[1] * Math.PI) / 180)) / 512 / 2 ** zoom;
  return {
    x: box.x + box.width / 2 + eastM / metresPerPx,
    y: box.y + box.height / 2 - northM / metresPerPx,
  };
}

test('an area is drawn, its cameras are listed best-facing first, and one step plays them in the grid', async () => {
  await look(at(0, -3000), 16);
  await page.getByTestId('open-area').click();
  await page.getByTestId('draw-circle').click();
  const [middle, edge] = [await onScreen(0, 0, 16), await onScreen(200, 0, 16)];
  await page.mouse.click(middle.x, middle.y);
  await page.mouse.move(edge.x, edge.y, { steps: 3 });
  await page
    .getByTestId('area-figures')
    .getByText(/半径 (19|20)\d 米/)
    .waitFor();
  await takePictures(page, 'area-drawing');
  await page.mouse.click(edge.x, edge.y);
  await page.getByTestId('area-total').getByText('共 3 路').waitFor();
  const listed = page.getByTestId('area-camera');
  expect(await listed.evaluateAll((all) => all.map((line) => line.getAttribute('data-camera')))).toEqual([
    'looks',
    'silent',
    'away',
  ]);
  expect(await listed.first().textContent()).toContain('朝向此处');
  expect(page.url()).toMatch(/[&]area=circle:/);
  await takePictures(page, 'area-list');

  await page.getByTestId('area-grid').click();
  for (const id of ['looks', 'away'])
    await page.locator(`[data-testid="video-tile"][data-camera="${id}"][data-phase="playing"]`).waitFor();
  expect(page.url()).toMatch(/[/]live[?]grid=4&cameras=looks,away$/);
});

test('an area is drawn with keys alone, and Escape ends it', async () => {
  await look(at(0, -3000), 16);
  await page.getByTestId('open-area').press('Enter');
  await page.getByTestId('draw-corridor').press('Enter');
  await page.keyboard.press('Space');
  for (let i = 0; i < 2; i++) {
    await page.keyboard.press('ArrowUp');
    await sleep(600);
  }
  await page.keyboard.press('Space');
  await page.getByTestId('area-figures').getByText(/长 \d/).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('area-total').waitFor();
  expect(page.url()).toMatch(/[&]area=corridor:60;/);
  await page.getByTestId('draw-polygon').click();
  await page.keyboard.press('Escape');
  await page.getByTestId('area-total').waitFor();
  await page.getByTestId('area-clear').click();
  await page.getByText('选择一种画法').waitFor();
  expect(page.url()).not.toContain('area=');
});

test('on a phone an area is drawn with a finger', async () => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    storageState: await seat.context.storageState(),
  });
  const phone = await context.newPage();
  await phone.goto(
    `${product.url}/?at=${at(0, -3000)
      .map((value) => value.toFixed(5))
      .join(',')},15`,
  );
  await phone.locator('[data-testid="city-map"][data-ready="true"]').waitFor();
  await phone.getByTestId('open-area').tap();
  await phone.getByTestId('draw-polygon').tap();
  const box = (await phone.locator('.maplibregl-canvas').boundingBox())!;
  for (const [x, y] of [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.8, 0.8],
    [0.2, 0.8],
  ] as const) {
    await phone.touchscreen.tap(box.x + x * box.width, box.y + y * box.height);
    // Two taps within a moment are a double tap.
    await sleep(600);
  }
  await phone.getByTestId('area-figures').getByText('面积').waitFor();
  await phone.getByTestId('area-finish').tap();
  await phone.getByTestId('area-total').getByText('共 3 路').waitFor();
  await context.close();
});

test('a polygon that crosses itself is refused in words', async () => {
  const [a, b, c, d] = [at(0, -3000), at(200, -2800), at(200, -3000), at(0, -2800)].map((one) =>
    one.map((value) => value.toFixed(6)).join(','),
  );
  await look(at(0, -3000), 16, `&area=polygon:${a};${b};${c};${d}`);
  await page.getByText('范围的边相互交叉').waitFor({ timeout: 30_000 });
  await page.getByText('side 1 crosses side 3').waitFor();
  // The refused request is told by the browser as an error of the network.
  seat.errors = seat.errors.filter((error) => !error.includes('422'));
});

test('all of 50 alerts at one camera are reached from the map, and around one of them its neighbours', async () => {
  await look(centre, 17);
  const spot = await onScreen(0, 0, 17);
  await page.mouse.click(spot.x, spot.y);
  const lines = page.getByTestId('place-list').locator('.alert-line');
  await lines.nth(ALERTS_AT_ONE_CAMERA - 1).waitFor();
  await lines.nth(ALERTS_AT_ONE_CAMERA - 1).scrollIntoViewIfNeeded();
  await takePictures(page, 'fifty-alerts');
  await lines.nth(ALERTS_AT_ONE_CAMERA - 1).click();
  await page.getByTestId('alert-panel').waitFor();
  await page.getByTestId('open-area').click();
  await page.getByTestId('around-alert').click();
  await page.getByTestId('area-total').waitFor();
  expect(page.url()).toMatch(/alert=seeded-\d+.*&area=around:seeded-\d+;300$/);
});

test('layers are switched, remembered, and a shared address shows the same to somebody else', async () => {
  await look(centre, 13);
  await page.getByTestId('open-layers').click();
  for (const layer of ['heat', 'cells', 'cases']) await page.getByTestId(`layer-${layer}`).check();
  await page.getByTestId('layer-cameras').uncheck();
  await sleep(1500);
  await takePictures(page, 'layers');
  await page.goto(product.url);
  await ready();
  await page.getByTestId('open-layers').click();
  expect(await page.getByTestId('layer-heat').isChecked()).toBe(true);
  expect(await page.getByTestId('layer-cameras').isChecked()).toBe(false);

  const spot = at(0, -3000).map((value) => value.toFixed(5));
  const shared = `/?alert=seeded-00007&at=${spot.join(',')},15.50&layers=cameras,counties&area=circle:${spot.join(',')};200`;
  await page.goto('about:blank');
  const other = await takeSeat(browser, product.url);
  await other.page.goto(product.url + shared);
  await other.page.locator('[data-testid="city-map"][data-ready="true"]').waitFor();
  await other.page.getByTestId('area-total').getByText('共 3 路').waitFor();
  await other.page.getByTestId('alert-panel').waitFor();
  await other.page.getByTestId('open-layers').click();
  expect(await other.page.getByTestId('layer-alerts').isChecked()).toBe(false);
  expect(await other.page.getByTestId('layer-cameras').isChecked()).toBe(true);
  await sleep(1000);
  expect(new URL(other.page.url()).search).toBe(shared.slice(1));
  expect(other.errors).toEqual([]);
  await other.context.close();
  await page.goto(product.url);
  await ready();
});

test('the base map comes through the engine: its key reaches the tile server and no page', async () => {
  const before = asked.length;
  expect(before).toBeGreaterThan(0);
  expect(asked.every((path) => path.endsWith(`&tk=${KEY}`))).toBe(true);
  expect(await (await product.fetch('GET', '/api/site')).text()).not.toContain(KEY);
  const path = asked[0]!
    .match(/z=(\d+)&x=(\d+)&y=(\d+)/)!
    .slice(1)
    .join('/');
  const again = await product.fetch('GET', `/api/basemap/tiles/${path}`);
  expect([again.status, again.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(asked.length, 'it came from the disk').toBe(before);
  expect((await fetch(`${product.url}/api/basemap/tiles/${path}`)).status).toBe(401);
  expect((await product.fetch('GET', '/api/basemap/tiles/12/0/0')).status).toBe(404);
  expect(await page.locator('.attribution').textContent()).toContain('测试底图');
  expect(seat.errors).toEqual([]);
});
