import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipForTests } from '../camera-imports/zip-for-tests.ts';
import type { AlgorithmUpload, AlgorithmVersion } from '../contract/algorithm.ts';
import type { LabelledSet } from '../contract/labelled-set.ts';
import { binsArchive, partsOfPhoto } from '../labelled-sets/made-archive-for-tests.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { judgedCity } from './judged-city.ts';
import { Product, ROOT, until } from './product.ts';

const STREET = join(ROOT, 'models', 'street');

let product: Product;
let browser: Browser;
let desk: Seat;
let unjudged: [string, string];
let version: AlgorithmVersion;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chengnao-proof-'));
  unjudged = await judgedCity(dataDir);
  [product, browser] = await Promise.all([Product.start({ dataDir }), openBrowser()]);
  await product.signIn();
  version = await uploadStreet();
  desk = await takeSeat(browser, product.url);
});

afterAll(async () => {
  await Promise.all([browser?.close(), product?.end()]);
  if (product) rmSync(product.dataDir, { recursive: true, force: true });
});

/** The shipped package under a number of its own, uploaded like any other, with its sample. */
async function uploadStreet(): Promise<AlgorithmVersion> {
  const names = ['manifest.json', 'labels.txt', 'street.onnx', 'README.md', 'samples/bins.jpg'];
  const textOf = async (name: string) => {
    const text = await readFile(join(STREET, name));
    return name === 'manifest.json' ? JSON.stringify({ ...JSON.parse(text.toString()), version: '9.0.0' }) : text;
  };
  const parts = await Promise.all(names.map(async (name) => ({ name, text: await textOf(name) })));
  const zip = zipForTests([...parts, { name: 'LICENSE', text: 'Apache-2.0' }]);
  const announced = { fileName: 'street.zip', bytes: zip.length, name: 'street' };
  const { id } = await product.api<AlgorithmUpload>('POST', '/api/algorithm-uploads', announced);
  await fetch(`${product.url}/api/algorithm-uploads/${id}`, {
    method: 'PATCH',
    headers: { cookie: product.cookie, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
    body: new Uint8Array(zip),
  });
  await until('the upload is inspected', 60_000, async () => {
    const { state } = await product.api<AlgorithmUpload>('GET', `/api/algorithm-uploads/${id}`);
    return state === 'inspected';
  });
  return product.api('POST', `/api/algorithm-uploads/${id}/version`, {});
}

const sets = async () => (await product.api<{ items: LabelledSet[] }>('GET', '/api/labelled-sets')).items;

test('a set is made, an archive with a bad line is read and applied, and its pictures show their boxes', async () => {
  const { page, errors } = desk;
  await page.goto(`${product.url}/proof?tab=sets`);
  await page.getByRole('button', { name: '新建' }).click();
  const making = page.getByRole('dialog');
  await making.getByRole('button', { name: '新建' }).click();
  await making.getByText('必填', { exact: true }).first().waitFor();
  await making.getByLabel('名称（必填）').fill('测试数据 垃圾桶');
  await making.getByLabel('来源与许可（必填）').fill('测试数据');
  await making.getByRole('button', { name: '新建' }).click();
  await page.getByTestId('set-panel').getByText('测试数据 垃圾桶').waitFor();
  await page.getByText('没有图片').waitFor();

  const [other] = await partsOfPhoto(1);
  const bad = zipForTests([
    { name: 'data.yaml', text: 'names: [overflow]' },
    { name: 'images/bad.jpg', text: other! },
    { name: 'labels/bad.txt', text: '0 0.5 0.5 0.2' },
  ]);
  await page.getByRole('button', { name: '导入' }).click();
  const importing = page.getByRole('dialog');
  const give = (buffer: Buffer) =>
    importing.getByLabel('文件').setInputFiles({ name: 'bins.zip', mimeType: 'application/zip', buffer });
  await give(bad);
  await importing.getByRole('button', { name: '试读' }).click();
  const issue = importing.getByTestId('label-issue');
  await issue.getByText('0 0.5 0.5 0.2').waitFor();
  expect(await issue.textContent()).toContain('labels/bad.txt 第 1 行');
  await takePictures(page, 'proof-issue');
  expect(await importing.getByRole('button', { name: '没有可导入的图片' }).isDisabled()).toBe(true);
  await importing.getByRole('button', { name: '再导入一个' }).click();
  await give(await binsArchive());
  await importing.getByRole('button', { name: '试读' }).click();
  await importing.getByRole('button', { name: '导入 2 张' }).click();
  await importing.getByText('已导入 2 张').waitFor();
  await importing.getByRole('button', { name: '关闭' }).click();
  const items = page.getByTestId('labelled-item');
  await items.nth(1).waitFor();
  expect(await page.locator('.item-grid rect.box').count()).toBe(5);
  await items.last().click();
  await page.getByRole('dialog').getByText('garbage_bin', { exact: true }).waitFor();
  await takePictures(page, 'proof-item');
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click();
  await takePictures(page, 'proof-set');
  expect(errors).toEqual([]);
});

test('a version is measured, its samples are found good, it is evaluated on the set, and only then validated', async () => {
  const { page, errors } = desk;
  const validate = () =>
    product.fetch('POST', `/api/algorithm-versions/${version.id}/moves`, { move: 'validate', reason: '测试数据' });
  expect((await validate()).status).toBe(422);
  await page.getByRole('link', { name: '版本评测' }).click();
  await page.getByTestId('proof-version').filter({ hasText: '9.0.0' }).click();
  const panel = page.getByTestId('proof-panel');
  await panel.getByRole('button', { name: '测试性能' }).click();
  await panel.getByText('95% 在').waitFor({ timeout: 30_000 });
  expect(await panel.getByTestId('sample-box').count()).toBe(6);
  await panel.getByRole('button', { name: '正确', exact: true }).click();
  await panel.getByTestId('sample-check').getByText('认定样例正确').waitFor();
  await panel.getByLabel('标注集').selectOption({ label: '测试数据 垃圾桶 · 2 张 · 5 个框' });
  await panel.getByRole('button', { name: '开始评测' }).click();
  const result = panel.getByTestId('evaluation-result');
  await result.waitFor({ timeout: 30_000 });
  expect(Number(await result.getByTestId('ap50').textContent())).toBeGreaterThan(0.9);
  expect(await result.getByTestId('class-result').count()).toBe(3);
  expect(await result.getByTestId('confusion').locator('td.right').first().textContent()).toBe('2');
  await result.getByText('标注集没有负样本视频，未计算').waitFor();
  await takePictures(page, 'proof-version');
  expect((await validate()).status).toBe(200);
  expect(errors).toEqual([]);
});

test('verdicts become a set and a curve with a suggested threshold; a false alarm keeps quiet until it is revoked', async () => {
  const { page, errors } = desk;
  await page.goto(`${product.url}/?alert=${unjudged[0]}`);
  const verdict = page.getByTestId('verdict');
  await verdict.getByRole('button', { name: '类别有误' }).click();
  await page.getByRole('dialog').getByLabel('实际是什么（必填）').fill('garbage_bin');
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await verdict.getByText('已判断：类别有误，实为“garbage_bin”').waitFor();
  await takePictures(page, 'proof-verdict');
  await product.api('POST', `/api/alerts/${unjudged[1]}/false-alarm`, { reason: '测试数据' });
  await until(
    'every verdict is in the set',
    20_000,
    async () => (await sets()).find(({ algorithm }) => algorithm)?.pictures === 24,
  );
  expect((await sets()).find(({ algorithm }) => algorithm)).toMatchObject({ boxes: 23, negatives: 1 });

  await page.goto(`${product.url}/proof?tab=verdicts`);
  const all = page.getByTestId('verdict-curve').filter({ hasText: '全部摄像头' });
  await all.getByText('判断了 24 / 24 条').waitFor();
  await all.getByText(/^建议阈值 0\.58：查准 93\.3%/).waitFor();
  await page.getByTestId('verdict-curve').filter({ hasText: '判断不足 20 条' }).first().waitFor();
  await takePictures(page, 'proof-curves');
  const quiet = page.getByTestId('quiet-places');
  await quiet.getByRole('button', { name: '撤销静默' }).click();
  await quiet.getByLabel('撤销原因（必填）').fill('测试数据');
  await quiet.getByRole('button', { name: '确定撤销' }).click();
  await quiet.getByText('没有静默地点').waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('link', { name: 'Evaluation' }).click();
  await page.getByTestId('proof-version').filter({ hasText: '9.0.0' }).click();
  await page.getByTestId('evaluation-result').getByText('not reckoned').scrollIntoViewIfNeeded();
  await takePictures(page, 'proof-english');
  expect(errors).toEqual([]);
});
