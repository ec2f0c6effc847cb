import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Refusal } from '../contract/refusal.ts';
import type { BytesRead } from './register-row.ts';

/**
 * A text file in pieces. UTF-8 when all of it is, GB18030 (with GBK and GB2312 in it) when not; a BOM is taken off.
 * @throws Refusal 422 `not-text` for bytes that are neither, and for NUL, as UTF-16 and binary files have it.
 */
export async function* decodeText(path: string, bytes: BytesRead = { done: 0, total: null }): AsyncGenerator<string> {
  const encoding = (await isUtf8(path)) ? 'utf-8' : 'gb18030';
  const decoder = new TextDecoder(encoding, { fatal: true });
  bytes.total = (await stat(path)).size;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const nul = chunk.indexOf(0);
    if (nul !== -1) throw notText(`a NUL byte at ${bytes.done + nul}`);
    yield decoded(() => decoder.decode(chunk, { stream: true }), bytes.done);
    bytes.done += chunk.length;
  }
  yield decoded(() => decoder.decode(), bytes.done);
}

function decoded(run: () => string, at: number): string {
  try {
    return run();
  } catch (cause) {
    throw notText(`bytes after ${at} that are neither UTF-8 nor GB18030`, cause);
  }
}

function notText(got: string, cause?: unknown): Refusal {
  return new Refusal(422, 'not-text', 'The file is not text in UTF-8 or GB18030.', {
    got,
    expected: 'text in UTF-8 or GB18030 (GBK); save it as one of these',
    cause,
  });
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}
