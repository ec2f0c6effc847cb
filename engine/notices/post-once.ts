import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

const ANSWER_WITHIN_MS = 8000;

/**
 * Posts bytes and says with which status they were taken. Follows no redirect: an address leads where it was set to lead.
 * @param ca of a certificate that is trusted besides those of the system
 */
export function postOnce(url: string, headers: Record<string, string>, body: Uint8Array, ca?: string): Promise<number> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const post = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'Content-Length': body.byteLength },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ca,
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    post.once('error', reject);
    post.end(body);
  });
}
