import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { fitGround, fromLocalMetres, toLocalMetres } from '../contract/ground.ts';
import { project } from '../contract/homography.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { Product, until } from './product.ts';
import { freePort } from './servers.ts';

const ID = 'dc.0007';
const CAMERA: [number, number] = [116.3594, 37.4341];
/** Of the clip's pavement, as a rough survey might give it: where in the picture, and metres east and north of the camera. */
const POINTS: { xy: [number, number]; metres: [number, number] }[] = [
  { xy: [0.12, 0.92], metres: [-6, 8] },
  { xy: [0.92, 0.94], metres: [6, 8] },
  { xy: [0.85, 0.2], metres: [13, 38] },
  { xy: [0.22, 0.22], metres: [-14, 38] },
];

let product: Product;
let browser: Browser;
let cameras: RtspServer;
let seat: Seat;
let page: Page;

beforeAll(async () => {
  const street = await readClip(await parkingClip({ codec: 'h264', seconds: 24 }));
  cameras = await startRtspServer({ port: await freePort(), clips: { street } });
  [product, browser] = await Promise.all([Product.start(), openBrowser()]);
  await product.signIn();
  await product.api('POST', '/api/cameras', {
    id: ID,
    name: '东风中路-7',
    source: { kind: 'url', url: cameras.url('street') },
    lngLat: CAMERA,
    algorithms: [{ rule: 'illegal-parking', dwellMs: 3000 }],
  });
  seat = await takeSeat(browser, product.url);
  ({ page } = seat);
});
afterAll(async () => {
  await browser?.close();
  await product?.end();
  await cameras?.close();
});

/** A point of the picture, in CSS pixels from the board's corner. */
async function onBoard([x, y]: [number, number]): Promise<{ x: number; y: number }> {
  const box = (await page.getByTestId('board').boundingBox())!;
  return { x: x * box.width, y: y * box.height };
}
const clickBoard = async (xy: [number, number]) => page.getByTestId('board').click({ position: await onBoard(xy) });
const lngLatOf = (i: number) => fromLocalMetres(CAMERA, POINTS[i]!.metres);
const save = () => page.getByTestId('save-drawings').click();

test('four points of the picture and of the map make a ground: its grid lies over the picture, errors are told', async () => {
  await page.getByRole('link', { name: '视频资源池' }).click();
  await page.getByRole('link', { name: '东风中路-7' }).click();
  await page.getByTestId('to-calibration').click();
  await page.getByTestId('board').locator('img').waitFor();
  await page.locator('[data-testid="ground-map"][data-ready="true"]').waitFor({ timeout: 20_000 });
  await page.getByRole('radio', { name: '地面标定' }).click();
  expect(await page.getByTestId('fit-state').textContent()).toContain('未标定');

  for (const [i, { xy }] of POINTS.entries()) {
    await clickBoard(xy);
    if (i === 0) {
      // Clicked anywhere, then moved by its coordinates, as they may come from a survey.
      await page
        .getByTestId('ground-map')
        .locator('canvas')
        .click({ position: { x: 300, y: 200 } });
      await page.getByTestId('pair-on-map').waitFor();
    }
    await page.getByLabel(`控制点 ${i + 1} 的经纬度`).fill(lngLatOf(i).join(', '));
    if (i === 2) expect(await page.getByTestId('fit-state').getAttribute('data-fault')).toBe('too-few');
  }
  await page.locator('[data-testid="fit-state"][data-fault="none"]').waitFor();
  const grid = page.getByTestId('ground-grid');
  expect(await grid.getAttribute('data-spacing')).toMatch(/^(5|10)$/);
  expect(await grid.locator('line').count()).toBeGreaterThan(10);

  const note = async (xy: [number, number]) => {
    await page.getByTestId('board').hover({ position: await onBoard(xy) });
    const told = await page.getByTestId('cursor-note').textContent();
    return Number(/± ([\d.]+) 米/.exec(told ?? '')?.[1]);
  };
  const [near, far] = [await note([0.5, 0.9]), await note([0.5, 0.2])];
  expect(near).toBeGreaterThan(1);
  expect(far).toBeGreaterThan(near);
  await takePictures(page, 'calibration');

  // What cannot be meant is told at once and cannot be saved.
  await page.getByLabel('控制点 3 的经纬度').fill(lngLatOf(3).join(', '));
  await page.getByLabel('控制点 4 的经纬度').fill(lngLatOf(2).join(', '));
  expect(await page.getByTestId('fit-state').getAttribute('data-fault')).toBe('crossed');
  expect(await page.getByTestId('save-drawings').isDisabled()).toBe(true);
  await page.getByLabel('控制点 3 的经纬度').fill(lngLatOf(2).join(', '));
  await page.getByLabel('控制点 4 的经纬度').fill(lngLatOf(3).join(', '));

  await save();
  await page.getByTestId('draft-state').getByText('已保存').waitFor();
  const saved = (await product.camera(ID)).views[0]!.calibration!;
  expect(saved).toHaveLength(4);
  for (const [i, { xy, metres }] of POINTS.entries()) {
    expect(Math.hypot(saved[i]!.xy[0] - xy[0], saved[i]!.xy[1] - xy[1])).toBeLessThan(0.003);
    const at = toLocalMetres(CAMERA, saved[i]!.lngLat);
    expect(Math.hypot(at[0] - metres[0], at[1] - metres[1])).toBeLessThan(0.05);
  }
});

