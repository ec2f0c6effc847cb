import { access, rm } from 'node:fs/promises';
import { withoutAddresses } from '#streams/mask.ts';
import { readClipPath } from '../../alerts/clip-on-wire.ts';
import { evidencePath, readAlert } from '../../alerts/read-alerts.ts';
import { listDownloads, recordDownload } from '../../clips/downloads.ts';
import { CopiesBusyError } from '../../clips/media-copies.ts';
import { NewMediaDownload } from '../../contract/media-download.ts';
import { notVisible } from '../../contract/refusal.ts';
import { type Route, route } from '../route.ts';
import { ById, DownloadQuery, MediaDownloadList } from '../shapes.ts';
import { Trouble } from '../trouble.ts';

/** An alert's clip, and copies of what shows people and plates: each is marked with who got it, and recorded. */
export const MEDIA_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/alerts/:id/clip.mp4',
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
