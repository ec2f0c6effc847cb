import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import type { CameraHealthReport } from '../contract/camera-health.ts';
import { openBrowser, type Seat, takeSeat } from './browser.ts';
import { Product, until } from './product.ts';

const PICTURES = process.env.CHENGNAO_PROOF_PICTURES;
const AT_SITE = 12;
const ELSEWHERE = 3;
const clip = paintedClip({ frames: 20 });
const siteClips = Object.fromEntries(Array.from({ length: AT_SITE }, (_, i) => [`a${i}`, clip]));

let product: Product;
let browser: Browser;
let desk: Seat;
let site: RtspServer;
let other: RtspServer;

beforeAll(async () => {
  [product, browser, site, other] = await Promise.all([
    Product.start({ site: { probePeriodMs: 5000 } }),
    openBrowser(),
    startRtspServer({ port: 0, clips: siteClips }),
    startRtspServer({ port: 0, host: '127.0.0.2', clips: { b0: clip, b1: clip, b2: clip } }),
  ]);
  await product.signIn();
  const add = (id: string, url: string, more = {}) =>
    product.api('POST', '/api/cameras', {
      id,
      name: `测试点位 ${id}`,
      source: { kind: 'url', url },
      lngLat: [116.3074, 37.4534],
      department: '测试数据·公安',
      ...more,
    });
  for (const path of Object.keys(siteClips)) await add(path, site.url(path));
  for (let i = 0; i < ELSEWHERE; i++) await add(`b${i}`, other.url(`b${i}`), { department: '测试数据·城管' });
  await add('nowhere', other.url('nowhere'));
  await add('retired', other.url('b0'), { disabled: true });
  desk = await takeSeat(browser, product.url);
});

afterAll(async () => {
  await Promise.all([browser?.close(), product?.end(), site?.close(), other?.close()]);
});

const counts = async () => (await product.api<CameraHealthReport>('GET', '/api/camera-health')).counts;

test('cameras that nobody has open are known by asking; a server that dies is one alarm, and is over when it is back', async () => {
  const { page, errors } = desk;
  await until('all that answer are online', 20_000, async () => (await counts()).online === AT_SITE + ELSEWHERE);
  await until('the one that is nowhere was asked twice', 20_000, async () => {
    const { state, stateCode } = await product.camera('nowhere');
    return state === 'offline' && stateCode === 'not-found';
  });
  expect(await counts()).toMatchObject({ 'never-seen': 1, offline: 0, disabled: 1 });

  await page.getByRole('link', { name: '视频资源池' }).click();
  await page.getByRole('link', { name: '运行状况' }).click();
  await page
    .getByTestId('health-online')
    .getByText(String(AT_SITE + ELSEWHERE))
    .waitFor();
  await page.getByText('现在没有成片离线').waitFor();
  const figure = async (health: string) =>
    (await page.getByTestId(`health-${health}`).locator('b').textContent()) ?? '';
  expect(await Promise.all(['never-seen', 'disabled', 'offline'].map(figure))).toEqual(['1', '1', '0']);
  await page.getByTestId('health-day').last().click();
  await page.getByText('这一天全部在线').waitFor();

  await site.close();
  const outage = page.getByTestId('outage');
  await outage.getByText(`${AT_SITE} / ${AT_SITE} 路离线`).waitFor({ timeout: 30_000 });
  expect(await outage.count()).toBe(1);
  expect(await outage.textContent()).toContain('同一主机');
  await page.getByTestId('health-offline').getByText(String(AT_SITE)).waitFor({ timeout: 30_000 });
  await takePictures('health');

  await page.getByRole('link', { name: '一张图' }).click();
  expect(await page.getByTestId('outage').count()).toBe(1);
  await takePictures('wall');
  await page.getByTestId('outage').click();
  await page.getByTestId('pool-total').getByText(`共 ${AT_SITE} 路`).waitFor();
  await page.getByTestId('pool-line').first().getByText('离线').waitFor();
  await takePictures('rows');
  expect(await page.content()).not.toContain('127.0.0.1:');

  await page.getByRole('link', { name: '一张图' }).click();
  site = await startRtspServer({ port: site.port, clips: siteClips });
  await page.getByTestId('outage').waitFor({ state: 'detached', timeout: 30_000 });
  await until('all are back', 20_000, async () => (await counts()).online === AT_SITE + ELSEWHERE);
  expect(errors).toEqual([]);
});

test('an administrator takes a camera out of service and puts it back', async () => {
  const { page, errors } = desk;
  await page.goto(`${product.url}/pool?camera=b0`);
  const panel = page.getByTestId('pool-camera');
  await panel.getByText('有应答', { exact: true }).waitFor();
  await panel.getByRole('button', { name: '停用' }).click();
  await panel.getByText('这路摄像头已停用').waitFor();
  expect((await counts()).disabled).toBe(2);
  await panel.getByRole('button', { name: '恢复使用' }).click();
  await panel.getByText('有应答', { exact: true }).waitFor({ timeout: 20_000 });
  expect(errors).toEqual([]);
});

/** For who looks at the screens: the same at each size, and in English. */
async function takePictures(name: string): Promise<void> {
  if (!PICTURES) return;
  const { page } = desk;
  for (const [width, height] of [
    [3840, 1080],
    [1920, 1080],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`), fullPage: width === 390 });
  }
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.getByRole('button', { name: 'English' }).click();
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(PICTURES, `${name}-en.png`) });
  await page.getByRole('button', { name: '中文' }).click();
}
