import { z } from 'zod';
import { nameOf } from '../../accounts/visible-to.ts';
import { moveVersion } from '../../algorithms/stages.ts';
import { readKeptVersion, readVersion, readVersions } from '../../algorithms/versions.ts';
import {
  AlgorithmUpload,
  AlgorithmVersion,
  InspectionAnswers,
  NewAlgorithmMove,
  NewAlgorithmUpload,
} from '../../contract/algorithm.ts';
import { Refusal } from '../../contract/refusal.ts';
import { type Route, route, type SentFile } from '../route.ts';
import { AlgorithmUploadList, AlgorithmVersionList, ById, NewAlgorithmVersion, SampleOf } from '../shapes.ts';

/** What of the tus protocol (tus.io, 1.0) is spoken: HEAD, and PATCH with an offset. */
const PART_TYPE = 'application/offset+octet-stream';
/** Nothing of an upload is more than a picture to a browser. */
const SAMPLE_TYPES: Readonly<Record<string, string>> = { png: 'image/png', webp: 'image/webp' };

function sample(file: string): SentFile {
  const type = SAMPLE_TYPES[file.split('.').at(-1)!.toLowerCase()] ?? 'image/jpeg';
  return {
    file,
    headers: { 'Content-Type': type, 'Content-Disposition': 'inline', 'Cache-Control': 'private, max-age=600' },
  };
}

const Offset = z.coerce.number().int().min(0);

export const ALGORITHM_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/algorithm-versions',
    who: 'algorithms.read',
    summary: 'Every version of every algorithm, the newest first, and where each stands.',
    answer: AlgorithmVersionList,
    run: async ({ context }) => ({ items: await readVersions(context.store.db) }),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id',
    who: 'algorithms.read',
    summary: 'One version: what was uploaded, what was found in it, and how it came where it stands.',
    params: ById,
    answer: AlgorithmVersion,
    run: ({ context, params: { id } }) => readVersion(context.store.db, id),
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-versions/:id/moves',
    who: 'algorithms.write',
    summary: 'Does a step with a version; one that ran in full and is withdrawn gives way to the one before it.',
    params: ById,
    body: NewAlgorithmMove,
    answer: AlgorithmVersion,
    async run({ context, account, params: { id }, body }) {
      await moveVersion(context.store.db, id, body, nameOf(account));
      // First of all it is in force, whatever becomes of the rest.
      await context.live.versionsMoved();
      const moved = await readVersion(context.store.db, id);
      await context.bindings.modelChanged(moved.algorithm);
      return moved;
    },
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-uploads',
    who: 'algorithms.write',
    summary: 'Announces a file; its bytes follow in parts.',
    body: NewAlgorithmUpload,
    answer: AlgorithmUpload,
    status: 201,
    async run({ context, account, body, response }) {
      const upload = await context.algorithms.create(account, body);
      response.set('Location', `/api/algorithm-uploads/${upload.id}`);
      return upload;
    },
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id/samples/:n',
    who: 'algorithms.read',
    summary: 'A sample picture as it came with the version.',
    params: SampleOf,
    answer: { mediaType: 'image/jpeg' },
    async run({ context, params: { id, n } }) {
      const { folder, inspection } = await readKeptVersion(context.store.db, id);
      return sample(context.algorithms.samplePath(folder, inspection, n));
    },
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-uploads',
    who: 'algorithms.write',
    summary: 'One’s own uploads that became no version yet, the newest first.',
    answer: AlgorithmUploadList,
    run: async ({ context, account }) => ({ items: await context.algorithms.list(account) }),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-uploads/:id/samples/:n',
    who: 'algorithms.write',
    summary: 'A sample picture as it came with the upload.',
    params: SampleOf,
    answer: { mediaType: 'image/jpeg' },
    async run({ context, account, params: { id, n } }) {
      const { inspection } = await context.algorithms.read(account, id);
      return sample(context.algorithms.samplePath(id, inspection, n));
    },
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-uploads/:id',
    who: 'algorithms.write',
    summary: 'How much of an upload has come, and what its inspection found; HEAD tells the offset alone.',
    params: ById,
    answer: AlgorithmUpload,
    async run({ context, account, params: { id }, response }) {
      const upload = await context.algorithms.read(account, id);
      response.set({ 'Upload-Offset': String(upload.offset), 'Upload-Length': String(upload.bytes) });
      return upload;
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/algorithm-uploads/:id',
    who: 'algorithms.write',
    summary: `Takes the next part as ${PART_TYPE}; the header Upload-Offset says where it begins.`,
    params: ById,
    answer: AlgorithmUpload,
    async run({ context, account, params: { id }, request, response }) {
      const type = request.headers['content-type'];
      if (type !== PART_TYPE) {
        throw new Refusal(400, 'wrong-media-type', 'This is no part of an upload.', { got: type, expected: PART_TYPE });
      }
      const offset = Offset.safeParse(request.headers['upload-offset']);
      if (!offset.success) {
        const got = request.headers['upload-offset'] ?? null;
        throw new Refusal(400, 'no-offset', 'The header Upload-Offset is missing.', {
          got,
          expected: 'a count of bytes',
        });
      }
      const stated = request.headers['content-length'];
      const part = {
        offset: offset.data,
        statedBytes: stated === undefined ? null : Number(stated),
        bytes: request.iterator({ destroyOnReturn: false }),
      };
      // What is not read of a refused part is not waited for.
      response.set('Connection', 'close');
      const upload = await context.algorithms.append(account, id, part);
      response.removeHeader('Connection');
      response.set('Upload-Offset', String(upload.offset));
      return upload;
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/algorithm-uploads/:id',
    who: 'algorithms.write',
    summary: 'Removes an upload that became no version.',
    params: ById,
    answer: null,
    run: ({ context, account, params: { id } }) => context.algorithms.remove(account, id),
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-uploads/:id/inspection',
    who: 'algorithms.write',
    summary: 'Inspects an upload again, with answers to the questions of its inspection.',
    params: ById,
    body: InspectionAnswers,
    answer: AlgorithmUpload,
    status: 202,
    run: ({ context, account, params: { id }, body }) => context.algorithms.inspectAgain(account, id, body),
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-uploads/:id/version',
    who: 'algorithms.write',
    summary: 'Makes a version of an upload whose inspection accepted it: a draft.',
    params: ById,
    body: NewAlgorithmVersion,
    answer: AlgorithmVersion,
    status: 201,
    run: ({ context, account, params: { id } }) => context.algorithms.toVersion(account, id),
  }),
];
