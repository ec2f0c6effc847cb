import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import type { Alert } from '../contract/alert.ts';
import type { Case, NewCaseEntry } from '../contract/case.ts';
import { CASE_STEPS } from '../contract/case-steps.ts';
import { openBrowser, takePictures, takeSeat } from './browser.ts';
import { parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { Product, until } from './product.ts';
import { freePort } from './servers.ts';

/** What each camera shows once its case was handled. */
const CAMERAS = ['gone', 'stays', 'hidden', 'lost'] as const;
type Name = (typeof CAMERAS)[number];

const scratch = mkdtempSync(join(tmpdir(), 'chengnao-checks-'));
let product: Product;
let browser: Browser;
let server: RtspServer;
let port: number;
let ahead: string;

beforeAll(async () => {
  ahead = await parkingClip({ codec: 'h264', seconds: 24 });
  port = await freePort();
  const caseChecks = { afterMs: 500, frames: 2, everyMs: 1000, withinMs: 20_000, closing: 'automatic' };
  [product, browser] = await Promise.all([Product.start({ site: { caseChecks, endAfterMs: 4000 } }), openBrowser()]);
  await product.signIn();
  await show(Object.fromEntries(CAMERAS.map((name) => [name, ahead])));
});
afterAll(async () => {
  await browser?.close();
  await product?.end();
  await server?.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** The streams break off for a moment, as they do with real ones; a camera without a clip is gone. */
async function show(files: Partial<Record<Name, string>>): Promise<void> {
  const clips = Object.fromEntries(
    await Promise.all(Object.entries(files).map(async ([name, file]) => [name, await readClip(file)] as const)),
  );
  await server?.close();
  server = await startRtspServer({ port, clips });
}

/** The clip with something done to the place of an alert, and so much around it, shares of the place's own size. */
function changed(name: string, { boxes }: Alert, around: number, filter: (xywh: string) => string): string {
  const [left, top, right, bottom] = boxes[0]!.xyxy;
  const [wide, high] = [right - left, bottom - top];
  const px = (share: number, side: number) => Math.round(Math.min(0.98, Math.max(0.01, share)) * side);
  const [x, y] = [px(left - around * wide, 768), px(top - around * high, 576)];
  const [w, h] = [px(right + around * wide, 768) - x, px(bottom + around * high, 576) - y];
  const file = join(scratch, `${name}.mp4`);
  const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-bf', '0', '-x264-params'];
  const keys = 'keyint=10:min-keyint=10:scenecut=0';
  const video = filter(`x=${x}:y=${y}:w=${w}:h=${h}`);
  execFileSync('ffmpeg', ['-v', 'error', '-i', ahead, '-vf', video, ...encode, keys, file]);
  return file;
}

const add = (id: string, entry: NewCaseEntry) => product.api<Case>('POST', `/api/cases/${id}/entries`, entry);
const read = (id: string) => product.api<Case>('GET', `/api/cases/${id}`);

/** The widest of the camera's alerts: the van. */
async function van(camera: Name): Promise<Alert> {
  const own = (await product.alerts()).filter(({ cameraId }) => cameraId === camera);
  const wide = ({ boxes }: Alert) => boxes[0]!.xyxy[2] - boxes[0]!.xyxy[0];
  return own.sort((a, b) => wide(b) - wide(a))[0]!;
}

const checked = (id: string) =>
  until(`case ${id} is checked`, 45_000, async () => {
    const one = await read(id);
    return one.checks.at(-1)?.outcome != null && one;
  });

test('the camera that raised a case looks again: gone, still there, hidden and offline are told apart', async () => {
  for (const name of CAMERAS) {
    await product.api('POST', '/api/cameras', {
      ...{ id: name, name: `摄像头 ${name}`, lngLat: [116.3594, 37.4341] },
      source: { kind: 'url', url: server.url(name) },
      views: [{ zones: PARKING_ZONES }],
      algorithms: [{ rule: 'illegal-parking', dwellMs: 2000 }],
    });
  }
  await until('two alerts of each camera', 60_000, async () => (await product.alerts()).length >= 8);
  const cases = new Map<Name, Case>();
  const alerts = new Map<Name, Alert>();
  for (const name of CAMERAS) {
    const alert = await van(name);
    alerts.set(name, alert);
    const { id } = await product.api<Case>('POST', '/api/cases', { alertIds: [alert.id], note: '测试数据' });
    await add(id, { kind: 'assigned', unitId: 'patrol-1', note: '' });
    cases.set(name, await add(id, { kind: 'started', note: '' }));
  }
  const gone = changed('gone', alerts.get('gone')!, 0.06, (xywh) => `delogo=${xywh}`);
  const hidden = changed('hidden', alerts.get('hidden')!, 0.7, (xywh) => `drawbox=${xywh}:color=0x705030:t=fill`);
  await show({ gone, stays: ahead, hidden });
  await until('they play', 30_000, async () => {
    const states = await Promise.all(CAMERAS.map(async (name) => (await product.camera(name)).state));
    return states.slice(0, 3).every((state) => state === 'playing') && states[3] !== 'playing';
  });
  await Promise.all([...cases.values()].map(({ id }) => add(id, { kind: 'handled', note: '已处置' })));
  const after = new Map(
    await Promise.all([...cases].map(async ([name, { id }]) => [name, await checked(id)] as const)),
  );
  const told = [...after].map(([name, { state, checks }]) => [name, state, checks.at(-1)!.outcome]);
  console.log(
    JSON.stringify([...after].map(([name, { checks }]) => [name, checks.at(-1)!.outcome, checks.at(-1)!.reason])),
  );
  expect(told).toEqual([
    ['gone', 'closed', 'gone'],
    ['stays', 'assigned', 'still-there'],
    ['hidden', 'handled', 'unclear'],
    ['lost', 'handled', 'unclear'],
  ]);
  expect(after.get('gone')!.entries.map(({ kind }) => kind)).toEqual([
    ...['opened', 'assigned', 'started', 'handled', 'checked', 'closed'],
  ]);
  expect((await van('gone')).verdict).toBe('confirmed');
  expect(after.get('stays')!.entries.at(-1)).toMatchObject({ kind: 'rework', by: '摄像头 stays' });
  expect(after.get('stays')!.clock).toMatchObject({ stage: 'handle', phase: 'running' });
  expect(['hidden', 'surroundings-changed']).toContain(after.get('hidden')!.checks[0]!.reason);
  expect(after.get('lost')!.checks[0]!.reason).toBe('offline');
  for (const name of ['gone', 'stays', 'hidden'] as const) {
    const [part] = after.get(name)!.checks[0]!.parts;
    for (const picture of [part!.before!, part!.now!]) {
      const answer = await product.fetch('GET', picture.url);
      expect([answer.status, answer.headers.get('content-type')], picture.url).toEqual([200, 'image/jpeg']);
    }
  }
  const answer = await product.fetch('POST', `/api/cases/${cases.get('stays')!.id}/entries`, { kind: 'checked' });
  expect(answer.status, 'nobody says for a camera what it saw').toBe(400);
  await onTheDesk(after);
});

/** What the dispatcher sees of it: two pictures side by side, and cases of one place, merged and split again. */
async function onTheDesk(cases: ReadonlyMap<Name, Case>): Promise<void> {
  const { page, errors, context } = await takeSeat(browser, product.url);
  try {
    const open = async (name: Name) => {
      await page.goto(`${product.url}/dispatch?case=${cases.get(name)!.id}`);
      await page.getByTestId('case-panel').getByRole('heading', { level: 2 }).waitFor();
      return page.getByTestId('case-check');
    };
    const gone = await open('gone');
    await gone.getByText('已消失，现场可见').waitFor();
    const wide = () =>
      gone
        .locator('img')
        .evaluateAll((all) => all.map((one) => (one as unknown as { naturalWidth: number }).naturalWidth));
    await until('both pictures are there', 10_000, async () => (await wide()).join() === '768,768');
    await takePictures(page, 'check-gone');
    expect(await (await open('hidden')).getAttribute('data-outcome')).toBe('unclear');
    await page
      .getByTestId('case-check')
      .getByText('周围画面与之前不同')
      .or(page.getByText('该处被遮挡'))
      .first()
      .waitFor();
    expect(await (await open('stays')).getAttribute('data-outcome')).toBe('still-there');
    const pairs = page.getByTestId('case-pairs');
    await pairs.getByTestId('duplicate').first().getByText('相距 0 米').waitFor();
    await takePictures(page, 'duplicates');
    const merge = pairs.getByRole('button', { name: '并入本案' }).first();
    await merge.focus();
    await page.keyboard.press('Enter');
    await pairs.getByText('并入的案件').waitFor();
    expect((await read(cases.get('stays')!.id)).sources).toEqual({ alert: 2 });
    await pairs.getByRole('button', { name: '拆出' }).click();
    await pairs.getByText('并入的案件').waitFor({ state: 'detached' });
    expect((await read(cases.get('stays')!.id)).sources).toEqual({ alert: 1 });
    expect(errors).toEqual([]);
  } finally {
    await context.close();
  }
}

test('the page of rules: what becomes a case by itself, where nothing is raised, and how a case goes', async () => {
  const { page, errors } = await takeSeat(browser, `${product.url}/dispatch`);
  await page.getByRole('link', { name: '立案与管控' }).click();
  const row = page.locator('[data-testid="opening"][data-rule="illegal-parking"]');
  await row.getByRole('combobox').first().selectOption('告警即立案');
  await row.getByRole('button', { name: '保存' }).click();
  await row.getByText('管理员 于').waitFor();
  const before = new Set((await product.alerts()).map(({ id }) => id));
  const source = { kind: 'url', url: server.url('stays') };
  const camera = (id: string, lngLat: [number, number]) =>
    product.api('POST', '/api/cameras', {
      ...{ id, name: id, source, lngLat, views: [{ zones: PARKING_ZONES }] },
      algorithms: [{ rule: 'illegal-parking', dwellMs: 1000 }],
    });
  const corners = [
    [116.39, 37.45],
    [116.41, 37.45],
    [116.41, 37.47],
    [116.39, 37.47],
  ];
  await product.api('POST', '/api/control-areas', { name: '早市', corners, reason: '测试数据：经批准的早市' });
  await camera('market', [116.4, 37.46]);
  await camera('street', [116.35, 37.43]);
  const made = await until('alerts of the street are cases', 45_000, async () => {
    const fresh = (await product.alerts()).filter(({ id, cameraId }) => !before.has(id) && cameraId === 'street');
    return fresh.length === 2 && fresh.every(({ caseId }) => caseId !== null) && fresh;
  });
  expect(new Set(made.map(({ caseId }) => caseId)).size).toBe(2);
  await until('two things of the market are held back', 30_000, async () => {
    const { items } = await product.api<{ items: unknown[] }>('GET', '/api/held-back');
    return items.length === 2;
  });
  expect((await product.alerts()).filter(({ cameraId }) => cameraId === 'market')).toEqual([]);
  await page.reload();
  const area = page.getByTestId('control-area');
  await area.getByRole('button', { name: '未告警 2 处' }).click();
  await area.getByTestId('held-back').nth(1).waitFor();
  expect(await area.getByTestId('held-back').count()).toBe(2);
  await takePictures(page, 'policies');
  await area.getByRole('button', { name: '撤销区域' }).click();
  await area.getByLabel('撤销原因').fill('早市已结束');
  await area.getByRole('button', { name: '确定撤销' }).click();
  await area.getByText('已撤销', { exact: true }).waitFor();
  await until('the market is raised', 30_000, async () =>
    (await product.alerts()).some(({ cameraId }) => cameraId === 'market'),
  );
  await page.goto(`${product.url}/dispatch/machine`);
  const steps = page.getByTestId('machine').locator('tbody tr');
  await steps.first().waitFor();
  expect(await steps.count()).toBe(2 + Object.keys(CASE_STEPS).length);
  await steps.filter({ hasText: '挂账结束' }).getByText('处置时限：继续').waitFor();
  await takePictures(page, 'machine');
  await page.getByRole('button', { name: 'English' }).click();
  await takePictures(page, 'machine-en');
  expect(errors).toEqual([]);
});
