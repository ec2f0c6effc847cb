import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Problem } from '#engine/contract/problem.ts';
import { asProblem, Refused, request } from '../live/ask.ts';

/** Something that an officer did and the server has not confirmed. Kept on the phone until it has, or the officer gives it up. */
export interface OutboxPost {
  n?: number;
  accountId: string;
  clientId: string;
  /** "report:…" while the case that it belongs to is itself still to be sent. */
  caseId: string;
  what: 'step' | 'photo' | 'message' | 'voice' | 'report';
  /** Of a step or a photo: which. */
  kind: string;
  /** Below /api/patrol. */
  path: string;
  json: object | null;
  blob: Blob | null;
  query: Record<string, string>;
  madeAt: string;
  /** Why the server will not take it as it is; null: it waits for its turn, or for the network. */
  conflict: Problem | null;
}

interface KeptOnPhone extends DBSchema {
  outbox: { key: number; value: OutboxPost };
  kept: { key: string; value: unknown };
}

let opening: Promise<IDBPDatabase<KeptOnPhone>> | null = null;

function openKept(): Promise<IDBPDatabase<KeptOnPhone>> {
  opening ??= openDB<KeptOnPhone>('chengnao-patrol', 1, {
    upgrade(db) {
      db.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true });
      db.createObjectStore('kept');
    },
  });
  return opening;
}

export async function keepOnPhone(key: string, value: unknown): Promise<void> {
  await (await openKept()).put('kept', value, key);
}

export async function readKept(key: string): Promise<unknown> {
  return (await openKept()).get('kept', key);
}

/** Who was here last: without a network they go on. */
export const ACCOUNT_KEPT_AS = 'chengnao.patrol.account';

/** All that was kept of what the server told, whoever's it was; what is to be sent stays. */
export async function forgetKept(): Promise<void> {
  localStorage.removeItem(ACCOUNT_KEPT_AS);
  await (await openKept()).clear('kept');
}

/** In the order in which they were made; all of them stand on the disk before the first is sent. */
export async function putPosts(posts: readonly Omit<OutboxPost, 'n'>[]): Promise<void> {
  const trx = (await openKept()).transaction('outbox', 'readwrite');
  for (const post of posts) void trx.store.add(post as OutboxPost);
  await trx.done;
}

export async function readPosts(accountId: string): Promise<OutboxPost[]> {
  return (await (await openKept()).getAll('outbox')).filter((post) => post.accountId === accountId);
}

export async function changePost(post: OutboxPost): Promise<void> {
  await (await openKept()).put('outbox', post);
}

export async function removePost(post: OutboxPost): Promise<void> {
  if (post.n !== undefined) await (await openKept()).delete('outbox', post.n);
}

const SENT_WITHIN_MS = 180_000;

/** Whether a failure is for the server or the network to mend, by trying again later. */
function passes({ status }: Refused): boolean {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

/** Whether others need not be tried: nobody is signed in, or not even a few words came through. A picture may just be too large. */
function stopsAll({ status }: Refused, { blob }: OutboxPost): boolean {
  return status === 401 || (status === 0 && (blob === null || !navigator.onLine));
}

/**
 * Sends what waits, in order. What the server refuses is kept with the reason, and with it all that comes after it on the same case;
 * other cases go on, also where one waits for a weak line or an ailing server. One page at a time does this.
 * @param onSent after each that was taken or refused
 * @returns whether all that could be sent was; false: try again
 */
export async function sendPosts(accountId: string, onSent: () => Promise<void>): Promise<boolean> {
  const send = () => sendInOrder(accountId, onSent);
  return navigator.locks ? navigator.locks.request('chengnao-patrol-outbox', send) : send();
}

async function sendInOrder(accountId: string, onSent: () => Promise<void>): Promise<boolean> {
  const delayed = new Set<string>();
  for (;;) {
    const posts = await readPosts(accountId);
    const refused = new Set(posts.filter(({ conflict }) => conflict !== null).map(({ caseId }) => caseId));
    const next = posts.find(({ caseId }) => !refused.has(caseId) && !delayed.has(caseId));
    if (!next) return delayed.size === 0;
    try {
      const answer = await sendOne(next);
      if (next.what === 'report') await nameCase(accountId, next, answer);
      await removePost(next);
    } catch (error) {
      if (!(error instanceof Refused) || stopsAll(error, next)) return false;
      if (passes(error)) {
        delayed.add(next.caseId);
        continue;
      }
      await changePost({ ...next, conflict: asProblem(error) });
    }
    await onSent();
  }
}

async function sendOne({ path, json, blob, query }: OutboxPost): Promise<unknown> {
  const asked = new URLSearchParams(query);
  const address = asked.size > 0 ? `/api/patrol${path}?${asked}` : `/api/patrol${path}`;
  const init = blob
    ? { body: blob, headers: { 'content-type': blob.type || 'application/octet-stream' } }
    : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
  const answer = await request(address, { method: 'POST', ...init }, SENT_WITHIN_MS);
  return answer.status === 204 ? null : answer.json();
}

/** What belongs to a report learns which case it became. */
async function nameCase(accountId: string, { clientId }: OutboxPost, answer: unknown): Promise<void> {
  const id = (answer as { id?: string } | null)?.id;
  if (!id) return;
  for (const post of await readPosts(accountId)) {
    if (post.caseId !== `report:${clientId}` || post.what === 'report') continue;
    await changePost({ ...post, caseId: id, path: post.path.replace('{case}', encodeURIComponent(id)) });
  }
}
