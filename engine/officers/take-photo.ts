import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Kysely, Transaction } from 'kysely';
import sharp from 'sharp';
import { place as placeFile } from '../alerts/evidence-files.ts';
import type { Account } from '../contract/account.ts';
import { distanceBetweenM } from '../contract/distance.ts';
import type { PhotoDoubt, PhotoQuery } from '../contract/patrol.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { CameBeforeError, notePost, postedBefore } from './posts.ts';
import { readPhotoFacts } from './read-exif.ts';

export const LARGEST_PHOTO_BYTES = 20 * 2 ** 20;
/** A photo from farther away than this, beyond what the phone may be wrong by, is marked. */
export const PHOTO_WITHIN_M = 200;
const MOST_PIXELS = 64_000_000;
const KEPT_SIDE_PX = 2560;
const READ_FORMATS: readonly string[] = ['jpeg', 'png', 'webp'];
const CLOCKS_DIFFER_MS = 120_000;
const SENT_AROUND_MS = 300_000;
const DAY_MS = 86_400_000;

type LngLat = [number, number];

/** Where a photo is put, and what it is judged by. */
export interface PhotoRoom {
  folder: string;
  timeZone: string;
}

/**
 * Keeps a photo of a case: upright, at most 2560 px a side, and without anything that the phone wrote into it. Where it was
 * taken is kept beside it and told to nobody; what is odd about its place or time is said with it.
 * @param withIt what else is written in its transaction
 * @throws Refusal 422 `no-photo`, 409 `id-taken`.
 */
export async function takePhoto(
  db: Kysely<Schema>,
  account: Account,
  caseId: string,
  query: PhotoQuery,
  bytes: Buffer,
  room: PhotoRoom,
  withIt?: (trx: Transaction<Schema>) => Promise<void>,
): Promise<void> {
  const post = { clientId: query.clientId, what: `photo-${query.kind}`, caseId, doneAt: new Date(query.takenAt) };
  if ((await postedBefore(db, account, post)) !== null) return;
  const { jpeg, widthPx, heightPx, exif } = await upright(bytes);
  const said = readPhotoFacts(exif, room.timeZone);
  const device: LngLat | null = query.lng === undefined || query.lat === undefined ? null : [query.lng, query.lat];
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const takenAt = said.takenAt ?? new Date(query.takenAt);
  const path = `${caseId}/${query.clientId}.jpg`;
  try {
    await db.transaction().execute(async (trx) => {
      const one = await trx.selectFrom('cases').select('lng_lat').where('id', '=', caseId).executeTakeFirstOrThrow();
      const place = said.lngLat ?? device;
      const distanceM = place && distanceBetweenM(place, [one.lng_lat.x, one.lng_lat.y]);
      const doubts = await doubtsOf(
        trx,
        caseId,
        { kind: query.kind, takenAt, sha256, said: said.lngLat, device, distanceM },
        query,
      );
      await notePost(trx, account, post);
      await trx
        .insertInto('case_photos')
        .values({
          ...{ id: query.clientId, case_id: caseId, kind: query.kind, path, sha256, doubts },
          ...{ account_id: account.id, by: account.displayName, taken_at: takenAt },
          ...{ width_px: widthPx, height_px: heightPx, distance_m: distanceM },
          lng_lat: place && `(${place[0]},${place[1]})`,
          accuracy_m: said.lngLat ? null : (query.accuracyM ?? null),
        })
        .execute();
      await withIt?.(trx);
      // Safe on disk before the row can be seen. The post is noted: nobody else writes a file of its id meanwhile.
      await placeFile(room.folder, path, (part) => writeFile(part, jpeg, { mode: 0o600 }));
    });
  } catch (error) {
    if (!(error instanceof CameBeforeError)) throw error;
  }
}

async function upright(
  bytes: Buffer,
): Promise<{ jpeg: Buffer; widthPx: number; heightPx: number; exif: Buffer | undefined }> {
  try {
    const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' });
    const { format, exif } = await picture.metadata();
    if (!READ_FORMATS.includes(format ?? '')) throw new Error(`a file of the kind ${format}`);
    const { data, info } = await picture
      .autoOrient()
      .resize(KEPT_SIDE_PX, KEPT_SIDE_PX, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 85 })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, widthPx: info.width, heightPx: info.height, exif };
  } catch (cause) {
    throw new Refusal(422, 'no-photo', 'That is no photo that can be read.', {
      got: cause instanceof Error ? cause.message : String(cause),
      expected: `a whole picture: ${READ_FORMATS.join(', ')}`,
      cause,
    });
  }
}

interface JudgedPhoto {
  kind: PhotoQuery['kind'];
  takenAt: Date;
  sha256: string;
  said: LngLat | null;
  device: LngLat | null;
  distanceM: number | null;
}

async function doubtsOf(
  trx: Transaction<Schema>,
  caseId: string,
  { kind, takenAt, sha256, said, device, distanceM }: JudgedPhoto,
  { accuracyM = 0 }: PhotoQuery,
): Promise<PhotoDoubt[]> {
  const doubts: PhotoDoubt[] = [];
  const offM = said ? 0 : accuracyM;
  if (distanceM === null) doubts.push('no-place');
  else if (distanceM - offM > PHOTO_WITHIN_M) doubts.push('far');
  if (said && device && distanceBetweenM(said, device) - accuracyM > PHOTO_WITHIN_M) doubts.push('places-differ');
  const sent = await trx
    .selectFrom('case_entries')
    .select('at')
    .where('case_id', '=', caseId)
    .where('kind', 'in', ['assigned', 'rework'])
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  const isOfStep = kind === 'before' || kind === 'after';
  const oldest = isOfStep && sent ? sent.at.getTime() - SENT_AROUND_MS : Date.now() - DAY_MS;
  if (takenAt.getTime() < oldest) doubts.push('old');
  if (takenAt.getTime() > Date.now() + CLOCKS_DIFFER_MS) doubts.push('in-future');
  const same = await trx
    .selectFrom('case_photos')
    .select('id')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst();
  if (same) doubts.push('seen-before');
  return doubts;
}
