import type { AccessUnit, VideoCodec } from '../access-unit.ts';
import { nowMs } from '../clock.ts';
import type { FaultCode } from '../faults.ts';
import { type HlsProgram, startHlsProgram } from '../ffmpeg.ts';
import { describeUnit } from '../nal-units/describe.ts';
import { ParameterSets } from '../nal-units/parameter-sets.ts';
import { parseAddress } from '../rtsp/address.ts';
import type { Connect, Connection, Progress } from '../watch.ts';
import { UnitSplitter } from './unit-splitter.ts';

/** What is learnt of a playlist and kept from one connection to the next. */
interface Playlist {
  url: string;
  codec: VideoCodec;
}

/**
 * Opens an HLS playlist over `http://` or `https://`: one ffmpeg program fetches it, without decoding. A picture is
 * passed on when the next one begins. A playlist that gets no new segments is silent, and the watch starts anew.
 */
export function connectHls(url: string): Connect {
  const playlist: Playlist = { url: withEncodedCredentials(url), codec: 'h264' };
  return (progress) => new HlsConnection(playlist, progress);
}

class HlsConnection implements Connection {
  readonly #progress: Progress;
  readonly #codec: VideoCodec;
  readonly #sets: ParameterSets;
  readonly #program: HlsProgram;
  /** From the begin, or a unit that was not wanted, to the next key. */
  #broken = true;

  constructor(playlist: Playlist, progress: Progress) {
    this.#progress = progress;
    this.#codec = playlist.codec;
    this.#sets = new ParameterSets(playlist.codec);
    const splitter = new UnitSplitter(playlist.codec, (data) => this.#unit(data));
    this.#program = startHlsProgram(playlist.url, playlist.codec, {
      onBytes: (chunk) => {
        progress.counters.bytes += chunk.length;
        try {
          splitter.push(chunk);
        } catch (error) {
          progress.ended('garbled', (error as Error).message);
        }
      },
      onEnd: (reason, lines) => {
        const other = otherCodec(lines, playlist.codec);
        if (other === null) progress.ended(faultOf(reason), reason);
        else {
          playlist.codec = other;
          progress.otherwise();
        }
      },
    });
  }

  close(): Promise<void> {
    return this.#program.stop();
  }

  #unit(data: Buffer): void {
    const unit = describeUnit(this.#codec, data, this.#sets, nowMs());
    if (unit === null) return;
    if (unit.key) this.#broken = false;
    else if (this.#progress.keyUnitsOnly) {
      this.#broken = true;
      this.#progress.skippedUnit();
      return;
    }
    this.#progress.unit(this.#broken ? notWhole(unit) : unit);
  }
}

/** What ffmpeg and its libraries print, by what it means; the first that fits. */
const SAYINGS: readonly [RegExp, FaultCode][] = [
  [/needs the ffmpeg program/, 'program-missing'],
  [/the playlist ended/, 'playlist-ended'],
  [/\b401\b|authorization failed/i, 'wrong-credentials'],
  [/\b403\b/, 'forbidden'],
  [/\b(404|410)\b/, 'not-found'],
  [/\b(429|503)\b/, 'busy'],
  [/\b[45]\d\d\b|HTTP error|Server returned/i, 'server-error'],
  [/failed to resolve|name or service not known|resolution/i, 'unknown-host'],
  [/refused|timed out|unreachable|no route/i, 'unreachable'],
  [/reset by peer|broken pipe|end of file/i, 'connection-lost'],
  [/matches no streams|does not contain any stream|not supported by the bitstream filter/i, 'no-video'],
];

function faultOf(reason: string): FaultCode {
  return SAYINGS.find(([saying]) => saying.test(reason))?.[1] ?? 'garbled';
}

/** A picture that does not follow a key without a gap cannot be decoded. */
function notWhole(unit: AccessUnit): AccessUnit {
  return { ...unit, whole: false };
}

/** The program is started for H.264; it says so when the playlist holds H.265, and the other way round. */
function otherCodec(lines: readonly string[], tried: VideoCodec): VideoCodec | null {
  const refused = lines.join('\n').match(/Codec '(h264|hevc)' \(\d+\) is not supported by the bitstream filter/);
  if (refused === null) return null;
  const codec = refused[1] === 'hevc' ? 'h265' : 'h264';
  return codec === tried ? null : codec;
}

function withEncodedCredentials(url: string): string {
  try {
    const { username, password, plainUrl } = parseAddress(url);
    if (username === null) return plainUrl;
    const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}`;
    return plainUrl.replace('://', `://${credentials}@`);
  } catch {
    return url;
  }
}
