import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { ensureAdministrator } from '../accounts/accounts.ts';
import { area, makeCamera, openDesk } from '../alerts/scene-for-tests.ts';
import { registerShipped } from '../algorithms/shipped.ts';
import { moveVersion } from '../algorithms/stages.ts';
import { readVersion, readVersions } from '../algorithms/versions.ts';
import type { NewAlgorithmMove } from '../contract/algorithm.ts';
import type { SceneReport } from '../contract/observation.ts';
import { Lookout } from '../lookout.ts';
import { addStreet, MODELS } from '../rollouts/versions-for-tests.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import { readSite } from '../sites/read-site.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { ADMIN_PASSWORD, ROOT, until } from './product.ts';

/** A key picture a second. */
const PERIOD_MS = 1000;
const SLACK_MS = 600;
const STANDS_MS = 1000;
const NEVER_MS = 3_600_000;
const MIB = 2 ** 20;

const scratch = mkdtempSync(join(tmpdir(), 'chengnao-rollout-'));
const versionsFolder = join(scratch, 'algorithms');
let server: RtspServer;
let kept: TestStore;
let desk: ReturnType<typeof openDesk>;
let lookout: Lookout;
let shipped: string;
let site: RunningServer;
let browser: Browser;
let seat: Seat;
const reports: SceneReport[] = [];

