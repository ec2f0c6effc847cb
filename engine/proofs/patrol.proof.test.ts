import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import type { Case } from '../contract/case.ts';
import type { CaseField } from '../contract/patrol.ts';
import { openBrowser, type Seat, TOLD, takePictures, takeSeat } from './browser.ts';
import { parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { Product, until } from './product.ts';

const PHONE = { width: 390, height: 844 };
const OFFICER = { username: 'zhangwei', displayName: '张伟', password: 'proof-of-the-patrol' };
const PLACE = { longitude: 116.3594, latitude: 37.4341 };
const PICTURES = process.env.CHENGNAO_PROOF_PICTURES;

let product: Product;
let server: RtspServer;
let browser: Browser;
let desk: Seat;
let phone: { page: Page; context: BrowserContext; errors: string[] };
let caseId: string;
let photo: (said: string) => Promise<{ name: string; mimeType: string; buffer: Buffer }>;

beforeAll(async () => {
  const clip = await readClip(await parkingClip({ codec: 'h264', seconds: 24 }));
  [server, product, browser] = await Promise.all([
    startRtspServer({ port: 0, clips: { parking: clip } }),
    Product.start(),
    openBrowser(),
  ]);
  await product.signIn();
  await product.api('POST', '/api/cameras', {
    id: 'patrol-cam',
    name: '东风中路-7',
    source: { kind: 'url', url: server.url('parking') },
    lngLat: [PLACE.longitude, PLACE.latitude],
    views: [{ zones: PARKING_ZONES }],
    algorithms: [{ rule: 'illegal-parking', dwellMs: 3000 }],
  });
  const made = { ...OFFICER, unitId: 'patrol-1', skills: ['illegal-parking'] };
  const officer = await product.api<{ id: string }>('POST', '/api/officers', made);
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());
  await product.api('POST', `/api/officers/${officer.id}/shifts`, { day, from: '00:00', until: '23:59' });
  [desk, phone] = await Promise.all([takeSeat(browser, product.url), takePhone()]);
  photo = async (said) => {
    const text =
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600"
      fill="${said === 'before' ? '#876' : '#687'}"/><text x="40" y="320" font-size="120" fill="#fff">test ${said}</text></svg>`);
    return { name: `${said}.jpg`, mimeType: 'image/jpeg', buffer: await sharp(text).jpeg().toBuffer() };
  };
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await product?.end();
  await server?.close();
});

/** An officer's phone, which says where it is. */
async function takePhone() {
  const context = await browser.newContext({
    ...{ viewport: PHONE, isMobile: true, hasTouch: true, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' },
    ...{ geolocation: { ...PLACE, latitude: PLACE.latitude + 0.0003 }, permissions: ['geolocation', 'microphone'] },
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${product.url}/patrol`);
  await page.getByLabel('用户名').fill(OFFICER.username);
  await page.getByLabel('密码', { exact: true }).fill(OFFICER.password);
  await page.getByRole('button', { name: '登录', exact: true }).tap();
  await page.getByTestId('patrol-state').waitFor();
  // The page is the worker's own from here on: it comes without a network.
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  return { page, context, errors };
}

async function shoot(name: string): Promise<void> {
  if (!PICTURES) return;
  await sleep(500);
  await phone.page.screenshot({ path: join(PICTURES, `patrol-${name}-390.png`) });
}

const isOnline = (yes: boolean) => phone.page.locator(`[data-testid="patrol-state"][data-online="${yes}"]`).waitFor();
const readCase = () => product.api<Case>('GET', `/api/cases/${caseId}`);

test('a case that the desk sends is on the phone by itself, and one tap accepts it', async () => {
  await phone.page.getByText('没有任务').waitFor();
  await shoot('none');
  const alert = await until('an alert', 30_000, async () => (await product.alerts())[0]);
  caseId = (await product.api<Case>('POST', '/api/cases', { alertIds: [alert.id], note: '请尽快处置' })).id;
  await desk.page.getByRole('link', { name: '派遣' }).click();
  await desk.page.getByTestId('case-item').first().click();
  const choice = desk.page.getByTestId('unit-choices').getByRole('button', { name: '巡查一组' });
  expect(await choice.textContent()).toContain('在班 1 人 · 有此类专长');
  await takePictures(desk.page, 'unit-choices');
  await choice.click();
  await desk.page.getByTestId('do-assigned').click();
  const task = phone.page.getByTestId('task');
  await task.waitFor(TOLD);
  await shoot('assigned');
  await task.getByTestId('accept').tap();
  expect(await task.getByTestId('navigate').getAttribute('href')).toMatch(/^geo:37\.43\d+,116\.35\d+\?q=/);
  await desk.page.getByTestId('case-panel').locator('.history').getByText('接单').waitFor(TOLD);
  await phone.page.getByRole('link', { name: '我的' }).tap();
  await phone.page.getByTestId('share').tap();
  await phone.page.getByText('正在共享位置').waitFor();
  await shoot('own');
});

test('without a network the officer goes on, also through a reload; back in touch, the desk has all of it in order', async () => {
  await phone.page.getByRole('link', { name: '任务' }).tap();
  await phone.page.getByTestId('task').getByRole('link', { name: '查看' }).tap();
  await phone.page.locator('.evidence-picture img').first().waitFor();
  await shoot('case');
  await phone.context.setOffline(true);
  await isOnline(false);
  await phone.page.getByTestId('photo-before').setInputFiles(await photo('before'));
  await phone.page.getByTestId('photo-after').waitFor({ state: 'attached' });
  await shoot('offline-started');
  await phone.page.reload();
  await phone.page.getByTestId('patrol-case').waitFor();
  await phone.page.getByTestId('photo-after').setInputFiles(await photo('after'));
  await phone.page.getByTestId('submit-handled').tap();
  await phone.page.getByText('请填写').waitFor();
  await phone.page.getByLabel('处置说明（必填）').fill('已劝离，车位清空');
  await shoot('offline-handling');
  await phone.page.getByTestId('submit-handled').tap();
  await phone.page.getByText('已提交，等待核查').waitFor();
  await phone.page.getByLabel('写消息').fill('车主已驶离');
  await phone.page.getByRole('button', { name: '发送' }).tap();
  await phone.page.locator('[data-testid="patrol-state"][data-waiting="5"]').waitFor();
  await shoot('offline-handled');
  expect((await readCase()).entries.map(({ kind }) => kind)).toEqual(['opened', 'assigned', 'accepted']);

  await phone.context.setOffline(false);
  await phone.page.locator('[data-testid="patrol-state"][data-waiting="0"]').waitFor({ timeout: 20_000 });
  const panel = desk.page.getByTestId('case-panel');
  await panel.getByText('已劝离，车位清空').first().waitFor();
  const pair = panel.getByTestId('photo-pair');
  for (const kind of ['before', 'after']) await pair.locator(`[data-kind="${kind}"][data-there="true"]`).waitFor();
  await panel.getByText('车主已驶离').waitFor();
  expect((await readCase()).entries.map(({ kind }) => kind)).toEqual([
    ...['opened', 'assigned', 'accepted', 'started', 'handled'],
  ]);
  const field = await product.api<CaseField>('GET', `/api/cases/${caseId}/field`);
  expect(field.photos.map(({ kind, doubts }) => [kind, doubts])).toEqual([
    ['before', []],
    ['after', []],
  ]);
  expect(field.photos[0]!.distanceM).toBeLessThan(60);
  expect(field.messages.map(({ text }) => text)).toEqual(['车主已驶离']);
  await panel.getByLabel('写消息').fill('收到，辛苦了');
  await panel.getByRole('button', { name: '发送' }).click();
  await phone.page.getByText('收到，辛苦了').waitFor(TOLD);
  await panel.getByRole('button', { name: '语音' }).click();
  await panel.getByRole('button', { name: /录音中 1 秒/ }).click();
  const heard = phone.page.locator('audio');
  await heard.waitFor(TOLD);
  const played = await phone.page.evaluate(`(async () => {
    const audio = document.querySelector('audio');
    const ended = new Promise((done) => audio.addEventListener('ended', () => done('ended')));
    await audio.play();
    return ended;
  })()`);
  expect(played).toBe('ended');
  await shoot('handled');
  await takePictures(desk.page, 'case-field');
  // What was done is told, and what was answered is told no more.
  await desk.page.locator('[data-testid="bell"][data-unread="1"]').click();
  const told = desk.page.getByRole('dialog');
  await told.getByText('案件已处置').waitFor();
  if (PICTURES) await desk.page.screenshot({ path: join(PICTURES, 'bell-1280.png') });
  await told.getByRole('button', { name: '知道了' }).click();
  await told.getByText('没有未读提醒').waitFor();
  await desk.page.keyboard.press('Escape');
});

test('a step that no longer fits is told, and the officer settles it; nothing that was done is lost', async () => {
  const entry = (body: object) => product.api('POST', `/api/cases/${caseId}/entries`, body);
  await entry({ kind: 'rework', note: '车又回来了' });
  await phone.page.getByTestId('accept').waitFor();
  await phone.context.setOffline(true);
  await isOnline(false);
  await phone.page.getByTestId('accept').tap();
  await phone.page.getByTestId('photo-before').setInputFiles(await photo('before'));
  await entry({ kind: 'recalled', note: '由交警处理' });
  await phone.context.setOffline(false);
  await phone.page.getByRole('link', { name: '项需处理' }).tap({ timeout: 20_000 });
  await phone.page.locator('[data-conflict="not-yours-now"]').first().waitFor();
  await shoot('conflict');
  for (const _ of ['accepted', 'started']) {
    await phone.page.getByTestId('keep-as-note').first().tap();
    await phone.page.getByTestId('keep-as-note').first().or(phone.page.getByTestId('outbox-empty')).waitFor();
  }
  await phone.page.getByTestId('outbox-empty').waitFor({ timeout: 20_000 });
  const { entries } = await readCase();
  expect(entries.slice(-3).map(({ kind }) => kind)).toEqual(['recalled', 'noted', 'noted']);
  expect(entries.at(-1)!.note).toContain('现场已做“开始处置”');
  const { photos } = await product.api<CaseField>('GET', `/api/cases/${caseId}/field`);
  expect(photos.map(({ kind, doubts }) => [kind, doubts]).at(-1)).toEqual(['before', ['seen-before']]);
});

test('the desk sees where the officer is while they share it', async () => {
  type List = { items: { place: { lngLat: number[]; stale: boolean } | null }[] };
  const { place } = await until('a place', 20_000, async () => {
    const [officer] = (await product.api<List>('GET', '/api/officers')).items;
    return officer?.place ? { place: officer.place } : null;
  });
  expect(place.lngLat[0]).toBeCloseTo(PLACE.longitude, 4);
  expect(place.stale).toBe(false);
  await phone.page.getByRole('link', { name: '地图' }).tap();
  await phone.page.locator('[data-testid="patrol-map"][data-ready="true"]').waitFor();
  await shoot('map');
  await phone.page.getByRole('link', { name: '上报' }).tap();
  await phone.page.getByTestId('report').waitFor();
  await phone.page.getByLabel('地点描述（必填）').fill('湖滨大道公厕旁');
  await phone.page.getByLabel('情况说明（必填）').fill('一堆建筑垃圾');
  await shoot('report');
  await phone.page.getByRole('button', { name: '上报', exact: true }).tap();
  await until('the report is a case', 10_000, async () =>
    (await product.api<{ items: Case[] }>('GET', '/api/cases')).items.find(
      (one) => one.cameraName === '湖滨大道公厕旁',
    ),
  );
  const { page } = desk;
  await page.getByRole('link', { name: '巡查', exact: true }).click();
  await page.getByTestId('officer').getByText('在班', { exact: true }).waitFor();
  await takePictures(page, 'officers');
  await page.getByRole('button', { name: '排班' }).click();
  if (PICTURES) await page.screenshot({ path: join(PICTURES, 'shifts-1280.png') });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '专长与责任区' }).click();
  await page.getByRole('dialog').getByLabel('德城区').check();
  if (PICTURES) await page.screenshot({ path: join(PICTURES, 'duty-1280.png') });
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
  await page.getByTestId('officer').getByText('德城区').waitFor();
  await page.getByRole('link', { name: '交接班' }).click();
  await page.getByLabel('交班人（必填）').fill('李红');
  await page.getByLabel('接班人签名：输入全名（必填）').fill('王小明');
  await page.getByTestId('sign').click();
  await page.getByText('已签名接班').waitFor();
  await page.getByText('王小明（账号 管理员）接自 李红，2 件').waitFor();
  await takePictures(page, 'handover');
  await page.getByRole('link', { name: '一张图', exact: true }).click();
  await page.getByTestId('open-layers').click();
  await page.getByTestId('layer-officers').check();
  await page.locator('[data-testid="city-map"][data-officers="1"]').waitFor();
  await takePictures(page, 'wall-officers');
  expect(desk.errors).toEqual([]);
  // A page without a network says so itself; the browser does too, of each request.
  const offline = /ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket connection/;
  expect(phone.errors.filter((said) => !offline.test(said))).toEqual([]);
});
