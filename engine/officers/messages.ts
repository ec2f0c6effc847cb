import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { place } from '../alerts/evidence-files.ts';
import type { Account } from '../contract/account.ts';
import type { NewMessage, PhotoQuery } from '../contract/patrol.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { CameBeforeError, notePost, postedBefore } from './posts.ts';
import { type PhotoRoom, takePhoto } from './take-photo.ts';

export const LARGEST_VOICE_BYTES = 2 * 2 ** 20;

type Side = 'desk' | 'officer';

/** Says something on a case, once for each id that the phone or the page gave. */
export async function say(
  db: Kysely<Schema>,
  account: Account,
  side: Side,
  caseId: string,
  { clientId, text }: NewMessage,
): Promise<void> {
  const post = { clientId, what: 'message', caseId, doneAt: new Date() };
  await once(db, account, post, async (trx) => {
    await trx
      .insertInto('case_messages')
      .values({ ...spoken(account, side, caseId, clientId), text })
      .execute();
  });
}

/** Shows a photo on a case, as a message. */
export async function sayWithPhoto(
  db: Kysely<Schema>,
  account: Account,
  side: Side,
  caseId: string,
  query: PhotoQuery,
  bytes: Buffer,
  room: PhotoRoom,
): Promise<void> {
  await takePhoto(db, account, caseId, query, bytes, room, async (trx) => {
    const { clientId } = query;
    await trx
      .insertInto('case_messages')
      .values({ ...spoken(account, side, caseId, clientId), photo_id: clientId })
      .execute();
  });
}

/**
 * Leaves a voice note on a case. What it is its own bytes say, not its name.
 * @throws Refusal 422 `no-voice`
 */
export async function sayAloud(
  db: Kysely<Schema>,
  account: Account,
  side: Side,
  caseId: string,
  { clientId, durationMs }: { clientId: string; durationMs: number },
  bytes: Buffer,
  { folder }: PhotoRoom,
): Promise<void> {
  const type = voiceType(bytes);
  if (!type) {
    throw new Refusal(422, 'no-voice', 'That is no voice note that can be played.', {
      got: bytes.subarray(0, 12).toString('hex'),
      expected: 'a file of WebM, Ogg or MP4',
    });
  }
  const post = { clientId, what: 'voice', caseId, doneAt: new Date() };
  const path = `${caseId}/${clientId}.voice`;
  await once(db, account, post, async (trx) => {
    await trx
      .insertInto('case_messages')
      .values({
        ...spoken(account, side, caseId, clientId),
        ...{ voice_path: path, voice_type: type, voice_ms: durationMs },
      })
      .execute();
    // Safe on disk before the row can be seen. The post is noted: nobody else writes a file of its id meanwhile.
    await place(folder, path, (part) => writeFile(part, bytes, { mode: 0o600 }));
  });
}

/** A voice note's file and what it is; null: the case has none of that id, or had none by then. */
export async function readVoice(
  db: Kysely<Schema>,
  folder: string,
  caseId: string,
  id: string,
  until: Date | null = null,
): Promise<{ file: string; mediaType: string } | null> {
  const row = await db
    .selectFrom('case_messages')
    .select(['voice_path', 'voice_type'])
    .where('id', '=', id)
    .where('case_id', '=', caseId)
    .where('voice_path', 'is not', null)
    .$if(until !== null, (query) => query.where('at', '<=', until!))
    .executeTakeFirst();
  return row?.voice_path && row.voice_type ? { file: join(folder, row.voice_path), mediaType: row.voice_type } : null;
}

async function once(
  db: Kysely<Schema>,
  account: Account,
  post: Parameters<typeof notePost>[2],
  run: (trx: Parameters<typeof notePost>[0]) => Promise<void>,
): Promise<void> {
  if ((await postedBefore(db, account, post)) !== null) return;
  try {
    await db.transaction().execute(async (trx) => {
      await notePost(trx, account, post);
      await run(trx);
    });
  } catch (error) {
    if (!(error instanceof CameBeforeError)) throw error;
  }
}

function spoken({ id: account_id, displayName }: Account, from_side: Side, case_id: string, id: string) {
  return { id, case_id, from_side, account_id, by: displayName };
}

function voiceType(bytes: Buffer): string | null {
  if (bytes.subarray(0, 4).toString('hex') === '1a45dfa3') return 'audio/webm';
  if (bytes.subarray(0, 4).toString('latin1') === 'OggS') return 'audio/ogg';
  return bytes.subarray(4, 8).toString('latin1') === 'ftyp' ? 'audio/mp4' : null;
}