beforeAll(async () => {
  server = await startRtspServer({
    port: 0,
    clips: { parking: await readClip(await parkingClip({ codec: 'h264', seconds: 24 })) },
  });
  kept = await openTestStore('embedded');
  desk = openDesk(kept.store);
  const { db } = kept.store;
  await registerShipped(db, { modelsFolder: MODELS, versionsFolder, say: () => undefined });
  await registerShipped(db, { modelsFolder: MODELS, versionsFolder, say: () => undefined });
  const [only, ...others] = await readVersions(db);
  expect([only!.algorithm, only!.stage, others]).toEqual(['street', 'full', []]);
  shipped = only!.id;
  // One whose things are alerts soon, and one whose things are followed and never are: no picture of it is passed over.
  await watch('stands', STANDS_MS);
  await watch('follows', NEVER_MS);
  lookout = new Lookout({
    store: kept.store,
    settings: readSite(join(ROOT, 'config/dezhou')),
    desk: { ...shownTo(desk), endWithoutView: () => desk.endWithoutView() } as typeof desk,
    modelFolder: join(MODELS, 'street'),
    sites: 'street',
    versionsFolder,
    shards: 1,
    executionProvider: 'cpu',
    decodeDevice: 'cpu',
    renditions: 0,
    spoolDir: join(scratch, 'spool'),
    onClip: () => undefined,
    say: (line) => console.log(line),
  });
  await lookout.start();
  await ensureAdministrator(db, { division: area.division, password: ADMIN_PASSWORD });
  site = await startServer({
    ...{ store: kept.store, settings: readSite(join(ROOT, 'config/dezhou')), counties: area.counties, live: lookout },
    ...{ port: 0, host: '127.0.0.1', pageDir: join(ROOT, 'dist'), version: 'proof', log: () => undefined },
  });
  browser = await openBrowser();
  seat = await takeSeat(browser, `${site.address}/algorithms/rollout`);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await lookout?.close();
  await desk?.close();
  await kept?.remove();
  await server?.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** The desk of alerts, with all that comes to it written down. */
function shownTo(of: typeof desk): Pick<typeof desk, 'receive' | 'watchAgain'> {
  return {
    receive(report) {
      reports.push(report);
      return of.receive(report);
    },
    watchAgain: (id) => of.watchAgain(id),
  };
}

function watch(id: string, dwellMs: number): Promise<void> {
  return makeCamera(kept.store, id, {
    source: { kind: 'url', url: server.url('parking') },
    zones: PARKING_ZONES,
    algorithms: [{ rule: 'illegal-parking', dwellMs }],
  });
}

async function move(id: string, what: NewAlgorithmMove['move'], terms: Partial<NewAlgorithmMove> = {}): Promise<void> {
  await moveVersion(kept.store.db, id, { ...terms, move: what, reason: 'a proof' }, 'chief');
  await lookout.versionsMoved();
}

/** Puts one in full in place of the other, without the places between. */
async function swap(from: string, to: string): Promise<void> {
  const { db } = kept.store;
  await db.updateTable('algorithm_stages').set({ stage: 'validated' }).where('version_id', '=', from).execute();
  await db.updateTable('algorithm_stages').set({ stage: 'full' }).where('version_id', '=', to).execute();
  await lookout.versionsMoved();
}

/** Opens a version's rollout on the page. */
const openVersion = (version: string) => seat.page.getByRole('link', { name: `street ${version}` }).click();
const stageOf = async (id: string) => (await readVersion(kept.store.db, id)).stage;
const alerts = () =>
  kept.store.db.selectFrom('alerts').select(['id', 'camera_id', 'presence', 'model']).orderBy('id').execute();
const shadowAlerts = (versionId: string) =>
  kept.store.db
    .selectFrom('shadow_alerts')
    .select(['camera_id', 'rule', 'confidence', 'picture'])
    .where('version_id', '=', versionId)
    .execute();
const seen = () => reports.filter(({ cameraId }) => cameraId === 'follows');
const namedAs = (versionId: string) => seen().at(-1)?.model.versionId === versionId;

/** The longest time between two pictures of the camera that is followed, from one report up to another. */
function longestGapMs(from: number, to?: number): number {
  const atMs = seen()
    .slice(from, to)
    .map(({ analysedAtMs }) => analysedAtMs);
  return Math.max(...atMs.slice(1).map((at, i) => at - atMs[i]!));
}

/** One picture lost is two periods; a machine that is busy with other things loses some by itself. */
function mostMs(from: number): number {
  return 2 * PERIOD_MS + SLACK_MS + Math.max(0, longestGapMs(Math.max(0, from - 10), from + 1) - PERIOD_MS);
}

/** Children of a process that run this file. Read from /proc: to ask a program would hold up the camera, which plays here. */
function childrenOf(pid: number, main: string): number[] {
  const read = (file: string) => {
    try {
      return readFileSync(`/proc/${file}`, 'latin1');
    } catch {
      return '';
    }
  };
  const pids = read(`${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return pids.filter((child) => read(`${child}/cmdline`).includes(main));
}

const shards = () => childrenOf(process.pid, 'analysis/main.ts');
const processesApart = () => shards().flatMap((pid) => childrenOf(pid, 'apart/main.ts'));

/** One in the shadow gives way to others. */
const trialsOnly = () => processesApart().filter((pid) => getPriority(pid) === 0);

test('a version goes from the shadow over a trial to full on a playing stream: no more than a picture is lost, tracks and alerts go on, later alerts name it', async () => {
  const { db } = kept.store;
  const before = await until('two alerts', 40_000, async () => {
    const all = await alerts();
    return all.length === 2 && all;
  });
  expect(before.map(({ model }) => model.versionId)).toEqual([shipped, shipped]);
  const second = await addStreet(db, versionsFolder, { version: '0.2.0' });

  await move(second, 'shadow', { share: 1 });
  const stands = await until('its shadow alerts', 40_000, async () => {
    const all = await shadowAlerts(second);
    return all.length === 2 && all;
  });
  expect(stands.every(({ camera_id, picture }) => camera_id === 'stands' && picture !== null)).toBe(true);
  expect(await alerts()).toEqual(before);
  await openVersion('0.2.0');
  await seat.page.getByTestId('compared').first().waitFor();
  const compared = seat.page.getByTestId('compared').locator('td');
  await expect.poll(() => compared.allInnerTexts(), { timeout: 20_000 }).toMatchObject([/./, '2', '0', '0', / → /]);
  const pictures = seat.page.getByTestId('shadow-alert').locator('img');
  await expect.poll(() => pictures.count(), { timeout: 20_000 }).toBe(2);
  await takePictures(seat.page, 'rollout-shadow');

  const tracked = seen().at(-1)!.observations;
  const from = seen().length - 1;
  await move(second, 'canary', { share: 1 });
  await until('the trial looks', 20_000, async () => namedAs(second));
  // What a shard counts comes each second, after the picture that tells who looked.
  const apart = await until('it is counted', 20_000, async () => {
    const now = lookout.rollout(second);
    return now.open === 1 && now;
  });
  expect([apart.runs, apart.down, apart.cameras.map(({ role }) => role)]).toEqual(['apart', 0, ['alerts', 'alerts']]);
  await sleep(3 * PERIOD_MS);
  await move(second, 'promote');
  await until(
    'it runs within',
    20_000,
    async () => lookout.rollout(second).runs === 'within' && processesApart().length === 0,
  );
  await sleep(3 * PERIOD_MS);
  await move(second, 'withdraw');
  await until('the one before runs again', 20_000, async () => namedAs(shipped));
  await move(second, 'shadow', { share: 0.01 });
  await move(second, 'canary', { share: 0.01 });
  await move(second, 'promote');
  await until('and it again', 20_000, async () => namedAs(second));
  const gapMs = longestGapMs(from);
  console.log(`between two pictures ${Math.round(gapMs)} ms at most, a picture comes each ${PERIOD_MS} ms`);
  expect(gapMs).toBeLessThan(mostMs(from));
  const followed = seen().at(-1)!.observations;
  for (const { key, startedAtMs } of tracked)
    expect(followed.map((one) => [one.key, one.startedAtMs])).toContainEqual([key, startedAtMs]);
  expect(await alerts()).toEqual(before);

  await watch('later', STANDS_MS);
  await lookout.refresh('later');
  const after = await until('alerts of the camera that came later', 40_000, async () => {
    const all = (await alerts()).filter(({ camera_id }) => camera_id === 'later');
    return all.length === 2 && all;
  });
  expect(after.map(({ model }) => [model.versionId, model.version])).toEqual([
    [second, '0.2.0'],
    [second, '0.2.0'],
  ]);
}, 240_000);

test('twenty swaps: memory stays, the analysis process lives', async () => {
  const { db } = kept.store;
  const second = (await readVersions(db)).find(({ version }) => version === '0.2.0')!.id;
  const rss = (pid: number) => 4096 * Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
  const pid = shards()[0]!;
  await swap(second, shipped);
  await until('swapped', 10_000, async () => namedAs(shipped));
  const beforeBytes = rss(pid);
  for (let i = 0; i < 10; i++) {
    await swap(shipped, second);
    if (i % 5 === 0) await until('to one', 10_000, async () => namedAs(second));
    await swap(second, shipped);
    if (i % 5 === 4) await until('to the other', 10_000, async () => namedAs(shipped));
  }
  const grownBytes = rss(pid) - beforeBytes;
  console.log(
    `20 swaps: the shard has ${Math.round(grownBytes / MIB)} MiB more than ${Math.round(beforeBytes / MIB)} MiB`,
  );
  expect(shards()).toEqual([pid]);
  expect(grownBytes).toBeLessThan(150 * MIB);
  expect((await alerts()).every(({ presence }) => presence === 'standing')).toBe(true);
}, 240_000);

test('one whose process is killed three times is quarantined with its log, its cameras lose nothing by it; one that is slow is taken back', async () => {
  const { db } = kept.store;
  const third = await addStreet(db, versionsFolder, { version: '0.3.0' });
  const broken = await addStreet(db, versionsFolder, { version: '0.4.0', graph: Buffer.from('no graph at all') });
  await move(third, 'shadow');
  await move(third, 'canary', { share: 1 });
  const slow = await addStreet(db, versionsFolder, { version: '0.5.0' });
  await move(slow, 'shadow', { share: 1, limits: { lookMs: 1 } });
  await until('the trial looks', 20_000, async () => namedAs(third));
  const from = seen().length - 1;
  for (let kill = 0; kill < 3; kill++) {
    const [pid] = await until('its process', 20_000, async () => trialsOnly().length === 1 && trialsOnly());
    process.kill(pid!, 'SIGKILL');
    await until('it is gone', 5000, async () => !trialsOnly().includes(pid!));
  }
  await until('it is quarantined', 10_000, async () => (await stageOf(third)) === 'quarantined');
  await sleep(3 * PERIOD_MS);
  const gapMs = longestGapMs(from);
  console.log(`three kills: ${Math.round(gapMs)} ms between two pictures at most`);
  expect(gapMs).toBeLessThan(mostMs(from));
  expect(namedAs(shipped)).toBe(true);
  const { moves } = await readVersion(db, third);
  expect(moves.at(-1)).toMatchObject({ move: 'quarantine', by: 'system' });

  const taken = await until('the slow one is taken back', 60_000, async () => {
    const version = await readVersion(db, slow);
    return version.stage === 'validated' && version;
  });
  expect(taken.moves.at(-1)).toMatchObject({ move: 'withdraw', by: 'system' });
  expect(taken.moves.at(-1)!.reason).toMatch(/the limit is 1 ms/);

  await move(broken, 'shadow', { share: 1 });
  await until('what does not open is quarantined', 40_000, async () => (await stageOf(broken)) === 'quarantined');
  const deaths = await db.selectFrom('algorithm_deaths').selectAll().where('version_id', '=', broken).execute();
  expect(deaths).toHaveLength(3);
  expect(deaths[0]!.log).toMatch(/street.onnx/);

  await openVersion('0.4.0');
  const { page } = seat;
  await page.getByTestId('quarantine').waitFor();
  expect(await page.getByTestId('death').count()).toBe(3);
  await page.getByTestId('death').first().locator('summary').click();
  await page.getByText('street.onnx:').first().waitFor();
  await takePictures(page, 'rollout-quarantine');
  await page.getByRole('button', { name: '解除隔离' }).click();
  await page.getByLabel('原因（必填）').fill('已换用正确的文件');
  await page.getByRole('dialog').getByRole('button', { name: '解除隔离' }).click();
  await until('it is released', 10_000, async () => (await stageOf(broken)) === 'validated');
  await page.getByTestId('quarantine').waitFor({ state: 'detached' });
  await openVersion('0.1.0');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('Running', { exact: true }).waitFor();
  await takePictures(page, 'rollout-full');
  expect(seat.errors).toEqual([]);

  expect((await alerts()).every(({ presence }) => presence === 'standing')).toBe(true);
}, 240_000);
