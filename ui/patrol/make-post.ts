import type { PhotoKind } from '#engine/contract/patrol.ts';
import type { OutboxPost } from './outbox.ts';
import { type Whereabouts, whereNow } from './whereabouts.ts';

type NewPost = Omit<OutboxPost, 'n' | 'accountId' | 'conflict'>;

/** Also on a page over plain HTTP, where the browser makes no ids. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const below = (caseId: string): string =>
  caseId.startsWith('report:') ? '/cases/{case}' : `/cases/${encodeURIComponent(caseId)}`;

function postOf(caseId: string, what: OutboxPost['what'], kind: string, rest: Partial<NewPost>): NewPost {
  const made = { clientId: newId(), madeAt: new Date().toISOString(), path: `${below(caseId)}/${what}s` };
  return { ...made, caseId, what, kind, json: null, blob: null, query: {}, ...rest };
}

/** What an officer did with a case. */
export function stepPost(caseId: string, kind: string, note = ''): NewPost {
  const post = postOf(caseId, 'step', kind, {});
  return { ...post, json: { clientId: post.clientId, kind, note, doneAt: post.madeAt } };
}

/** A photo, with where the phone says that it is now; where that is not known, it is sent without. */
export async function photoPost(caseId: string, kind: PhotoKind, blob: Blob): Promise<NewPost> {
  const place = await whereNow();
  const post = postOf(caseId, 'photo', kind, { blob });
  return { ...post, query: { clientId: post.clientId, kind, takenAt: post.madeAt, ...placeQuery(place) } };
}

export function messagePost(caseId: string, text: string): NewPost {
  const post = postOf(caseId, 'message', 'message', {});
  return { ...post, json: { clientId: post.clientId, text } };
}

export function voicePost(caseId: string, blob: Blob, durationMs: number): NewPost {
  const post = postOf(caseId, 'voice', 'voice', { blob });
  return { ...post, query: { clientId: post.clientId, durationMs: String(Math.round(durationMs)) } };
}

/** A problem that nobody had seen yet, with its photo if there is one. */
export async function reportPosts(
  report: { rule: string; place: string; note: string; lngLat: [number, number] },
  photo: Blob | null,
): Promise<NewPost[]> {
  const clientId = newId();
  const caseId = `report:${clientId}`;
  const post = postOf(caseId, 'report', report.rule, { path: '/reports' });
  const json = { clientId, ...report, doneAt: post.madeAt };
  return [{ ...post, clientId, json }, ...(photo ? [await photoPost(caseId, 'report', photo)] : [])];
}

function placeQuery(place: Whereabouts | null): Record<string, string> {
  if (!place) return {};
  const { lngLat, accuracyM } = place;
  return { lng: String(lngLat[0]), lat: String(lngLat[1]), accuracyM: String(Math.round(accuracyM)) };
}
