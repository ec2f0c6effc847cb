import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestDevice } from '../onvif/device-for-tests.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { Product, until } from './product.ts';

const REGISTER = `编号,点名,国标编码,所属部门,地址,经度,纬度,主码流地址
pool-1,东风中路与湖滨大道路口,37140200081320000001,测试数据·公安,东风中路1号,116.3594,37.4341,rtsp://u:s3cret@192.0.2.1/a
pool-2,长河公园西门,,测试数据·城管,,116.3694,37.4441,
pool-3,经纬度反了,,测试数据·城管,,37.4441,116.3694,
`;

let product: Product;
let browser: Browser;
let desk: Seat;
let device: TestDevice;

beforeAll(async () => {
  device = await TestDevice.open({
    channels: [
      { name: 'main', streamUri: 'rtsp://192.168.1.64/1', subStreamUri: 'rtsp://192.168.1.64/2' },
      { name: 'main', streamUri: 'rtsp://192.168.1.64/3' },
    ],
  });
  [product, browser] = await Promise.all([Product.start(), openBrowser()]);
  desk = await takeSeat(browser, product.url);
});

afterAll(async () => {
  await browser?.close();
  await product?.end();
  await device?.close();
});

test('a register is tried, applied, found by pinyin and looked at', async () => {
  const { page, errors } = desk;
  await page.getByRole('link', { name: '视频资源池' }).click();
  await page.getByText('资源池是空的').waitFor();
  await page.getByRole('button', { name: '导入台账' }).click();
  const buffer = Buffer.from(REGISTER);
  await page.getByLabel(/台账文件/).setInputFiles({ name: '台账.csv', mimeType: 'text/csv', buffer });
  await page.getByLabel(/坐标系/).selectOption('WGS84');
  await page.getByRole('button', { name: '试算', exact: true }).click();

  // Nobody knows what the second column is: it is said by hand, and the same file is tried again.
  const columns = page.getByTestId('import-columns');
  await columns.getByText('未识别').waitFor();
  await columns.getByText('东风中路与湖滨大道路口 · 长河公园西门 · 经纬度反了').waitFor();
  await takePictures(page, 'import-columns');
  await columns.getByLabel('“点名”对应的字段').selectOption({ label: '名称' });
  await columns.getByRole('button', { name: '按此对应重新试算' }).click();

  await page.getByText('经度与纬度填反了').waitFor();
  await columns.getByText('已指定').waitFor({ state: 'attached' });
  await takePictures(page, 'import-rows');
  expect(await page.getByTestId('import-row').count()).toBe(1);
  await page.getByRole('radio', { name: /新增/ }).click();
  await page.getByTestId('import-row').nth(1).waitFor();
  await page.getByRole('button', { name: '写入 2 路' }).click();
  await page.getByText('已写入：新增 2，修改 0').waitFor();
  await page.keyboard.press('Escape');

  await page.getByTestId('pool-total').getByText('共 2 路').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('dfzl');
  await page.getByTestId('pool-total').getByText('共 1 路').waitFor();
  await page.getByRole('link', { name: '东风中路与湖滨大道路口' }).click();
  const panel = page.getByTestId('pool-camera');
  await panel.getByText('城市管理接入').waitFor();
  const text = (await panel.textContent()) ?? '';
  for (const said of ['网络摄像机', '德城区', '已登记地址', '未绑定算法', '仅登记']) expect(text).toContain(said);
  expect(await page.content()).not.toContain('s3cret');
  expect(errors).toEqual([]);
});

test('a recorder is asked over ONVIF for its channels, and the one that turns is turned from the pool', async () => {
  const { page, errors } = desk;
  await page.getByRole('button', { name: '导入台账' }).click();
  await page.getByRole('radio', { name: 'ONVIF 设备' }).click();
  const form = page.getByTestId('start-device');
  await form.getByLabel(/设备服务地址/).fill(`http://operator:secret@${new URL(device.url).host}/`);
  await form.getByText('不含用户名和密码').waitFor();
  await takePictures(page, 'import-device');
  await form.getByLabel(/设备服务地址/).fill(device.url);
  await form.getByLabel(/用户名/).fill(device.username);
  await form.getByLabel(/设备的密码/).fill('wrong');
  await form.getByLabel(/^名称/).fill('体育馆');
  await form.getByLabel('编号前缀').fill('nvr');
  await form.getByLabel('经度').fill('116.3594');
  await form.getByLabel('纬度').fill('37.4341');
  await form.getByLabel(/坐标系/).selectOption('WGS84');
  await form.getByRole('button', { name: '试算', exact: true }).click();
  await page.getByText('设备拒绝了用户名或密码').waitFor();
  await page.getByRole('button', { name: '重新选择' }).click();

  await page.getByRole('radio', { name: 'ONVIF 设备' }).click();
  for (const [label, text] of [
    [/设备服务地址/, device.url],
    [/用户名/, device.username],
    [/设备的密码/, device.password],
    [/^名称/, '体育馆'],
    ['编号前缀', 'nvr'],
    ['经度', '116.3594'],
    ['纬度', '37.4341'],
  ] as const)
    await form.getByLabel(label).fill(text);
  await form.getByLabel(/坐标系/).selectOption('WGS84');
  await form.getByRole('button', { name: '试算', exact: true }).click();
  await page.getByTestId('import-row').nth(1).waitFor();
  await takePictures(page, 'import-channels');
  await page.getByRole('button', { name: '写入 2 路' }).click();
  await page.getByText('已写入：新增 2，修改 0').waitFor();
  await page.keyboard.press('Escape');

  await page.goto(`${product.url}/pool?camera=nvr-source0`);
  await page.getByTestId('ptz-open').click();
  await page.locator('[data-testid="ptz-panel"][data-state="free"]').waitFor();
  await page.getByRole('button', { name: '开始控制' }).click();
  await page.locator('[data-testid="ptz-panel"][data-state="mine"]').waitFor();
  await page.getByRole('button', { name: '向上', exact: true }).hover();
  await page.mouse.down();
  await until('it turns', 2000, async () => device.isMoving);
  await page.mouse.up();
  await until('it stands', 1500, async () => !device.isMoving);
  expect(device.position.tilt).toBeGreaterThan(0);
  await takePictures(page, 'pool-ptz');
  await page.getByRole('button', { name: '归还' }).click();
  await page.locator('[data-testid="ptz-panel"][data-state="free"]').waitFor();
  expect(await page.content()).not.toContain(device.password);
  expect(errors).toEqual([]);
});
