import type { CameraSource } from '#config/camera.ts';
import { connectFile } from './files/connect.ts';
import { connectHls } from './hls/connect.ts';
import { connectRtsp } from './rtsp/connect.ts';
import type { Stream, StreamListener, StreamOptions, StreamTiming } from './stream.ts';
import { type Connect, Watch } from './watch.ts';

export type { Stream, StreamListener, StreamOptions } from './stream.ts';

/** A kind of source: how to connect, and how long its silence is normal. */
interface Opener {
  schemes: RegExp;
  connect(url: string, options: StreamOptions): Connect;
  silentAfterMs: number;
}

/** HLS delivers segments of some seconds at once, and its server may be late with the next. */
const OPENERS: readonly Opener[] = [
  { schemes: /^rtsps?:/i, connect: connectRtsp, silentAfterMs: 3500 },
  { schemes: /^https?:/i, connect: connectHls, silentAfterMs: 20_000 },
  { schemes: /^file:/i, connect: connectFile, silentAfterMs: 3500 },
];

/**
 * Opens a camera and keeps it open: reconnects for ever, until `close()`. Never throws for what a camera does; a
 * listener that throws is not called less.
 * @throws RangeError for an address whose scheme no opener knows
 */
export function openStream(source: CameraSource, listener: StreamListener, options: StreamOptions = {}): Stream {
  const opener = OPENERS.find(({ schemes }) => schemes.test(source.url));
  if (opener === undefined)
    throw new RangeError(
      `got an address that begins with "${source.url.slice(0, source.url.indexOf(':') + 1)}", expected rtsp:, rtsps:, http:, https: or file:`,
    );
  const timing: StreamTiming = {
    silentAfterMs: options.silentAfterMs ?? opener.silentAfterMs,
    firstRetryMs: options.firstRetryMs ?? 1000,
    backoffAfterMs: options.backoffAfterMs ?? 60_000,
    maxRetryMs: options.maxRetryMs ?? 60_000,
    refusedRetryMs: options.refusedRetryMs ?? 1_800_000,
  };
  return new Watch(opener.connect(source.url, options), listener, timing, options.keyUnitsOnly === true);
}
