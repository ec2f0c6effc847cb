/** Builds the whole product and runs it. Nobody imports this file. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readPackage } from '#models/package.ts';
import { nowMs } from '#streams/clock.ts';
import { probeStream } from '#streams/probe.ts';
import { ensureAdministrator } from './accounts/accounts.ts';
import { AlertDesk } from './alerts/desk.ts';
import { registerShipped } from './algorithms/shipped.ts';
import { openBasemap } from './basemaps/open-basemap.ts';
import { loadCounties, loadOutlines } from './cameras/counties.ts';
import { importSite } from './cameras/import-site.ts';
import { fillInitials, pruneStateHistory } from './cameras/state-history.ts';
import { resetCameraStates, type SiteArea } from './cameras/write-cameras.ts';
import { casePolicyOf } from './cases/case-clocks.ts';
import { CaseSweeper } from './cases/case-sweeper.ts';
import { CheckDesk } from './checks/check-desk.ts';
import { ClipDesk } from './clips/clip-desk.ts';
import { demoCameraSource } from './demo/demo-source.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { Lookout } from './lookout.ts';
import { rollUpDays } from './online-rates/roll-up.ts';
import { OutageWatch } from './outages/outage-watch.ts';
import { Prober } from './probes/prober.ts';
import { selfSignedCertificate, type Tls } from './server/self-signed.ts';
import { startServer } from './server/start-server.ts';
import { readSite } from './sites/read-site.ts';
import { readSiteSettings, type SiteSettings, saveSiteSettings } from './sites/site-settings.ts';
import { noteRun } from './store/engine-runs.ts';
import { openStore, type Store } from './store/open-store.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const say = (line: string) => console.log(line);
/** What to end, in reverse order of their start. */
const closers: { what: string; close: () => Promise<void> }[] = [];
let ending = false;
const LONGEST_START_MS = 10_000;
const PRUNE_EVERY_MS = 86_400_000;
const ROLL_UP_EVERY_MS = 600_000;
const SHORT_PASSWORD_LENGTH = 10;

// Who read what is said may be gone: that is nothing to end for, and to say it would fail again, for ever.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));
process.on('unhandledRejection', (error) => fail(error));
process.on('uncaughtException', (error) => fail(error));

const starting = start();
starting.catch(fail);

async function start(): Promise<void> {
  const environment = readEnvironment(process.env, ROOT);
  const { dataDir, databaseUrl, siteDir } = environment;
  const version = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version as string;

  const store = await openStore({
    dataDir,
    ...(databaseUrl && { databaseUrl }),
    say,
    // Another engine has the database: this one must not write a line more.
    onLost: (reason) => fail(new Error(reason)),
  });
  closers.push({ what: 'database', close: () => store.close() });
  if (ending) return;

  const settings = (await readSiteSettings(store.db)) ?? (await importFirst(store, siteDir));
  // Before all that takes long: what was due while no engine ran waits for it.
  const policy = casePolicyOf(settings);
  const sweeper = new CaseSweeper({ db: store.db, policy, say });
  closers.push({ what: 'timers of cases', close: () => sweeper.close() });
  await sweeper.start();
  const counties = await loadCounties(settings.boundaries, siteDir);
  const townships = settings.townships ? await loadOutlines(settings.townships, siteDir) : null;
  await fillInitials(store.db);
  const run = await noteRun(store.db, say);
  closers.push({ what: 'note of this run', close: () => run.close() });
  await resetCameraStates(store.db);
  await pruneStateHistory(store.db, settings.stateHistoryMs);
  const clips = new ClipDesk({
    store,
    folder: join(dataDir, 'spool', 'clips'),
    keptMs: settings.clipsKeptMs,
    say,
  });
  await rm(join(dataDir, 'spool'), { recursive: true, force: true });
  await clips.start();
  closers.push({ what: 'clips', close: () => clips.close() });
  const pruning = setInterval(() => {
    clips.prune().catch((error) => say(`clips not pruned: ${error.message}`));
    pruneStateHistory(store.db, settings.stateHistoryMs).catch((error) =>
      say(`state history not pruned: ${error.message}`),
    );
  }, PRUNE_EVERY_MS);
  pruning.unref();
  const admin = await ensureAdministrator(store.db, {
    division: settings.division,
    ...(environment.adminPassword && { password: environment.adminPassword }),
  });

  const notice = environment.isDemo
    ? await startDemo(store, { division: settings.division, counties }, environment)
    : null;

  const desk = new AlertDesk({
    store,
    evidenceDir: join(dataDir, 'evidence'),
    counties,
    settings: () => ({ ...settings, raises: (algorithm) => lookout.raises(algorithm) }),
    wantClip: (alert) => lookout.wantClip(alert),
    log: say,
  });
  await desk.endWithoutView();
  closers.push({ what: 'alerts', close: () => desk.close() });
  const versionsFolder = join(dataDir, 'algorithms');
  await registerShipped(store.db, { modelsFolder: join(ROOT, 'models'), versionsFolder, say });
  const modelFolder = join(ROOT, 'models', settings.model);
  const lookout: Lookout = new Lookout({
    store,
    settings,
    desk,
    modelFolder,
    sites: (await readPackage(modelFolder)).identity.name,
    versionsFolder,
    shards: environment.shards,
    executionProvider: environment.executionProvider,
    decodeDevice: environment.decodeDevice,
    renditions: environment.renditions,
    spoolDir: join(dataDir, 'spool'),
    onClip: (alertId, outcome) => clips.take(alertId, outcome),
    say,
  });
  closers.push({ what: 'analysis', close: () => lookout.close() });
  if (ending) return;
  await lookout.start();
  startCameraHealth(store, settings);
  const checks = new CheckDesk({
    ...{ store, policy, say, settings: settings.caseChecks },
    lookAnew: (...look) => lookout.lookAnew(...look),
  });
  closers.push({ what: 'checks of cases', close: () => checks.close() });
  await checks.start();

  const basemap = await openBasemap(settings.basemap, {
    siteDir,
    cacheDir: join(dataDir, 'basemap-cache'),
    key: environment.basemapKey,
    counties,
    say,
  });
  if (basemap) closers.push({ what: 'base map', close: () => basemap.close() });

  const tls = await readTls(environment);
  const server = await startServer({
    store,
    settings: notice ? { ...settings, notice } : settings,
    counties,
    townships,
    basemap,
    live: lookout,
    modelLabels: await labelsOf(join(ROOT, 'models', settings.model)),
    port: environment.port,
    host: environment.host,
    ...(tls && { tls }),
    pageDir: join(ROOT, 'dist'),
    version,
    ...(environment.metricsToken && { metricsToken: environment.metricsToken }),
    ...(environment.pushContact && { pushContact: environment.pushContact }),
    log: say,
  });
  closers.push({ what: 'server', close: () => server.close() });
  if (ending) return;

  say(`Chengnao 城脑 ${version} is at ${server.address}`);
  if (admin.password && admin.password.length < SHORT_PASSWORD_LENGTH)
    say(`CHENGNAO_ADMIN_PASSWORD has ${admin.password.length} characters: change it before others reach this machine.`);
  if (admin.password && !environment.adminPassword)
    say(`Sign in as ${admin.username} with the password ${admin.password} (shown this once).`);
}

