import { readFile } from 'node:fs/promises';
import { readCase } from '../../cases/read-cases.ts';
import type { Account } from '../../contract/account.ts';
import { Notice } from '../../contract/notice.ts';
import {
  NewMessage,
  NewPositions,
  PatrolDay,
  PatrolReport,
  PatrolStep,
  PhotoQuery,
  PositionsTaken,
  VoiceQuery,
} from '../../contract/patrol.ts';
import { acknowledgeNotice, listNotices } from '../../notices/read-notices.ts';
import { LARGEST_VOICE_BYTES, readVoice, say, sayAloud, sayWithPhoto } from '../../officers/messages.ts';
import { takePositions } from '../../officers/positions.ts';
import { assertMaySend, assertOwnCase, unitOf } from '../../officers/posts.ts';
import { caseEvidencePath, photoPath } from '../../officers/read-field.ts';
import { readPatrolDay } from '../../officers/read-patrol-day.ts';
import { LARGEST_PHOTO_BYTES, takePhoto } from '../../officers/take-photo.ts';
import { takeReport, takeStep } from '../../officers/take-step.ts';
import type { ServerContext } from '../context.ts';
import { readBytes } from '../read-bytes.ts';
import { type Route, route } from '../route.ts';
import { ById, OfCase } from '../shapes.ts';
import { Trouble } from '../trouble.ts';
import { sentPhoto } from './case-field.ts';

