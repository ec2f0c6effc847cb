import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Case } from '../contract/case.ts';
import type { LampCount } from '../contract/case-lamp.ts';
import type { CaseRates } from '../contract/case-rates.ts';
import { turnedPhoto } from '../officers/photo-for-tests.ts';
import { openStore } from '../store/open-store.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { Product } from './product.ts';
import { seedCases } from './seeded-cases.ts';

/** A busy machine takes its time. */
const SOON = { timeout: 20_000 };

let product: Product;
let browser: Browser;
let desk: Seat;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'chengnao-proof-appraisal-'));
  const store = await openStore({ dataDir });
  await seedCases(store.db, { cases: 4000, open: 60 });
  await store.close();
  [product, browser] = await Promise.all([Product.start({ dataDir }), openBrowser()]);
  await product.signIn();
  desk = await takeSeat(browser, product.url);
});
afterAll(async () => {
  await browser?.close();
  await product?.end();
});

test('the rates are read, narrowed to a county and a day, and each number opens its rows', async () => {
  const { page, errors } = desk;
  await page.getByRole('link', { name: '考评' }).click();
  const rates = await product.api<CaseRates>('GET', '/api/case-rates?by=county');
  const tile = page.locator('[data-rate="closed-on-time"]');
  const { part, whole } = rates.total.rates['closed-on-time'];
  await tile.getByText(`${part} / ${whole}`).waitFor();
  await page.getByTestId('rate-row').first().waitFor();
  await takePictures(page, 'appraisal');

  await page.locator('[data-rate="returned"]').click();
  await page.getByTestId('side-part').click();
  const returned = rates.total.rates.returned;
  await page.getByTestId('side-part').getByText(String(returned.part)).waitFor();
  await expect.poll(() => page.getByTestId('rate-row').count(), SOON).toBe(Math.min(100, returned.part));

  const one = rates.groups.find(({ key }) => key === '371402')!;
  await page.locator('[data-group="371402"] th button').click();
  await page
    .getByTestId('side-part')
    .getByText(new RegExp(`计入 ${one.rates.returned.part}$`))
    .waitFor();
  await page.locator('[data-testid="rate-day"]:not([disabled])').last().click();
  await page.getByRole('button', { name: '取消只看 371402' }).waitFor();
  await expect.poll(() => page.getByTestId('rate-day').count(), SOON).toBe(1);
  await page.goBack();
  await page.goBack();

  const row = page.getByTestId('rate-row').first();
  const id = await row.getAttribute('data-id');
  await row.getByRole('link').click();
  await page.getByTestId('case-panel').getByText(id!).waitFor();
  expect(errors).toEqual([]);
});

test('what is taken away is recorded, and an administrator reads who it was', async () => {
  const { page, errors } = desk;
  await page.goto(`${product.url}/appraisal`);
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: '导出 XLSX' }).click();
  expect((await coming).suggestedFilename()).toBe('case-rates.xlsx');
  await page.getByRole('link', { name: '审计日志' }).click();
  await page.getByTestId('audit-line').filter({ hasText: '导出 案件考评' }).first().waitFor();
  await page.getByTestId('audit-line').filter({ hasText: '查看 案件 test-' }).first().waitFor();
  await takePictures(page, 'audit');
  await page.getByLabel('对象').selectOption({ label: '登录' });
  await expect.poll(() => page.getByTestId('audit-line').filter({ hasNotText: '登录' }).count(), SOON).toBe(0);
  expect(errors).toEqual([]);
});

