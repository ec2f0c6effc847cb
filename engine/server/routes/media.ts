import { access, rm } from 'node:fs/promises';
import { nowMs } from '#streams/clock.ts';
import { withoutAddresses } from '#streams/mask.ts';
import { recordUse } from '../../accounts/record-use.ts';
import { refusedCamera } from '../../accounts/sight.ts';
import { seesScope } from '../../accounts/visible-to.ts';
import { readClipPath } from '../../alerts/clip-on-wire.ts';
import { evidencePath, readAlert } from '../../alerts/read-alerts.ts';
import { readCamera } from '../../cameras/read-cameras.ts';
import { listDownloads, recordDownload, recordSnapshot } from '../../clips/downloads.ts';
import { CopiesBusyError } from '../../clips/turns.ts';
import { NewMediaDownload, NewSnapshot } from '../../contract/media-download.ts';
import { notVisible, Refusal } from '../../contract/refusal.ts';
import { type Route, route } from '../route.ts';
import { ById, DownloadQuery, MediaDownloadList } from '../shapes.ts';
import { Trouble } from '../trouble.ts';

/** The last picture of a camera that went silent stays on the page, and is worth saving. */
const SHOWN_WITHIN_MS = 86_400_000;
const CLOCKS_DIFFER_MS = 2000;

/** An alert's clip, and copies of what shows people and plates: each is marked with who got it, and recorded. */
export const MEDIA_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/alerts/:id/clip.mp4',
    recorded: true,
    who: 'alerts.read',
    summary: 'The video around the alert’s onset, as the camera sent it; ranges are answered.',
    params: ById,
    answer: { mediaType: 'video/mp4' },
    async run({ context, account, params }) {
      const file = await readClipPath(context.store, account, params.id);
      if (file === null || !(await isThere(file))) throw noClip(params.id);
      return { file, headers: { 'Cache-Control': 'private, no-cache' } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/alerts/:id/downloads',
    who: 'alerts.read',
    summary:
      'A copy of the alert’s clip (MP4) or of one of its pictures (JPEG) that shows who got it and when; recorded.',
    params: ById,
    body: NewMediaDownload,
    answer: { mediaType: 'application/octet-stream' },
    async run({ context, account, params, body, request, response }) {
      const { store, copies } = context;
      const alert = await readAlert(store.db, account, params.id);
      if (alert === null) throw notVisible('alert', params.id);
      const isClip = body.what === 'clip';
      const source = isClip
        ? await readClipPath(store, account, params.id)
        : await evidencePath(store, account, params.id, body.moment);
      if (source === null || !(await isThere(source)))
        throw isClip ? noClip(params.id) : noPicture(params.id, body.moment);
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const order = { source, account, alert, signal: gone.signal } as const;
      const file = await copies.make({ ...order, kind: isClip ? 'video' : 'picture' }).catch(asTrouble);
      gone.signal.addEventListener('abort', () => void rm(file, { force: true }));
      if (gone.signal.aborted) {
        await rm(file, { force: true });
        asTrouble(gone.signal.reason);
      }
      await recordDownload(store.db, account, params.id, body, request.socket.remoteAddress ?? '');
      response.type(isClip ? 'mp4' : 'jpg');
      return { file, headers: { 'Cache-Control': 'no-store' } };
    },
  }),
  // The page has decoded the picture; the engine has it no longer. What the mark says of account, hour and camera is the
  // engine's, when the picture was captured is the page's word. A page gets no mark without a record, and the page's button
  // saves nothing without a mark. Whoever photographs the screen, or reads the picture out of the browser's memory, is
  // neither marked nor recorded by this: that the video was opened is.
  route({
    method: 'POST',
    path: '/api/cameras/:id/snapshots',
    who: 'cameras.read',
    summary: 'Records that a picture of the live video is saved, and answers with the mark to lay over it (PNG).',
    params: ById,
    body: NewSnapshot,
    answer: { mediaType: 'image/png' },
    async run({ context, account, params: { id }, body: { capturedAt, ...sizePx }, request }) {
      const { store, copies } = context;
      const camera = await readCamera(store.db, account, id, 'play');
      if (camera === null) throw await refusedCamera(store.db, account, id, 'play');
      const capturedAtMs = Date.parse(capturedAt);
      const ageMs = nowMs() - capturedAtMs;
      if (ageMs > SHOWN_WITHIN_MS || ageMs < -CLOCKS_DIFFER_MS) throw noLivePicture(capturedAt);
      const cameraName = camera.config.name;
      const bytes = await copies.snapshotMark({ account, cameraName, capturedAtMs, ...sizePx }).catch(asTrouble);
      if (!seesScope(account, camera)) await recordUse(store.db, account, 'picture', id);
      await recordSnapshot(store.db, account, id, new Date(capturedAtMs), request.socket.remoteAddress ?? '');
      return { bytes, headers: { 'Cache-Control': 'no-store' } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/downloads',
    who: 'downloads.read',
    summary: 'Who was given copies of what, newest first.',
    query: DownloadQuery,
    answer: MediaDownloadList,
    async run({ context, account, query }) {
      return { items: await listDownloads(context.store.db, account, query) };
    },
  }),
];

function noLivePicture(capturedAt: string): Refusal {
  return new Refusal(422, 'no-live-picture', 'That is not the time of a picture of live video.', {
    got: capturedAt,
    expected: 'a time of the last 24 hours',
  });
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function asTrouble(error: unknown): never {
  if (!(error instanceof CopiesBusyError)) {
    const message = error instanceof Error ? withoutAddresses(error.message) : String(error);
    throw new Trouble(503, { code: 'copy-not-made', message, got: null, expected: 'the ffmpeg program at work' });
  }
  throw new Trouble(
    503,
    { code: 'copies-busy', message: error.message, got: 'another copy', expected: 'a request some seconds later' },
    { 'Retry-After': String(error.retryAfterS) },
  );
}

/** The same whether the alert is not there, not visible, or has no clip. */
function noClip(id: string): Trouble {
  return new Trouble(404, {
    code: 'no-clip',
    message: `There is no clip of an alert "${id}".`,
    got: id,
    expected: 'an alert whose clip is ready',
  });
}

function noPicture(id: string, moment: string): Trouble {
  return new Trouble(404, {
    code: 'no-evidence',
    message: `There is no ${moment} picture of an alert "${id}".`,
    got: { id, moment },
    expected: 'a picture that the alert’s evidence lists',
  });
}