/** Cameras that nobody has open are asked, those that fail together are told, and each day is summed up once it is over. */
function startCameraHealth({ db }: Store, settings: SiteSettings): void {
  const { probePeriodMs: periodMs, outages: rule, timeZone, stateHistoryMs: keepMs } = settings;
  const prober = new Prober({ db, periodMs, probe: probeStream, nowMs, say });
  closers.push({ what: 'prober', close: () => prober.close() });
  prober.start();
  const outages = new OutageWatch({ db, rule, nowMs, say });
  closers.push({ what: 'outages', close: () => outages.close() });
  outages.start();
  let rolling: Promise<unknown> | null = null;
  const rollUp = () => {
    rolling ??= rollUpDays(db, { timeZone, nowMs: nowMs(), keepMs })
      .catch((error) => say(`days of cameras not summed up: ${error.message}`))
      .finally(() => (rolling = null));
  };
  const rolls = setInterval(rollUp, ROLL_UP_EVERY_MS);
  closers.push({
    what: 'online rates',
    async close() {
      clearInterval(rolls);
      await rolling;
    },
  });
  rollUp();
}

/** None where the package does not open, which the shards tell. */
async function labelsOf(folder: string): Promise<readonly string[] | undefined> {
  return (await readPackage(folder).catch(() => null))?.labels;
}

async function readTls({ tlsFiles, selfSigned, dataDir }: Environment): Promise<Tls | undefined> {
  if (tlsFiles) return { cert: readFileSync(tlsFiles.cert, 'utf8'), key: readFileSync(tlsFiles.key, 'utf8') };
  return selfSigned ? keptCertificate(join(dataDir, 'tls.json')) : undefined;
}

/** Kept, so that who trusted it once is not asked at each start. */
async function keptCertificate(file: string): Promise<Tls> {
  if (existsSync(file)) return { ...JSON.parse(readFileSync(file, 'utf8')), selfSigned: true };
  const made = await selfSignedCertificate();
  writeFileSync(file, JSON.stringify({ cert: made.cert, key: made.key }), { mode: 0o600 });
  return made;
}

/** The first start: the site folder becomes the database’s first revision. */
async function importFirst(store: Store, siteDir: string): Promise<SiteSettings> {
  const site = readSite(siteDir);
  const counties = await loadCounties(site.boundaries, siteDir);
  const { created } = await importSite(store.db, site, 'first start', { counties });
  await saveSiteSettings(store.db, site, 'first start');
  say(`Site ${site.name.zh} imported: ${created.length} cameras.`);
  return site;
}

/** @returns the notice that replaces the site’s own when the demo has no picture */
async function startDemo(store: Store, area: SiteArea, { dataDir, demoTrouble }: Environment) {
  const demo = await demoCameraSource({ db: store.db, area, dataDir, trouble: demoTrouble, say });
  if (demo.camera) closers.push({ what: 'demo camera', close: () => demo.camera!.close() });
  return demo.notice;
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // What is being started now is given the time to be there, so that it can be ended and nothing is left behind.
  await Promise.race([starting.catch(() => undefined), sleep(LONGEST_START_MS)]);
  for (const { what, close } of closers.reverse()) {
    await close().catch((error) =>
      console.error(`${what} did not end cleanly: ${error instanceof Error ? error.message : error}`),
    );
  }
  process.exit(code);
}

function fail(error: unknown): void {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  if (process.env.CHENGNAO_DEBUG && error instanceof Error) console.error(error.stack);
  void end(1);
}