test('the queue is narrowed by lamp, kept under a name, and several cases are sent at once', async () => {
  const { page, errors } = desk;
  await page.goto(`${product.url}/dispatch`);
  const items = page.getByTestId('case-item');
  await expect.poll(() => items.count(), SOON).toBe(60);
  const { items: lamps } = await product.api<{ items: LampCount[] }>('GET', '/api/case-lamps');
  const nobody = lamps.find(({ unitId }) => unitId === null)!;
  await page.getByTestId('lamp-row').first().getByText('未派遣').waitFor();
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.getByTestId('case-map').locator('canvas').waitFor();
  await takePictures(page, 'queue');
  await page.getByRole('button', { name: `未派遣 已超时 ${nobody.red}` }).click();
  await expect.poll(() => items.count(), SOON).toBe(nobody.red);
  await page.getByRole('button', { name: '存为常用' }).click();
  await page.getByLabel('名称', { exact: true }).fill('超时未派');
  await page.getByRole('button', { name: '存为常用' }).click();
  await page.getByTestId('saved-filters').getByText('超时未派').waitFor({ state: 'attached' });

  await page.keyboard.press('j');
  await page.getByTestId('case-panel').waitFor();
  await page.keyboard.press('a');
  await page.locator('.next-step .field:not(.other-steps) select:focus').waitFor();
  await page.getByRole('heading', { name: '案件', exact: true }).click();
  await page.keyboard.press('d');
  await page.locator('[data-testid="do-assigned"]:focus').waitFor();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const bulk = page.getByTestId('bulk-bar');
  await bulk.getByText('已选 2 件').waitFor();
  await bulk.getByLabel('处置单位').selectOption({ label: '测试数据·3中队' });
  await takePictures(page, 'queue-bulk');
  await bulk.getByTestId('do-bulk').click();
  await bulk.waitFor({ state: 'detached' });
  await expect.poll(() => items.count(), SOON).toBe(nobody.red - 2);

  await page.reload();
  await expect.poll(() => items.count(), SOON).toBe(60);
  await page.getByTestId('saved-filters').selectOption({ label: '超时未派' });
  await expect.poll(() => items.count(), SOON).toBe(nobody.red - 2);
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: '已结' }).click();
  await page.getByRole('button', { name: '清除筛选' }).click();
  await page.getByTestId('case-search').fill('test-00000777');
  await expect.poll(() => items.count(), SOON).toBe(1);
  expect(errors).toEqual([]);
});

test('what an officer tells by telephone is entered at the desk by keys alone; what may be the same is named first', async () => {
  const { page, errors } = desk;
  await page.goto(`${product.url}/dispatch`);
  await page.getByTestId('case-item').first().waitFor();
  await page.keyboard.press('n');
  await page.locator('select:focus').waitFor();
  await page.getByTestId('make-report').click();
  expect(await page.locator('.report-form .wrong').allTextContents()).toEqual([
    ...[/116\.30740/, '请写明地点', '请写明情况'].map((said) => expect.stringMatching(said)),
  ]);
  const at = page.getByLabel(/^位置/);
  await at.fill('37.4534, 116.3074');
  await page.locator('.report-form .wrong').first().waitFor();
  await at.fill('117.9, 39.9');
  await page.getByText('这个位置不在本市范围内。').waitFor();

  await at.fill('116.36, 37.43');
  await page.getByTestId('near-cases').getByText('60 米内、一周内没有相近的未结案件').waitFor();
  await page.getByLabel('类别').selectOption({ label: '道路不洁 · CJ/T 214 01-04' });
  await page.getByLabel(/^地点/).fill('东风中路 86 号门前（测试数据）');
  await page.getByLabel('情况').fill('巡查员来电：渣土撒漏（测试数据）');
  const photo = await turnedPhoto();
  await page.getByLabel('照片').setInputFiles({ name: '现场.jpg', mimeType: 'image/jpeg', buffer: photo });
  await page.getByLabel(/^地点/).press('Enter');
  const panel = page.getByTestId('case-panel');
  await panel.getByText('巡查员来电：渣土撒漏（测试数据）').first().waitFor();
  await page.getByTestId('case-field').locator('figure img').first().waitFor();
  const id = new URL(page.url()).searchParams.get('case')!;
  const kept = await product.api<Case>('GET', `/api/cases/${id}`);
  expect(kept).toMatchObject({ state: 'reported', source: 'officer', code: '01-04', lngLat: [116.36, 37.43] });

  await page.goto(`${product.url}/dispatch/report`);
  await page.getByLabel('类别').selectOption({ label: '道路不洁 · CJ/T 214 01-04' });
  await at.fill('116.3601, 37.43');
  await page.locator(`[data-testid="near-case"][data-case-id="${id}"]`).waitFor();
  await page.getByRole('button', { name: '不是同一处，仍要登记' }).waitFor();
  await takePictures(page, 'report');
  await page.setViewportSize({ width: 1920, height: 1080 });
  const map = page.getByTestId('case-map').locator('canvas');
  await map.click();
  await expect.poll(() => at.inputValue(), SOON).not.toBe('116.3601, 37.43');
  expect(await at.inputValue()).toMatch(/^11\d\.\d{6}, 3\d\.\d{6}$/);
  await expect.poll(() => page.getByTestId('near-cases').getByText('正在查找附近的案件…').count(), SOON).toBe(0);
  // What was refused: the place outside the city, asked about once.
  expect(errors.splice(0).filter((error) => !error.includes('/api/case-reports/duplicates'))).toEqual([]);
});

