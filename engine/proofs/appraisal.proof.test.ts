import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseRates } from '../contract/case-rates.ts';
import { openStore } from '../store/open-store.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { Product } from './product.ts';
import { seedCases } from './seeded-cases.ts';

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
  await expect.poll(() => page.getByTestId('rate-row').count()).toBe(Math.min(100, returned.part));

  const one = rates.groups.find(({ key }) => key === '371402')!;
  await page.locator('[data-group="371402"] th button').click();
  await page
    .getByTestId('side-part')
    .getByText(new RegExp(`计入 ${one.rates.returned.part}$`))
    .waitFor();
  await page.locator('[data-testid="rate-day"]:not([disabled])').last().click();
  await page.getByRole('button', { name: '取消只看 371402' }).waitFor();
  await expect.poll(() => page.getByTestId('rate-day').count()).toBe(1);
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
  await expect.poll(() => page.getByTestId('audit-line').filter({ hasNotText: '登录' }).count()).toBe(0);
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