test('a zone that is drawn is in force, and its alert stands on the ground with its error', async () => {
  await page.getByRole('radio', { name: '区域' }).click();
  await page.getByRole('button', { name: '画新区域' }).click();
  for (const xy of PARKING_ZONES[0]!.polygon) await clickBoard([Math.min(xy[0], 0.995), xy[1]]);
  await page.keyboard.press('Enter');
  await page.getByTestId('zone-line').waitFor();
  await page.getByLabel('名称').fill('双黄线');
  const corner = page.getByTestId('corner').first();
  await corner.focus();
  const before = await corner.getAttribute('style');
  await page.keyboard.press('Shift+ArrowLeft');
  expect(await corner.getAttribute('style')).not.toBe(before);
  await page.keyboard.press('Control+z');
  expect(await corner.getAttribute('style')).toBe(before);

  // A corner that is dragged over the other side makes it cross itself: told, and not to be saved.
  await corner.hover();
  await page.mouse.down();
  const board = (await page.getByTestId('board').boundingBox())!;
  await page.mouse.move(board.x + 0.95 * board.width, board.y + 0.5 * board.height, { steps: 4 });
  await page.mouse.up();
  await page.locator('[data-testid="drawn-zone"][data-fault="crosses-itself"]').waitFor();
  expect(await page.getByTestId('save-drawings').isDisabled()).toBe(true);
  await page.getByRole('button', { name: '撤销' }).click();
  await page.locator('[data-testid="rule-line"][data-rule="illegal-parking"][data-state="inForce"]').waitFor();
  await takePictures(page, 'zones');
  await save();
  await page.getByTestId('draft-state').getByText('已保存').waitFor();

  const alert = await until('an alert', 20_000, async () => (await product.alerts())[0]);
  const camera = await product.camera(ID);
  const fit = fitGround(camera, camera.views[0]!.calibration!);
  if (fit.fault !== null) throw new Error(fit.fault);
  const [left, , right, bottom] = alert.boxes[0]!.xyxy;
  const stands = project(fit.ground.toMetres, [(left + right) / 2, bottom])!;
  const told = toLocalMetres(CAMERA, alert.lngLat);
  expect(Math.hypot(stands[0], stands[1])).toBeGreaterThan(15);
  expect(Math.hypot(told[0] - stands[0], told[1] - stands[1])).toBeLessThan(3);
  expect(alert.errorM).toBeGreaterThan(1);
  expect(alert.errorM).toBeLessThan(30);
  expect(alert.zoneName).toBe('双黄线');
});

test('what somebody else changed meanwhile is not overwritten', async () => {
  await page.getByLabel('名称').fill('北侧双黄线');
  await product.api('PATCH', `/api/cameras/${ID}`, { name: '东风中路-7 北' });
  await page.getByTestId('conflict').waitFor();
  expect(await page.getByTestId('save-drawings').isDisabled()).toBe(true);
  await page.getByRole('button', { name: '放弃修改' }).click();
  await page.getByTestId('conflict').waitFor({ state: 'detached' });
  expect(await page.getByRole('heading', { name: '东风中路-7 北' }).count()).toBe(1);
  expect((await product.camera(ID)).views[0]!.zones[0]!.name).toBe('双黄线');
});

test('the wall’s map shows the zone near', async () => {
  await page.getByRole('link', { name: '一张图' }).click();
  await page.locator('[data-testid="city-map"][data-ready="true"]').waitFor({ timeout: 20_000 });
  for (let n = 0; n < 10; n++) {
    await page.getByRole('button', { name: '放大', exact: true }).click();
    await sleep(350);
  }
  // Not in view, it is brought there.
  await page.getByTestId('alert-item').first().click();
  await page.locator('.city-map [data-zones="1"]').waitFor();
  await takePictures(page, 'wall-zones');
  expect(seat.errors).toEqual([]);
});