test('an administrator sets an algorithm apart from its rule, and a program that is told, whose secret is shown once', async () => {
  const { page, errors } = desk;
  await product.api('POST', '/api/algorithms', {
    ...{ id: 'test-bicycles', name: { zh: '单车停放（测试数据）', en: 'Bicycles (test data)' }, licence: '' },
    runs: {
      ...{ model: 'street', rule: 'object-present', classes: ['bicycle'], dwellMs: 60_000, threshold: null },
      ...{ zoneKind: null, movesAbout: false, samplePeriodMs: null, regions: 'whole' },
    },
    raises: { severity: 'minor', codeset: 'CJ/T 214', code: '05-06' },
    share: { scope: 'city', owner: '测试数据' },
  });
  await page.goto(`${product.url}/dispatch/policies`);
  const apart = page.locator('[data-testid="opening"][data-algorithm="test-bicycles"]');
  await apart.getByText('未另行设置').waitFor();
  await apart.getByLabel('单车停放（测试数据）').selectOption({ label: '告警即立案' });
  await apart.getByRole('button', { name: '保存' }).click();
  await apart.getByText(/管理员 于 .* 设置/).waitFor();
  await page
    .locator('[data-testid="opening"][data-rule="object-present"]:not([data-algorithm])')
    .getByText('默认')
    .waitFor();

  const webhooks = page.getByTestId('webhooks');
  await webhooks.getByText('没有要通知的系统').waitFor();
  await webhooks.getByRole('button', { name: '添加地址' }).click();
  await webhooks.getByTestId('make-webhook').click();
  await webhooks.getByText('请填完整的地址').waitFor();
  await webhooks.getByRole('textbox').fill('http://127.0.0.1:9/told');
  await webhooks.getByTestId('make-webhook').click();
  expect(await webhooks.getByTestId('webhook-secret').textContent()).toMatch(/^[0-9a-f]{64}$/);
  const one = webhooks.getByTestId('webhook');
  await one.getByText('还没有送达过').waitFor();
  await takePictures(page, 'policies');
  await page.reload();
  await one.waitFor();
  expect(await webhooks.getByTestId('webhook-secret').count()).toBe(0);
  await one.getByRole('button', { name: '移除' }).click();
  await one.getByRole('button', { name: '确定移除，不再通知' }).click();
  await webhooks.getByText('没有要通知的系统').waitFor();
  expect(errors).toEqual([]);
});

test('in English no Chinese is left but names, and a narrow page still shows every rate', async () => {
  const { page, errors } = desk;
  await page.goto(`${product.url}/appraisal`);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Case appraisal' }).waitFor();
  await takePictures(page, 'appraisal-en');
  expect(await page.getByTestId('rate').count()).toBe(12);
  expect(errors).toEqual([]);
});
