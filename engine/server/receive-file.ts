import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { Trouble } from './trouble.ts';

export interface ReceivedFile {
  path: string;
  remove(): Promise<void>;
}

/**
 * Puts a request's body into a file of its own, for whoever reads it to remove. One that is too large is refused by the
 * length it states, or as soon as it has grown too long; the rest is not read.
 * @throws Trouble 413 `file-too-large`, 400 `request-aborted`.
 */
export async function receiveFile(request: Request, response: Response, mostBytes: number): Promise<ReceivedFile> {
  const stated = Number(request.headers['content-length'] ?? 0);
  // The rest of the body is not waited for: this connection serves no further request.
  if (stated > mostBytes) response.set('Connection', 'close');
  if (stated > mostBytes) throw tooLarge(stated, mostBytes);
  const folder = await mkdtemp(join(tmpdir(), 'chengnao-register-'));
  const path = join(folder, 'register');
  const remove = () => rm(folder, { recursive: true, force: true });
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      if (bytes > mostBytes) next(tooLarge(bytes, mostBytes));
      else next(null, chunk);
    },
  });
  try {
    // The request outlives the failure: it is answered.
    await pipeline(request.iterator({ destroyOnReturn: false }), counted, createWriteStream(path, { mode: 0o600 }));
    return { path, remove };
  } catch (error) {
    await remove();
    if (!(error instanceof Trouble)) throw aborted();
    response.set('Connection', 'close');
    throw error;
  }
}

function tooLarge(bytes: number, mostBytes: number): Trouble {
  return new Trouble(413, {
    code: 'file-too-large',
    message: 'The file is too large.',
    got: `${bytes} bytes or more`,
    expected: `at most ${mostBytes} bytes`,
  });
}

function aborted(): Trouble {
  return new Trouble(400, {
    code: 'request-aborted',
    message: 'The request broke off.',
    got: null,
    expected: 'the whole file',
  });
}
