import { sha256 } from '@noble/hashes/sha2.js';
import { AlgorithmUpload, type NewAlgorithmUpload } from '#engine/contract/algorithm.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, post, Refused } from '../live/ask.ts';

const PART_BYTES = 4 * 2 ** 20;
const AGAIN_AFTER_MS = 2000;
/** Refusals after which the server is asked how much it has. */
const ASKED_ANEW = new Set(['offset-differs', 'request-aborted', 'upload-busy', 'unreachable']);

/** hashing: before it is announced; broken: the line is, and it is tried again; refused: see its problem. */
type SendingState = 'hashing' | 'sending' | 'paused' | 'broken' | 'refused' | 'done';

/** A file on its way to the server. It goes on while the person looks at another page, until this one is closed. */
export interface Sending {
  readonly state: SendingState;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly problem: Problem | null;
}

const sendings = new Map<string, Sending>();
const files = new Map<string, File>();
const stops = new Map<string, AbortController>();
const listeners = new Set<() => void>();

export function onSendings(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** null: this page does not send it; it may have been begun in another one, or before this one was loaded. */
export const sendingOf = (uploadId: string): Sending | null => sendings.get(uploadId) ?? null;

function become(id: string, part: Partial<Sending>): void {
  const before = sendings.get(id) ?? { state: 'sending', doneBytes: 0, totalBytes: 0, problem: null };
  sendings.set(id, { ...before, ...part });
  for (const listener of listeners) listener();
}

/** The checksum of a file, read in parts: a model may be larger than what a page may hold. */
export async function sha256Of(file: Blob, onShare: (share: number) => void, signal?: AbortSignal): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += PART_BYTES) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(at, at + PART_BYTES).arrayBuffer()));
    onShare(Math.min(1, (at + PART_BYTES) / file.size));
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Announces a file and begins to send it. @throws Refused */
export async function announce(file: File, wanted: Pick<NewAlgorithmUpload, 'name' | 'version' | 'sha256'>) {
  const body = { ...wanted, fileName: file.name, bytes: file.size };
  const upload = await post(AlgorithmUpload, '/api/algorithm-uploads', body);
  goOn(upload, file);
  return upload;
}

/** Sends the rest; `file` is needed once on this page. */
export function goOn(upload: AlgorithmUpload, file = files.get(upload.id)): void {
  if (!file || stops.has(upload.id)) return;
  const { id } = upload;
  files.set(id, file);
  const stop = new AbortController();
  stops.set(id, stop);
  become(id, { state: 'sending', doneBytes: upload.offset, totalBytes: upload.bytes, problem: null });
  void send(id, file, upload.offset, stop.signal).finally(() => stops.delete(id));
}

export const hasFile = (uploadId: string): boolean => files.has(uploadId);

export function pause(uploadId: string): void {
  stops.get(uploadId)?.abort();
  become(uploadId, { state: 'paused' });
}

async function send(id: string, file: File, from: number, signal: AbortSignal): Promise<void> {
  let offset = from;
  while (offset < file.size && !signal.aborted) {
    try {
      const { offset: next } = await sendPart(id, file, offset, signal);
      offset = next;
      become(id, { state: 'sending', doneBytes: offset, problem: null });
    } catch (thrown) {
      if (signal.aborted) return;
      const problem = asProblem(thrown);
      if (!(thrown instanceof Refused) || !ASKED_ANEW.has(problem.code)) {
        return become(id, { state: 'refused', problem });
      }
      become(id, { state: 'broken', problem });
      offset = await offsetNow(id, signal, offset);
    }
  }
  if (!signal.aborted) become(id, { state: 'done', doneBytes: file.size, problem: null });
}

function sendPart(id: string, file: File, offset: number, signal: AbortSignal): Promise<AlgorithmUpload> {
  return ask(AlgorithmUpload, `/api/algorithm-uploads/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body: file.slice(offset, offset + PART_BYTES),
    signal,
  });
}

/** How much the server has, asked until it answers. */
async function offsetNow(id: string, signal: AbortSignal, before: number): Promise<number> {
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    try {
      return (await ask(AlgorithmUpload, `/api/algorithm-uploads/${id}`, { signal })).offset;
    } catch (thrown) {
      if (thrown instanceof Refused && thrown.status === 404) throw thrown;
    }
  }
  return before;
}
