import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { openBrowser, type Seat, TOLD, takePictures, takeSeat } from './browser.ts';
import { ffmpeg } from './clips.ts';
import { Product } from './product.ts';
import { freePort } from './servers.ts';

const HEALTH = { username: 'health', password: 'proof-of-health' };

const scratch = mkdtempSync(join(tmpdir(), 'chengnao-library-'));
let product: Product;
let browser: Browser;
let owner: Seat;
let health: Seat;
let cameras: RtspServer;

beforeAll(async () => {
  const file = join(scratch, 'moving.mp4');
  const paint = "drawbox=x='mod(t*80,600)':y=300:w=40:h=40:color=white:t=fill";
  const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-pix_fmt', 'yuv420p', '-x264-params'];
  ffmpeg([
    ...['-f', 'lavfi', '-i', 'color=blue:s=640x360:r=25', '-t', '8', '-vf', paint],
    ...[...encode, 'keyint=25:min-keyint=25:scenecut=0', file],
  ]);
  cameras = await startRtspServer({ port: await freePort(), clips: { moving: await readClip(file) } });
  [product, browser] = await Promise.all([Product.start(), openBrowser()]);
  await product.signIn();
  const source = { kind: 'url', url: cameras.url('moving') };
  for (const [id, name, tags] of [
    ['school-1', '实验小学东门', ['学校']],
    ['school-2', '湖滨中学南门', ['学校']],
    ['market-1', '东风路市场', []],
  ] as const)
    await product.api('POST', '/api/cameras', { id, name, tags, source, lngLat: [116.3594, 37.4341] });
  await product.api('POST', '/api/accounts', {
    ...HEALTH,
    displayName: '卫健值班',
    roles: ['operator'],
    division: '371400',
    department: '卫健',
  });
  owner = await takeSeat(browser, product.url);
  health = await takeSeat(browser, product.url, undefined, HEALTH);
});
afterAll(async () => {
  await browser?.close();
  await product?.end();
  await cameras?.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('a library is made by a rule, granted, seen and played by another department, and revoked it is gone', async () => {
  const { page } = owner;
  await health.page.getByRole('link', { name: '视频资源池' }).click();
  await health.page.getByText('资源池是空的').waitFor();

  await page.getByRole('link', { name: '视频资源池' }).click();
  await page.getByRole('radio', { name: '专题库' }).click();
  await page.getByText('还没有专题库').waitFor();
  await page.getByRole('button', { name: '新建专题库' }).click();
  const form = page.getByTestId('library-form');
  await form.getByLabel('名称').fill('校园周边');
  await form.getByLabel(/标签/).fill('学校');
  await form.getByText('将含 2 路摄像头').waitFor();
  await form
    .getByLabel(/范围/)
    .fill('{"type":"Polygon","coordinates":[[[116,37],[117,38],[117,37],[116,38],[116,37]]]}');
  await form.getByText('范围的边相互交叉或重叠').waitFor();
  await form
    .getByLabel(/范围/)
    .fill('{"type":"Polygon","coordinates":[[[116,37],[117,37],[117,38],[116,38],[116,37]]]}');
  await form.getByText('将含 2 路摄像头').waitFor();
  // Drawn instead, around the same cameras: a polygon that is given up, then a circle.
  await form.getByRole('button', { name: '清除范围' }).click();
  await form.getByRole('button', { name: '在地图上画范围' }).click();
  await page.locator('[data-testid="area-map"][data-ready="true"]').waitFor({ timeout: 30_000 });
  await form.getByTestId('draw-polygon').click();
  const canvas = form.locator('canvas').first();
  const { width, height } = (await canvas.boundingBox())!;
  for (const [x, y] of [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
    [0.1, 0.9],
  ] as const)
    await canvas.click({ position: { x: width * x, y: height * y } });
  await takePictures(page, 'library-area');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Escape');
  expect(await form.isVisible(), 'Escape ends the drawing, not the dialog').toBe(true);
  await form.getByTestId('draw-circle').click();
  await canvas.click({ position: { x: width * 0.5, y: height * 0.5 } });
  await canvas.click({ position: { x: width * 0.99, y: height * 0.5 } });
  await form.getByText('将含 2 路摄像头').waitFor();
  expect(JSON.parse(await form.getByLabel(/GeoJSON/).inputValue()).coordinates[0]).toHaveLength(73);
  await takePictures(page, 'library-form');
  await form.getByRole('button', { name: '保存' }).click();
  const panel = page.getByTestId('library');
  await panel.getByText('2 路摄像头').waitFor();
  await page.getByTestId('pool-total').getByText('共 2 路').waitFor();
  await takePictures(page, 'library');

  await panel.getByRole('radio', { name: '授权' }).click();
  await panel.getByText('没有授权给任何部门').waitFor();
  await panel.getByRole('button', { name: '授权', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^部门/).fill('卫健');
  await dialog.getByLabel('播放').check();
  await dialog.getByLabel('理由').fill('校园卫生联防');
  await takePictures(page, 'grant-form');
  await dialog.getByRole('button', { name: '授权', exact: true }).click();
  await page.locator('[data-testid="grant"][data-state="holds"]').waitFor();

  // The other page hears of it without being touched.
  await health.page.getByTestId('pool-total').getByText('共 2 路').waitFor();
  await health.page.getByRole('radio', { name: '专题库' }).click();
  await health.page.getByRole('button', { name: /校园周边/ }).click();
  await health.page.getByTestId('library').getByText('查看、播放').waitFor();
  expect(await health.page.getByText('东风路市场').count()).toBe(0);
  await takePictures(health.page, 'library-granted');
  await health.page.getByRole('link', { name: '实验小学东门' }).click();
  await health.page.getByTestId('pool-camera').getByRole('link', { name: /实时/ }).click();
  const tile = health.page.locator('[data-testid="video-tile"][data-camera="school-1"]');
  await health.page.locator('[data-camera="school-1"][data-phase="playing"]').waitFor();
  await health.page.getByLabel('按专题库筛选').selectOption({ label: '校园周边' });
  await health.page.getByTestId('choose-camera').nth(1).waitFor();
  expect(await health.page.getByTestId('choose-camera').count()).toBe(2);
  await takePictures(health.page, 'library-live');

  await panel.getByRole('radio', { name: '共享记录' }).click();
  await panel.getByText('播放实时视频 实验小学东门').waitFor();
  await takePictures(page, 'library-uses');
  await panel.getByRole('radio', { name: '授权' }).click();
  await panel.getByRole('button', { name: '撤销' }).click();
  await page.getByRole('dialog').getByLabel('撤销理由').fill('活动结束');
  expect(health.errors).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: '撤销' }).click();
  await page.locator('[data-testid="grant"][data-state="revoked"]').waitFor();

  // Its picture goes at once; what stands there then says why.
  const playing = tile.and(health.page.locator('[data-phase="playing"]'));
  await playing.waitFor({ state: 'detached', ...TOLD });
  await health.page.getByText('不在你的管辖范围内').first().waitFor();
  expect(await tile.locator('canvas').isVisible(), 'nothing is left of its picture').toBe(false);
  await takePictures(health.page, 'library-revoked');
  await health.page.getByRole('link', { name: '视频资源池' }).click();
  await health.page.getByText('资源池是空的').waitFor();
  await panel.getByRole('radio', { name: '变更' }).click();
  await page.getByTestId('library-entry').nth(2).waitFor();
  expect(await page.getByTestId('library-entry').count()).toBe(3);
  await takePictures(page, 'library-history');
  await page.getByRole('button', { name: /English|EN/ }).click();
  await takePictures(page, 'library-english');
  expect(owner.errors.filter((text) => !text.includes('422'))).toEqual([]);
}, 60_000);
