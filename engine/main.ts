/** Builds the whole product and runs it. Nobody imports this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureAdministrator } from './accounts/accounts.ts';
import { AlertDesk } from './alerts/desk.ts';
import { loadCounties } from './cameras/counties.ts';
import { importSite } from './cameras/import-site.ts';
import { resetCameraStates, type SiteArea } from './cameras/write-cameras.ts';
import { demoCameraSource } from './demo/demo-source.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { Lookout } from './lookout.ts';
import { selfSignedCertificate } from './server/self-signed.ts';
import { startServer } from './server/start-server.ts';
import { readSite } from './sites/read-site.ts';
import { readSiteSettings, type SiteSettings, saveSiteSettings } from './sites/site-settings.ts';
import { openStore, type Store } from './store/open-store.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const say = (line: string) => console.log(line);
/** What to end, in reverse order of their start. */
const closers: { what: string; close: () => Promise<void> }[] = [];
let ending = false;

process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));
process.on('unhandledRejection', (error) => fail(error));
process.on('uncaughtException', (error) => fail(error));

try {
  await start();
} catch (error) {
  fail(error);
}

async function start(): Promise<void> {
  const environment = readEnvironment(process.env, ROOT);
  const { dataDir, databaseUrl, siteDir } = environment;
  const version = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version as string;

  const store = await openStore({ dataDir, ...(databaseUrl && { databaseUrl }), say });
  closers.push({ what: 'database', close: () => store.close() });
  if (ending) return;

  const settings = (await readSiteSettings(store.db)) ?? (await importFirst(store, siteDir));
  const counties = await loadCounties(settings.boundaries, siteDir);
  await resetCameraStates(store.db);
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
    settings: () => settings,
    log: say,
  });
  const lookout = new Lookout({
    store,
    settings,
    desk,
    modelFolder: join(ROOT, 'models', settings.model),
    shards: environment.shards,
    say,
  });
  closers.push({ what: 'analysis', close: () => lookout.close() });
  await lookout.start();

  const tls = environment.tlsFiles
    ? { cert: readFileSync(environment.tlsFiles.cert, 'utf8'), key: readFileSync(environment.tlsFiles.key, 'utf8') }
    : environment.selfSigned
      ? await selfSignedCertificate()
      : undefined;
  const server = await startServer({
    store,
    settings: notice ? { ...settings, notice } : settings,
    counties,
    live: lookout,
    port: environment.port,
    host: environment.host,
    ...(tls && { tls }),
    pageDir: join(ROOT, 'dist'),
    version,
    ...(environment.metricsToken && { metricsToken: environment.metricsToken }),
    log: say,
  });
  closers.push({ what: 'server', close: () => server.close() });
  if (ending) return;

  say(`Chengnao 城脑 ${version} is at ${server.address}`);
  if (admin.password && !environment.adminPassword)
    say(`Sign in as ${admin.username} with the password ${admin.password} (shown this once).`);
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
