import type { FaultCode } from '../faults.ts';
import type { Probe } from '../probe-answer.ts';
import { parseAddress } from '../rtsp/address.ts';
import { faultOfSocket } from '../rtsp/dial.ts';

const STATUS_FAULTS: Record<number, FaultCode> = {
  401: 'wrong-credentials',
  403: 'forbidden',
  404: 'not-found',
  410: 'not-found',
  429: 'busy',
  503: 'busy',
};
/** A playlist is some kilobytes; of what is none no more is read. */
const LONGEST_PLAYLIST_BYTES = 256 * 1024;

/** Fetches the playlist and none of its segments. */
export async function probeHls(url: string, timeoutMs: number): Promise<Probe> {
  let reached = false;
  const stop = AbortSignal.timeout(timeoutMs);
  try {
    const { plainUrl, username, password } = parseAddress(url);
    const credentials = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
    const headers = username === null ? {} : { authorization: `Basic ${credentials}` };
    const response = await fetch(plainUrl, { headers, signal: stop });
    reached = true;
    if (!response.ok) {
      await response.body?.cancel();
      const missing = response.status === 401 && username === null;
      const code = missing ? 'credentials-missing' : (STATUS_FAULTS[response.status] ?? 'server-error');
      return { code, reason: `the playlist was answered ${response.status}`, reached };
    }
    const text = await readStart(response);
    if (!text.trimStart().startsWith('#EXTM3U'))
      return { code: 'garbled', reason: 'what came is no playlist', reached };
    if (text.includes('#EXT-X-ENDLIST')) return { code: 'playlist-ended', reason: null, reached };
    return { code: null, reason: null, reached };
  } catch (error) {
    if (error instanceof RangeError) return { code: 'bad-address', reason: error.message, reached: true };
    if (stop.aborted)
      return { code: 'unreachable', reason: `no answer for ${(timeoutMs / 1000).toFixed(1)} s`, reached };
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    const [code, reason] = faultOfSocket(cause);
    return { code, reason, reached: code === 'connection-lost' };
  }
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_PLAYLIST_BYTES) break;
  }
  return text;
}
