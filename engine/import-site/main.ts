/** `npm run import-site -- <folder> [--apply]`: what a site folder would change in the database, or the change itself. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCounties } from '../cameras/counties.ts';
import { importSite } from '../cameras/import-site.ts';
import { readEnvironment } from '../environment.ts';
import { readSite } from '../sites/read-site.ts';
import { saveSiteSettings } from '../sites/site-settings.ts';
import { openStore } from '../store/open-store.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { apply: { type: 'boolean', default: false } },
});

try {
  const [folder] = positionals;
  if (!folder) throw new Error('got no folder, expected: npm run import-site -- <site folder> [--apply]');
  const environment = readEnvironment(process.env, fileURLToPath(new URL('../../', import.meta.url)));
  const siteDir = resolve(folder);
  const site = readSite(siteDir);
  const counties = await loadCounties(site.boundaries, siteDir);
  const store = await openStore({
    dataDir: environment.dataDir,
    ...(environment.databaseUrl && { databaseUrl: environment.databaseUrl }),
  });
  try {
    const dryRun = !values.apply;
    const { units, ...cameras } = await importSite(store.db, site, 'import-site', { counties, dryRun });
    for (const [what, list] of Object.entries({ camera: cameras, unit: units })) {
      for (const id of list.created) console.log(`+ ${what} ${id}`);
      for (const id of list.changed) console.log(`~ ${what} ${id}`);
      console.log(
        `${what}s: ${list.created.length} new, ${list.changed.length} changed, ${list.same.length} as they were`,
      );
    }
    const changed = await saveSiteSettings(store.db, site, 'import-site', { dryRun });
    console.log(`settings: ${changed ? 'changed' : 'as they were'}`);
    if (dryRun) console.log('Nothing was written: this was a dry run. Add --apply to do it.');
  } finally {
    await store.close();
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
