import type { Request, Response } from 'express';
import { Trouble } from './trouble.ts';

/**
 * A request's body as it came, in memory: for what is small.
 * @throws Trouble 413 `file-too-large`, by the length it states or as soon as it has grown too long; 400 `request-aborted`
 */
export async function readBytes(request: Request, response: Response, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = Number(request.headers['content-length'] ?? 0);
  const assertFits = () => {
    if (bytes <= mostBytes) return;
    // The rest of the body is not waited for: this connection serves no further request.
    response.set('Connection', 'close');
    throw new Trouble(413, {
      code: 'file-too-large',
      message: 'The file is too large.',
      got: `${bytes} bytes or more`,
      expected: `at most ${mostBytes} bytes`,
    });
  };
  assertFits();
  bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      assertFits();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Trouble) throw error;
    const message = 'The request broke off.';
    throw new Trouble(400, { code: 'request-aborted', message, got: null, expected: 'the whole file' });
  }
  return Buffer.concat(chunks);
}
