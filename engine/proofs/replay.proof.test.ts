import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { seeded } from '#streams/seeded.ts';
import { Day, DayAlertPage } from '../contract/day.ts';
import { ReplayedDay } from '../contract/replayed-day.ts';
import { composeDay } from '../days/composed-day-for-tests.ts';
import { openStore } from '../store/open-store.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { Product, until } from './product.ts';

const DAY_MS = 86_400_000;
/** The day before today on the site's calendar. */
const DAY = new Date(Date.now() + 8 * 3_600_000 - DAY_MS).toISOString().slice(0, 10);
const FROM_MS = Date.parse(`${DAY}T00:00:00+08:00`);
const NOON_MS = FROM_MS + 12 * 3_600_000;

let product: Product;
let server: RtspServer;
let browser: Browser;
let seat: Seat;
let page: Page;
let yesterday: ReplayedDay;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chengnao-replay-'));
  const store = await openStore({ dataDir });
  await composeDay(store.db, FROM_MS, seeded(20_261_129));
  // Today nobody opens the made-up cameras.
  await sql`update cameras set body = body || '{"algorithms": []}'`.execute(store.db);
  await store.close();
  const clip = await readClip(await parkingClip({ codec: 'h264', seconds: 24 }));
  [server, product, browser] = await Promise.all([
    startRtspServer({ port: 0, clips: { parking: clip } }),
    Product.start({ dataDir }),
    openBrowser(),
  ]);
  await product.signIn();
  const { items } = DayAlertPage.parse(await product.api('GET', `/api/days/${DAY}/alerts?limit=2000`));
  yesterday = new ReplayedDay(Day.parse(await product.api('GET', `/api/days/${DAY}`)), items);
  seat = await takeSeat(browser, product.url);
  ({ page } = seat);
});

afterAll(async () => {
  await browser?.close();
  await product?.end();
  await server?.close();
});

const clockMs = async (): Promise<number> =>
  Date.parse((await page.getByTestId('replay-clock').getAttribute('datetime')) ?? '');
const figure = async (name: string): Promise<number> =>
  Number(await page.getByTestId(`figure-${name}`).locator('dd').textContent());

/** The list and the figures of the wall are those of the instant that its band names. */
async function isInStep(): Promise<number> {
  const atMs = await clockMs();
  const { alerts, cases, cameras } = yesterday.at(atMs);
  const listed = await page
    .getByTestId('alert-item')
    .evaluateAll((items) => items.map((item) => item.getAttribute('data-alert-id')));
  expect(listed.sort(), new Date(atMs).toISOString()).toEqual([...alerts.keys()].sort());
  expect(await figure('open')).toBe(alerts.size);
  expect(await figure('untouched')).toBe([...alerts.values()].filter(({ handling }) => handling === 'new').length);
  expect(await figure('cases')).toBe(cases.size);
  const faulty = [...cameras.values()].filter(
    ({ state, pictureFault }) => state === 'offline' || pictureFault !== null,
  );
  expect(await figure('faulty')).toBe(faulty.length);
  return alerts.size;
}

test('a day and a time are chosen: band, list and figures show that instant, and the address names it', async () => {
  await takePictures(page, 'replay-closed');
  await page.getByTestId('open-axis').click();
  await page.getByTestId('time-strip').waitFor();
  await takePictures(page, 'replay-live');
  await page.getByLabel('日期', { exact: true }).fill(DAY);
  await page.getByLabel('时刻', { exact: true }).fill('12:00');
  await page.keyboard.press('Enter');
  await page.getByTestId('replay-band').waitFor();
  await until('noon is shown', 5000, async () => (await clockMs()) === NOON_MS);
  await page.getByTestId('alert-item').first().waitFor();
  expect(await isInStep()).toBeGreaterThan(3);
  expect(decodeURIComponent(page.url())).toContain(`time=${new Date(NOON_MS).toISOString()}`);
  await takePictures(page, 'replay-noon');
});

