import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Authorization, readChallenges } from '#streams/rtsp/authorization.ts';
import { OnvifTrouble } from './onvif-trouble.ts';

const LARGEST_ANSWER_BYTES = 1024 * 1024;

export interface Post {
  url: URL;
  body: string;
  action: string;
  /** For devices that want HTTP's own sign-in besides the token in the envelope. */
  username: string;
  password: string;
  /** For all of it: name, connection, sign-in and answer. */
  timeoutMs: number;
}

/**
 * Posts an envelope and reads the whole answer, whatever its status. No redirect is followed: what is asked for may be
 * answered by nobody but the host that the address names.
 * @throws OnvifTrouble
 */
export async function post(given: Post): Promise<{ status: number; xml: string }> {
  const over = AbortSignal.timeout(given.timeoutMs);
  try {
    const first = await once(given, over, null);
    if (first.status !== 401) return first;
    // A password is never sent as it is.
    const challenge = readChallenges(first.challenges).find(({ scheme }) => scheme === 'digest');
    if (!challenge) return first;
    const { url, username, password } = given;
    const signed = new Authorization(challenge, username, password).header('POST', url.pathname + url.search);
    return await once(given, over, signed);
  } catch (error) {
    if (error instanceof OnvifTrouble) throw error;
    if (over.aborted) throw new OnvifTrouble('too-slow', `no whole answer within ${given.timeoutMs} ms`, error);
    throw new OnvifTrouble('unreachable', codeOf(error), error);
  }
}

interface Answer {
  status: number;
  xml: string;
  challenges: string[];
}

function once({ url, body, action }: Post, signal: AbortSignal, authorization: string | null): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: 'POST',
      signal,
      agent: false,
      // Cameras sign their certificates themselves; the digest keeps the password from whoever answers.
      rejectUnauthorized: false,
      headers: {
        'Content-Type': `application/soap+xml; charset=utf-8; action="${action}"`,
        'Content-Length': Buffer.byteLength(body),
        ...(authorization !== null && { Authorization: authorization }),
      },
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      readAll(response).then(
        (xml) => resolve({ status: response.statusCode ?? 0, xml, challenges: challengesOf(response) }),
        (error) => {
          asked.destroy();
          reject(error);
        },
      );
    });
    asked.end(body);
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response) {
    bytes += piece.length;
    if (bytes > LARGEST_ANSWER_BYTES)
      throw new OnvifTrouble('too-large', `the answer has more than ${LARGEST_ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A server may offer several, each in a header of its own. */
function challengesOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === 'www-authenticate');
}

/** ECONNREFUSED and its like: what the system calls it, without the address. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'the connection broke off';
}
