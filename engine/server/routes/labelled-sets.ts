import { AlgorithmEvaluation, NewAlgorithmEvaluation } from '../../contract/evaluation.ts';
import {
  LabelledImport,
  LabelledItemPage,
  LabelledSet,
  NewLabelledExport,
  NewLabelledSet,
} from '../../contract/labelled-set.ts';
import { ProofJob } from '../../contract/proof-job.ts';
import { evaluateVersion, readEvaluation, readEvaluations } from '../../labelled-sets/evaluations.ts';
import { itemFile, readItems, removeItem } from '../../labelled-sets/items.ts';
import { createSet, readSet, readSets, removeSet } from '../../labelled-sets/sets.ts';
import { receiveFile } from '../receive-file.ts';
import { type Route, route } from '../route.ts';
import { AlgorithmEvaluationList, ById, LabelledImportQuery, LabelledItemQuery, LabelledSetList } from '../shapes.ts';

const MOST_ARCHIVE_BYTES = 4 * 2 ** 30;

export const LABELLED_SET_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/labelled-sets',
    who: 'labelled-sets.read',
    summary: 'Sets of labelled pictures, by name; what of them the account may see is counted.',
    answer: LabelledSetList,
    run: async ({ context, account }) => ({ items: await readSets(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/labelled-sets',
    who: 'labelled-sets.write',
    summary: 'Makes an empty set.',
    body: NewLabelledSet,
    answer: LabelledSet,
    status: 201,
    run: ({ context, account, body }) => createSet(context.store.db, account, body),
  }),
  route({
    method: 'GET',
    path: '/api/labelled-sets/:id',
    who: 'labelled-sets.read',
    summary: 'One set.',
    params: ById,
    answer: LabelledSet,
    run: ({ context, account, params: { id } }) => readSet(context.store.db, account, id),
  }),
  route({
    method: 'DELETE',
    path: '/api/labelled-sets/:id',
    who: 'labelled-sets.write',
    summary: 'Removes a set that was made by hand, with its pictures; evaluations on it stay on record.',
    params: ById,
    answer: null,
    run: ({ context: { store, proof }, account, params: { id } }) => removeSet(store.db, proof.setsFolder, account, id),
  }),
  route({
    method: 'GET',
    path: '/api/labelled-sets/:id/items',
    recorded: true,
    who: 'labelled-sets.read',
    summary: 'Pictures of a set with their boxes, the newest first.',
    params: ById,
    query: LabelledItemQuery,
    answer: LabelledItemPage,
    run: ({ context, account, params: { id }, query }) =>
      readItems(context.store.db, account, id, {
        after: query.after ?? null,
        limit: query.limit,
        class: query.class,
        negatives: query.negatives === 'true',
      }),
  }),
  route({
    method: 'GET',
    path: '/api/labelled-items/:id/picture.jpg',
    who: 'labelled-sets.read',
    summary: 'A picture of a set.',
    params: ById,
    answer: { mediaType: 'image/jpeg' },
    run: async ({ context: { store, proof }, account, params: { id } }) => ({
      file: await itemFile(store.db, proof.setsFolder, account, id),
      headers: { 'Cache-Control': 'private, max-age=86400, immutable' },
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/labelled-items/:id',
    who: 'labelled-sets.write',
    summary: 'Takes an imported picture out of its set.',
    params: ById,
    answer: null,
    run: ({ context: { store, proof }, account, params: { id } }) =>
      removeItem(store.db, proof.setsFolder, account, id),
  }),
  route({
    method: 'POST',
    path: '/api/labelled-sets/:id/imports',
    who: 'labelled-sets.write',
    summary:
      'Reads an archive (YOLO or COCO), or with everyMs a clip in which nothing happens: a dry run, applied by its own call.',
    params: ById,
    query: LabelledImportQuery,
    answer: ProofJob,
    status: 202,
    async run({ context: { proof }, account, params: { id }, query, request, response }) {
      const { fileName, everyMs = null } = query;
      const received = await receiveFile(request, response, MOST_ARCHIVE_BYTES);
      try {
        return await proof.imports.begin(account, { setId: id, fileName, path: received.path, everyMs });
      } finally {
        await received.remove();
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/labelled-imports/:id',
    who: 'labelled-sets.write',
    summary: 'What an import would do, or did; its id is its job’s.',
    params: ById,
    answer: LabelledImport,
    run: ({ context: { proof }, params: { id } }) => proof.imports.read(id),
  }),
  route({
    method: 'POST',
    path: '/api/labelled-imports/:id/apply',
    who: 'labelled-sets.write',
    summary: 'Puts what was read into its set.',
    params: ById,
    answer: LabelledImport,
    run: ({ context: { proof }, params: { id } }) => proof.imports.apply(id),
  }),
  route({
    method: 'POST',
    path: '/api/labelled-sets/:id/exports',
    who: 'labelled-sets.write',
    summary: 'Writes a set as an archive; who did is recorded.',
    params: ById,
    body: NewLabelledExport,
    answer: ProofJob,
    status: 202,
    run: ({ context: { proof }, account, params: { id }, body }) => proof.exports.begin(account, id, body),
  }),
  route({
    method: 'GET',
    path: '/api/labelled-exports/:id/set.zip',
    recorded: true,
    who: 'labelled-sets.write',
    summary: 'The archive of an export, for whoever began it; its id is its job’s.',
    params: ById,
    answer: { mediaType: 'application/zip' },
    run({ context: { proof }, account, params: { id } }) {
      const { path, name } = proof.exports.file(account, id);
      return {
        file: path,
        headers: { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id/evaluations',
    who: 'algorithms.read',
    summary: 'How well a version did on which sets, the newest first.',
    params: ById,
    answer: AlgorithmEvaluationList,
    run: async ({ context, params: { id } }) => ({ items: await readEvaluations(context.store.db, id) }),
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-versions/:id/evaluations',
    who: 'algorithms.write',
    summary: 'Runs a version over a labelled set, in a process of its own, and writes down how well it did.',
    params: ById,
    body: NewAlgorithmEvaluation,
    answer: ProofJob,
    status: 202,
    run: ({ context: { store, proof }, account, params: { id }, body }) =>
      evaluateVersion(
        { db: store.db, folder: proof.setsFolder, versionsFolder: proof.versionsFolder, jobs: proof.jobs },
        account,
        id,
        body,
      ),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-evaluations/:id',
    who: 'algorithms.read',
    summary: 'One evaluation.',
    params: ById,
    answer: AlgorithmEvaluation,
    run: ({ context, params: { id } }) => readEvaluation(context.store.db, id),
  }),
];
