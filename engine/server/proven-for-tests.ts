import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EvaluationResult } from '../contract/evaluation.ts';
import { binsArchive } from '../labelled-sets/made-archive-for-tests.ts';
import { reckon } from '../labelled-sets/reckon.ts';
import type { Client, SiteUnderTest } from './site-under-test.ts';

/**
 * A set with pictures, its import and its export, an evaluation and a sample picture, so that every route that proves an
 * algorithm has something to answer with. @returns their ids, by the nouns of the routes
 */
export async function proveSomething(
  site: SiteUnderTest,
  admin: Client,
  versionId: string,
): Promise<Record<string, string>> {
  const { folder } = await site.store.db
    .selectFrom('algorithm_versions')
    .select('folder')
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
  const samples = join(site.dataDir, 'algorithms', folder, 'inspected', 'package', 'samples');
  await mkdir(samples, { recursive: true });
  await writeFile(join(samples, 'one.jpg'), 'a picture');

  const made = await admin.send('POST', '/api/labelled-sets', { name: 'test data', licence: 'test data' });
  const set = (made.json as { id: string }).id;
  const imports = `${site.address}/api/labelled-sets/${set}/imports?fileName=bins.zip`;
  const headers = { cookie: admin.cookie };
  const sent = await fetch(imports, { method: 'POST', headers, body: new Uint8Array(await binsArchive()) });
  const read = await over(admin, ((await sent.json()) as { id: string }).id);
  await admin.send('POST', `/api/labelled-imports/${read}/apply`);
  const items = await admin.get(`/api/labelled-sets/${set}/items`);
  const exporting = await admin.send('POST', `/api/labelled-sets/${set}/exports`, { format: 'yolo', blurred: false });
  const written = await over(admin, (exporting.json as { id: string }).id);

  const result = EvaluationResult.parse({ ...reckon([], [], []), lowScore: 0.01, notInModel: [], msPerPicture: 1 });
  await site.store.db
    .insertInto('algorithm_evaluations')
    .values({
      id: 'evaluation-1',
      version_id: versionId,
      sha256: 'a'.repeat(64),
      set_id: set,
      set_name: 'test data',
      set_revision: 1,
      set_hash: 'b'.repeat(64),
      result: JSON.stringify(result),
      evaluated_by: 'test data',
    })
    .execute();
  return {
    'labelled-set': set,
    'labelled-item': (items.json as { items: { id: string }[] }).items[0]!.id,
    'labelled-import': read,
    'labelled-export': written,
    'proof-job': read,
    'algorithm-evaluation': 'evaluation-1',
  };
}

/** Waits until a job is over. @returns its id */
async function over(client: Client, id: string): Promise<string> {
  for (;;) {
    const { state, problem } = (await client.get(`/api/proof-jobs/${id}`)).json as { state: string; problem: unknown };
    if (state === 'done') return id;
    if (state === 'failed' || state === 'cancelled') throw new Error(`the job is ${state}: ${JSON.stringify(problem)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
