import { join } from 'node:path';
import { z } from 'zod';
import { nameOf } from '../../accounts/visible-to.ts';
import { benchVersion, readBenches } from '../../algorithms/benches.ts';
import { checkSamples, readSampleCheck } from '../../algorithms/sample-checks.ts';
import { samplesOf, versionFolder } from '../../algorithms/version-files.ts';
import { AlgorithmProof, NewAlgorithmBench, NewSampleCheck, SampleCheck } from '../../contract/algorithm-bench.ts';
import { ProofJob } from '../../contract/proof-job.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { ServerContext } from '../context.ts';
import { type Route, route } from '../route.ts';
import { AlgorithmBenchList, ById, ProofJobList } from '../shapes.ts';

const SampleQuery = z.object({ index: z.coerce.number().int().min(0).max(1000).default(0) });

/** Its sample pictures, in the order in which the inspection looked at them. */
const samplesIn = async ({ store, proof }: ServerContext, id: string): Promise<string[]> =>
  samplesOf(join(proof.versionsFolder, await versionFolder(store.db, id)));

export const ALGORITHM_PROOF_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id/proof',
    who: 'algorithms.read',
    summary: 'How far a version is proven: what it takes, and what a person said of its samples.',
    params: ById,
    answer: AlgorithmProof,
    run: async ({ context, params: { id } }) => ({
      benches: await readBenches(context.store.db, id),
      sampleCheck: await readSampleCheck(context.store.db, id),
      samples: (await samplesIn(context, id)).map((path) => `samples/${path.split('/').at(-1)}`),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id/benches',
    who: 'algorithms.read',
    summary: 'What was measured of a version, the newest first.',
    params: ById,
    answer: AlgorithmBenchList,
    run: async ({ context, params: { id } }) => ({ items: await readBenches(context.store.db, id) }),
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-versions/:id/benches',
    who: 'algorithms.write',
    summary: 'Measures what a version takes on this host, one thread, in a process of its own.',
    params: ById,
    body: NewAlgorithmBench,
    answer: ProofJob,
    status: 202,
    run: ({ context: { store, proof }, account, params: { id } }) =>
      benchVersion({ db: store.db, folder: proof.versionsFolder, jobs: proof.jobs }, account, id),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id/sample.jpg',
    who: 'algorithms.read',
    summary: 'A sample picture of its package, as it was uploaded.',
    params: ById,
    query: SampleQuery,
    answer: { mediaType: 'image/jpeg' },
    async run({ context, params: { id }, query: { index } }) {
      const samples = await samplesIn(context, id);
      const file = samples[index];
      if (file === undefined) {
        const facts = { got: index, expected: `one of ${samples.length} samples` };
        throw new Refusal(404, 'no-sample', 'The version has no such sample picture.', facts);
      }
      const kind = /\.(png|webp)$/i.exec(file)?.[1]?.toLowerCase();
      return { file, headers: kind ? { 'Content-Type': `image/${kind}` } : {} };
    },
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-versions/:id/sample-checks',
    who: 'algorithms.write',
    summary: 'Says whether the boxes in its sample pictures are good.',
    params: ById,
    body: NewSampleCheck,
    answer: SampleCheck,
    status: 201,
    run: ({ context, account, params: { id }, body }) => checkSamples(context.store.db, id, body, nameOf(account)),
  }),
  route({
    method: 'GET',
    path: '/api/proof-jobs',
    who: 'algorithms.write',
    summary: 'Benches, evaluations, imports and exports since the engine was started, the newest first.',
    answer: ProofJobList,
    run: ({ context }) => ({ items: context.proof.jobs.list() }),
  }),
  route({
    method: 'GET',
    path: '/api/proof-jobs/:id',
    who: 'algorithms.write',
    summary: 'How far one of them is.',
    params: ById,
    answer: ProofJob,
    run: ({ context, params: { id } }) => context.proof.jobs.read(id),
  }),
  route({
    method: 'POST',
    path: '/api/proof-jobs/:id/cancel',
    who: 'algorithms.write',
    summary: 'Ends one that is under way or waits; what is over stays as it is.',
    params: ById,
    answer: ProofJob,
    run: ({ context, params: { id } }) => context.proof.jobs.cancel(id),
  }),
];
