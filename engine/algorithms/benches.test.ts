import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeGraph } from '#models/made-graph.ts';
import { findsRows, madeManifest } from '#models/made-package.ts';
import type { Account } from '../contract/account.ts';
import type { ProofJob } from '../contract/proof-job.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { benchVersion, readBenches } from './benches.ts';
import { ProofJobs } from './proof-jobs.ts';
import { UNREAD } from './unread.ts';
import { addVersion } from './versions.ts';

const STREET = fileURLToPath(new URL('../../models/street', import.meta.url));
const BY: Account = {
  id: 'a',
  username: 'models',
  displayName: '模型管理员',
  roles: ['model-admin'],
  division: '371400',
  department: null,
};
let kept: TestStore;
let jobs: ProofJobs;
let folder: string;
beforeAll(async () => {
  kept = await openTestStore('embedded');
  jobs = new ProofJobs(() => undefined);
  folder = join(dirname(kept.store.evidenceDir), 'algorithms');
}, 60_000);
afterAll(async () => {
  await jobs.close();
  await kept.remove();
});

async function version(name: string, files: Record<string, string | Buffer>, sample?: string): Promise<string> {
  const prepared = join(folder, name, 'inspected', 'prepared');
  const samples = join(folder, name, 'inspected', 'package', 'samples');
  await mkdir(prepared, { recursive: true });
  await mkdir(samples, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(prepared, file), bytes);
  if (sample) await copyFile(sample, join(samples, 'one.jpg'));
  const inspection = { ...UNREAD, accepted: true, sha256: 'a'.repeat(64), manifest: { name, version: '1.0.0' } };
  return addVersion(kept.store.db, { fileName: 'm.onnx', inspection, folder: name, by: 'chief' });
}

async function over(job: ProofJob): Promise<ProofJob> {
  await expect
    .poll(() => jobs.read(job.id).state, { timeout: 60_000, interval: 100 })
    .toMatch(/^(done|failed|cancelled)$/);
  return jobs.read(job.id);
}
const bench = (id: string) => benchVersion({ db: kept.store.db, folder, jobs }, BY, id);

test('the shipped model is measured in a process of its own, and what it takes is on record for good', async () => {
  const parts = ['manifest.json', 'labels.txt', 'street.onnx'];
  const files = Object.fromEntries(
    await Promise.all(parts.map(async (name) => [name, await readFile(join(STREET, name))] as const)),
  );
  const id = await version('street', files, join(STREET, 'samples', 'bins.jpg'));
  expect(await readBenches(kept.store.db, id)).toEqual([]);
  expect(await over(await bench(id))).toMatchObject({ state: 'done', kind: 'bench', about: id, problem: null });
  const [taken] = await readBenches(kept.store.db, id);
  expect(taken).toMatchObject({ versionId: id, by: '模型管理员', onSamples: true });
  expect(taken!.pictures).toBeGreaterThanOrEqual(20);
  expect(taken!.msP50).toBeGreaterThan(1);
  expect(taken!.msP95).toBeGreaterThanOrEqual(taken!.msP50);
  expect(taken!.loadMs).toBeGreaterThan(taken!.msP50 / 2);
  // The graph’s own weights are ten megabytes.
  expect(taken!.rssBytes).toBeGreaterThan(5e6);
  expect(taken!.hostCpu).not.toBe('');
  for (const { everyMs, streams } of taken!.streamsPerCore) expect(streams).toBeCloseTo(everyMs / taken!.msP95, 0);
}, 120_000);

test('a graph that does not open fails in words; one that never ends is cancelled, and the next is measured', async () => {
  const made = (graph: Parameters<typeof madeGraph>[0]) => ({
    'manifest.json': JSON.stringify(madeManifest()),
    'labels.txt': 'cat\ndog',
    'made.onnx': madeGraph(graph),
  });
  const small = made(findsRows([[1, 2, 9, 10, 0.9, 0.1]]));
  const broken = await version('broken', { ...small, 'made.onnx': Buffer.from(small['made.onnx']).subarray(0, 90) });
  const failed = await over(await bench(broken));
  expect(failed).toMatchObject({ state: 'failed', problem: { code: 'apart-failed' } });
  expect(String(failed.problem!.message)).toContain('made.onnx');

  const endless = await version('endless', made({ ...findsRows([[1, 2, 9, 10, 0.9, 0.1]]), loops: 2 ** 40 }));
  const job = await bench(endless);
  const good = await bench(await version('small', small));
  await expect.poll(() => jobs.read(job.id).state, { timeout: 30_000 }).toBe('running');
  expect(jobs.read(good.id).state).toBe('waiting');
  jobs.cancel(job.id);
  expect((await over(job)).state).toBe('cancelled');
  expect((await over(good)).state).toBe('done');
  expect(await readBenches(kept.store.db, endless)).toEqual([]);
  expect((await readBenches(kept.store.db, good.about))[0]).toMatchObject({ onSamples: false });
  await expect(bench('no-such')).rejects.toMatchObject({ code: 'not-found' });
}, 120_000);