/** All that an officer's phone asks for and sends. An account of another role is admitted to none of it. */
export const PATROL_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/patrol',
    who: 'patrol.own',
    summary: 'The officer’s day: shift, the cases of their unit with evidence and field work, notices.',
    answer: PatrolDay,
    run: ({ context, account }) => day(context, account),
  }),
  route({
    method: 'GET',
    path: '/api/patrol/cases/:id/evidence/:of',
    recorded: true,
    who: 'patrol.own',
    summary:
      'The picture with which an alert of the case was raised; of a case that left the unit, of those it had then.',
    params: OfCase,
    answer: { mediaType: 'image/jpeg' },
    async run({ context: { store }, account, params }) {
      const { leftAt } = await assertOwnCase(store.db, account, params.id);
      const path = await caseEvidencePath(store, params.id, params.of, leftAt);
      const bytes = path === null ? null : await readFile(path).catch(() => null);
      if (bytes === null) throw nothingThere(params.of);
      return { bytes, headers: { 'Cache-Control': 'private, max-age=86400' } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/patrol/cases/:id/camera',
    recorded: true,
    who: 'patrol.own',
    summary: 'What the camera that raised the case shows now, for the unit that has it; X-Captured-At says since when.',
    params: ById,
    answer: { mediaType: 'image/jpeg', none: 'It gives no picture now.' },
    async run({ context: { store, live }, account, params }) {
      if ((await assertOwnCase(store.db, account, params.id)).stands !== 'now') throw nothingThere(params.id);
      const cameraId = (await readCase(store.db, null, params.id))?.cameraIds[0];
      if (cameraId === undefined) throw nothingThere(params.id);
      const picture = await live.currentPicture(cameraId);
      if (picture === null) return null;
      return {
        bytes: picture.jpeg,
        headers: { 'X-Captured-At': new Date(picture.capturedAtMs).toISOString(), 'Cache-Control': 'no-store' },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/patrol/cases/:id/photos/:of',
    recorded: true,
    who: 'patrol.own',
    summary: 'A photo of a case of the officer’s unit.',
    params: OfCase,
    answer: { mediaType: 'image/jpeg' },
    async run({ context: { store, field }, account, params }) {
      const { leftAt } = await assertOwnCase(store.db, account, params.id);
      return sentPhoto(await photoPath(store.db, field.folder, params.id, params.of, leftAt), params);
    },
  }),
  route({
    method: 'GET',
    path: '/api/patrol/cases/:id/voices/:of',
    recorded: true,
    who: 'patrol.own',
    summary: 'A voice note on a case of the officer’s unit.',
    params: OfCase,
    answer: { mediaType: 'application/octet-stream' },
    async run({ context: { store, field }, account, params, response }) {
      const { leftAt } = await assertOwnCase(store.db, account, params.id);
      const voice = await readVoice(store.db, field.folder, params.id, params.of, leftAt);
      if (voice) response.type(voice.mediaType);
      return sentPhoto(voice?.file ?? null, params);
    },
  }),
  route({
    method: 'POST',
    path: '/api/patrol/cases/:id/steps',
    who: 'patrol.own',
    summary:
      'What the officer did with the case. The same id sent twice is done once; a step that no longer fits is refused.',
    params: ById,
    body: PatrolStep,
    answer: null,
    run: ({ context: { store, casePolicy }, account, params, body }) =>
      takeStep(store.db, account, params.id, body, casePolicy),
  }),
  route({
    method: 'POST',
    path: '/api/patrol/cases/:id/photos',
    who: 'patrol.own',
    summary: 'A photo of the case, before or after it was handled, or with a message; the body is the picture.',
    params: ById,
    query: PhotoQuery,
    answer: null,
    async run({ context: { store, field }, account, params, query, request, response }) {
      const post = { clientId: query.clientId, what: `photo-${query.kind}` };
      await assertMaySend(store.db, account, params.id, post, query.kind === 'message' ? undefined : query.takenAt);
      const bytes = await readBytes(request, response, LARGEST_PHOTO_BYTES);
      if (query.kind === 'message') await sayWithPhoto(store.db, account, 'officer', params.id, query, bytes, field);
      else await takePhoto(store.db, account, params.id, query, bytes, field);
    },
  }),
  route({
    method: 'POST',
    path: '/api/patrol/cases/:id/messages',
    who: 'patrol.own',
    summary: 'Says something to the desk about the case.',
    params: ById,
    body: NewMessage,
    answer: null,
    async run({ context: { store }, account, params, body }) {
      await assertMaySend(store.db, account, params.id, { clientId: body.clientId, what: 'message' });
      await say(store.db, account, 'officer', params.id, body);
    },
  }),
  route({
    method: 'POST',
    path: '/api/patrol/cases/:id/voices',
    who: 'patrol.own',
    summary: 'Leaves the desk a voice note of at most a minute; the body is the recording.',
    params: ById,
    query: VoiceQuery,
    answer: null,
    async run({ context: { store, field }, account, params, query, request, response }) {
      await assertMaySend(store.db, account, params.id, { clientId: query.clientId, what: 'voice' });
      const bytes = await readBytes(request, response, LARGEST_VOICE_BYTES);
      await sayAloud(store.db, account, 'officer', params.id, query, bytes, field);
    },
  }),
  route({
    method: 'POST',
    path: '/api/patrol/reports',
    who: 'patrol.own',
    summary: 'Opens a case of a problem that the officer found. Answers with its id, the same for the same post.',
    body: PatrolReport,
    answer: ById,
    status: 201,
    async run({ context: { store, casePolicy, counties, settings }, account, body }) {
      const { severity, codeset, code } = settings.rules[body.rule];
      const site = { policy: casePolicy, county: counties.of(body.lngLat), of: { severity, codeset, code } };
      return { id: await takeReport(store.db, account, body, site) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/patrol/positions',
    recorded: false,
    who: 'patrol.own',
    summary: 'Where the phone was, while on shift: what is outside a shift is refused.',
    body: NewPositions,
    answer: PositionsTaken,
    run: ({ context: { store, counties }, account, body }) => takePositions(store.db, account, body, counties),
  }),
  route({
    method: 'POST',
    path: '/api/patrol/notices/:id/acknowledge',
    who: 'patrol.own',
    summary: 'Says that the unit knows: no channel tells it any more.',
    params: ById,
    answer: Notice,
    run: ({ context, account, params }) => acknowledgeNotice(context.store.db, account, params.id),
  }),
];

async function day({ store: { db }, settings, notices }: ServerContext, account: Account): Promise<PatrolDay> {
  unitOf(account);
  const rules = Object.keys(settings.rules) as (keyof typeof settings.rules)[];
  const site = { name: settings.name.zh, timeZone: settings.timeZone, rules };
  const told = await listNotices(db, account);
  return readPatrolDay(db, account, { site, notices: told, pushKey: notices.publicKey });
}

function nothingThere(id: string): Trouble {
  return new Trouble(404, {
    code: 'no-picture-yet',
    message: 'There is no picture of that now.',
    got: id,
    expected: 'a case of your unit whose camera gives pictures',
  });
}
