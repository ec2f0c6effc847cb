import ffmpeg from 'fluent-ffmpeg';
import type { VideoCodec } from './access-unit.ts';
import { maskAddress } from './mask.ts';

export interface HlsProgram {
  /** Kills the program; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface HlsProgramListener {
  onBytes(chunk: Buffer): void;
  /** The program is gone; `lines` are the last of its stderr, without credentials. Once. */
  onEnd(reason: string, lines: string[]): void;
}

/** Elementary streams with an access unit delimiter before every picture. */
const OUTPUTS: Record<VideoCodec, string[]> = {
  h264: ['-bsf:v', 'h264_mp4toannexb,h264_metadata=aud=insert', '-f', 'h264'],
  h265: ['-bsf:v', 'hevc_mp4toannexb,hevc_metadata=aud=insert', '-f', 'hevc'],
};

/** A playlist without a new segment for this many reloads ends the program: one whose parent died must end too. */
const STALE_RELOADS = 12;

/**
 * Starts an ffmpeg program that reads an HLS playlist at the pace of its pictures and writes them, not decoded, as an
 * elementary stream in which an access unit delimiter comes before every picture.
 */
export function startHlsProgram(url: string, codec: VideoCodec, listener: HlsProgramListener): HlsProgram {
  let over = false;
  let gone: () => void = () => {};
  const goneOnce = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const lines: string[] = [];
  const end = (reason: string) => {
    gone();
    if (over) return;
    over = true;
    listener.onEnd(reason, lines.map(maskAddress));
  };
  const command = ffmpeg(url, { stdoutLines: 20 })
    .inputOptions([
      '-nostdin',
      '-readrate',
      '1',
      '-fflags',
      '+discardcorrupt',
      '-rw_timeout',
      '15000000',
      '-m3u8_hold_counters',
      String(STALE_RELOADS),
    ])
    .outputOptions(['-map', '0:v:0', '-an', '-c', 'copy', '-flush_packets', '1', ...OUTPUTS[codec]])
    .on('start', () => {
      if (over) command.kill('SIGKILL');
    })
    .on('stderr', (line: string) => {
      lines.push(line);
      if (lines.length > 20) lines.shift();
    })
    .on('error', (error: Error) => end(reasonOf(error, lines)))
    .on('end', () => end('the playlist ended'));
  command.pipe().on('data', (chunk: Buffer) => {
    if (!over) listener.onBytes(chunk);
  });
  return {
    stop: () => {
      over = true;
      command.kill('SIGKILL');
      return goneOnce;
    },
  };
}

function reasonOf(error: Error, lines: readonly string[]): string {
  if (/cannot find ffmpeg|ENOENT/i.test(error.message))
    return 'this kind of address needs the ffmpeg program, which is not installed (or set FFMPEG_PATH)';
  const told = lines.findLast((line) => /error|failed|refused|denied|not found|invalid|unable|HTTP/i.test(line));
  return told?.trim() ?? error.message;
}
