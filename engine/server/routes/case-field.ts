import { access } from 'node:fs/promises';
import { CaseField, NewMessage, PhotoQuery, VoiceQuery } from '../../contract/patrol.ts';
import { LARGEST_VOICE_BYTES, readVoice, say, sayAloud, sayWithPhoto } from '../../officers/messages.ts';
import { assertCase, photoPath, readField } from '../../officers/read-field.ts';
import { LARGEST_PHOTO_BYTES, takePhoto } from '../../officers/take-photo.ts';
import { readBytes } from '../read-bytes.ts';
import { type Route, route } from '../route.ts';
import { ById, OfCase } from '../shapes.ts';
import { Trouble } from '../trouble.ts';

/** What comes from the field on a case, as the desk sees it, and what the desk says to the field. */
export const CASE_FIELD_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/cases/:id/field',
    who: 'cases.read',
    summary:
      'Photos, messages and steps of a case from the field. Where a photo was taken is told as a distance alone.',
    params: ById,
    answer: CaseField,
    run: ({ context, account, params }) => readField(context.store.db, account, params.id),
  }),
  route({
    method: 'GET',
    path: '/api/cases/:id/photos/:of',
    recorded: true,
    who: 'cases.read',
    summary: 'A photo of a case: upright, without anything that the phone wrote into it.',
    params: OfCase,
    answer: { mediaType: 'image/jpeg' },
    async run({ context: { store, field }, account, params }) {
      await assertCase(store.db, account, params.id);
      return sentPhoto(await photoPath(store.db, field.folder, params.id, params.of), params);
    },
  }),
  route({
    method: 'GET',
    path: '/api/cases/:id/voices/:of',
    recorded: true,
    who: 'cases.read',
    summary: 'A voice note on a case.',
    params: OfCase,
    answer: { mediaType: 'application/octet-stream' },
    async run({ context: { store, field }, account, params, response }) {
      await assertCase(store.db, account, params.id);
      const voice = await readVoice(store.db, field.folder, params.id, params.of);
      if (voice) response.type(voice.mediaType);
      return sentPhoto(voice?.file ?? null, params);
    },
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/messages',
    who: 'cases.open',
    summary: 'Says something to the officers who have the case.',
    params: ById,
    body: NewMessage,
    answer: CaseField,
    status: 201,
    async run({ context: { store }, account, params, body }) {
      await assertCase(store.db, account, params.id);
      await say(store.db, account, 'desk', params.id, body);
      return readField(store.db, account, params.id);
    },
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/photos',
    who: 'cases.open',
    summary:
      'A photo of the case: one that came with its report, or a message to the officers; the body is the picture.',
    params: ById,
    query: PhotoQuery,
    answer: CaseField,
    status: 201,
    async run({ context: { store, field }, account, params, query, request, response }) {
      await assertCase(store.db, account, params.id);
      const bytes = await readBytes(request, response, LARGEST_PHOTO_BYTES);
      if (query.kind === 'report') await takePhoto(store.db, account, params.id, query, bytes, field);
      else await sayWithPhoto(store.db, account, 'desk', params.id, { ...query, kind: 'message' }, bytes, field);
      return readField(store.db, account, params.id);
    },
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/voices',
    who: 'cases.open',
    summary: 'Leaves the officers a voice note of at most a minute; the body is the recording.',
    params: ById,
    query: VoiceQuery,
    answer: CaseField,
    status: 201,
    async run({ context: { store, field }, account, params, query, request, response }) {
      await assertCase(store.db, account, params.id);
      const bytes = await readBytes(request, response, LARGEST_VOICE_BYTES);
      await sayAloud(store.db, account, 'desk', params.id, query, bytes, field);
      return readField(store.db, account, params.id);
    },
  }),
];

/** A photo never changes: whoever has it need not ask again. */
export async function sentPhoto(file: string | null, of: { id: string; of: string }) {
  const isThere = await access(file ?? '').then(
    () => true,
    () => false,
  );
  if (file !== null && isThere) return { file, headers: { 'Cache-Control': 'private, max-age=86400, immutable' } };
  throw new Trouble(404, {
    code: 'no-such-file',
    message: `The case "${of.id}" has nothing of the id "${of.of}".`,
    got: of.of,
    expected: 'an id that the case’s field work lists',
  });
}