test('dragged, stepped and played, all stay in step', async () => {
  const strip = (await page.getByTestId('time-slider').boundingBox())!;
  const y = strip.y + strip.height / 2;
  await page.mouse.move(strip.x + strip.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(strip.x + strip.width * 0.6, y, { steps: 5 });
  await page.mouse.move(strip.x + strip.width * 0.75, y, { steps: 5 });
  await page.mouse.up();
  expect(Math.abs((await clockMs()) - (FROM_MS + 0.75 * DAY_MS))).toBeLessThan(300_000);
  await isInStep();

  for (const by of [1, 1, 1, -1] as const) {
    const beforeMs = await clockMs();
    const next =
      by > 0
        ? yesterday.steps.find(({ atMs }) => atMs > beforeMs)
        : yesterday.steps.findLast(({ atMs }) => atMs < beforeMs);
    await page.keyboard.press(by > 0 ? '.' : ',');
    expect(await clockMs()).toBe(next!.atMs);
    await isInStep();
  }

  await page.keyboard.press('Home');
  expect(await clockMs()).toBe(FROM_MS);
  await page.keyboard.press('Shift+ArrowRight');
  expect(await clockMs()).toBe(FROM_MS + 600_000);
  await page.getByText('600 倍').click();
  await page.getByTestId('play').click();
  await until('an hour has passed', 15_000, async () => (await clockMs()) > FROM_MS + 3_600_000);
  await page.getByTestId('play').click();
  await isInStep();
  const stoodMs = await clockMs();
  await until('the address has followed', 5000, async () =>
    decodeURIComponent(page.url()).includes(new Date(stoodMs).toISOString()),
  );
  await page.reload();
  await page.getByTestId('replay-band').waitFor();
  await until(
    'the day is read again',
    5000,
    async () => (await page.getByTestId('figure-open').locator('dd').textContent()) !== '–',
  );
  expect(await clockMs()).toBe(stoodMs);
  await isInStep();
});

test('in the past nothing can be done, and an opened alert is as it was', async () => {
  const raised = yesterday.steps.find(({ kind, atMs }) => kind === 'raised' && atMs > NOON_MS)!;
  await page.goto(`${product.url}/?time=${new Date(raised.atMs).toISOString()}&alert=${raised.alertId}`);
  await page.getByTestId('no-acts').waitFor();
  await page.getByTestId('alert-state').getByText('未确认').waitFor();
  await page.keyboard.press('a');
  await page.getByTestId('replay-note').getByText('回放中不能处置').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await takePictures(page, 'replay-alert');
  await page.keyboard.press('ArrowLeft');
  await page.getByTestId('alert-panel').getByText('此刻这条告警还没有产生').waitFor();
  await page.keyboard.press('Escape');
});

test('a live alert that comes meanwhile is counted and not mixed in; one step leads back to it, and its moment can be replayed', async () => {
  const before = await isInStep();
  await product.api('POST', '/api/cameras', {
    id: 'real-1',
    name: '东风中路-7',
    source: { kind: 'url', url: server.url('parking') },
    lngLat: [116.3594, 37.4341],
    views: [{ zones: PARKING_ZONES }],
    algorithms: [{ rule: 'illegal-parking', dwellMs: 3000 }],
  });
  await page
    .getByTestId('live-beside')
    .getByText(/新增 \d+ 条/)
    .waitFor({ timeout: 30_000 });
  await page.locator('.only-heard[role="status"]').getByText('东风中路-7').waitFor();
  expect(await isInStep()).toBe(before);
  expect(await page.getByTestId('alert-item').filter({ hasText: '东风中路-7' }).count()).toBe(0);
  await takePictures(page, 'replay-meanwhile');

  await page.keyboard.press('l');
  await page.getByTestId('replay-band').waitFor({ state: 'detached' });
  const fresh = page.getByTestId('alert-item').filter({ hasText: '东风中路-7' }).first();
  await fresh.waitFor();
  expect(new URL(page.url()).search).toBe('');
  const id = await fresh.getAttribute('data-alert-id');
  const { raisedAt } = (await product.alerts()).find((one) => one.id === id)!;
  // A day is told up to a few seconds before now.
  await sleep(4000);
  await page.goto(`${product.url}/?time=${new Date(Date.parse(raisedAt) + 500).toISOString()}&alert=${id}`);
  await page.getByTestId('no-acts').waitFor();
  await until('its picture of then is shown', 10_000, () =>
    page
      .getByTestId('alert-panel')
      .locator('.evidence img')
      .evaluateAll((all) => all.some((image) => 'naturalWidth' in image && Number(image.naturalWidth) > 0)),
  );
  await page.locator(`[data-testid="alert-item"][data-alert-id="${id}"]`).waitFor();
  await page.getByTestId('back-to-live').click();
  await page.getByTestId('acknowledge').waitFor();
  expect(seat.errors).toEqual([]);
});
