import type { Readable } from 'node:stream';
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

const MISSING = 'needs the ffmpeg program, which is not installed (or set FFMPEG_PATH)';
/** What takes longer than this hangs. */
const PACKAGE_WITHIN_S = 60;
const OVERLAY_WITHIN_S = 180;
const PICTURES_WITHIN_S = 1200;

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

/** The ffmpeg program is not there, or did not do what it was asked for. */
export class ProgramError extends Error {
  readonly code: 'program-missing' | 'program-failed';

  constructor(code: ProgramError['code'], message: string) {
    super(message);
    this.name = 'ProgramError';
    this.code = code;
  }
}

/**
 * Puts an MPEG transport stream into an MP4 file as it is, pictures and times, ready to be played from its begin.
 * @param transport its bytes, read as fast as the program takes them
 * @throws ProgramError
 */
export async function packageMp4(transport: Readable, codec: VideoCodec, outputFile: string): Promise<void> {
  const command = ffmpeg(transport, { stdoutLines: 20, timeout: PACKAGE_WITHIN_S, niceness: 10 })
    // A stream that was gone for long stays gone for as long: ffmpeg would close up the pause.
    .inputOptions(['-f', 'mpegts', '-dts_delta_threshold', '1000000'])
    .outputOptions(['-map', '0:v:0', '-c', 'copy', ...(codec === 'h265' ? ['-tag:v', 'hvc1'] : [])])
    .outputOptions(['-movflags', '+faststart', '-f', 'mp4']);
  await finished(command, outputFile);
}

/**
 * Lays a picture of the same size over every picture of a video and encodes it anew as H.264, which every browser plays.
 * It takes one core, and that only when nobody else needs it.
 * @throws ProgramError
 */
export async function overlayPicture(
  video: string,
  overlay: string,
  outputFile: string,
  signal?: AbortSignal,
): Promise<void> {
  const command = ffmpeg(video, { stdoutLines: 20, timeout: OVERLAY_WITHIN_S, niceness: 10 })
    .input(overlay)
    .complexFilter('[0:v][1:v]overlay=0:0,format=yuv420p[out]')
    .outputOptions(['-map', '[out]', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-threads', '1'])
    .outputOptions(['-fps_mode', 'vfr', '-movflags', '+faststart', '-f', 'mp4']);
  await finished(command, outputFile, signal);
}

/**
 * Takes a JPEG out of a video every so often.
 * @param container what the file is, as its first bytes say: what it says of other files is not followed
 * @param pattern where they go, their number as %d, from 1 on
 * @throws ProgramError
 */
export async function videoPictures(
  video: string,
  container: 'mov' | 'avi' | 'matroska' | 'mpegts',
  everyMs: number,
  pattern: string,
): Promise<void> {
  const command = ffmpeg(video, { stdoutLines: 20, timeout: PICTURES_WITHIN_S, niceness: 10 })
    .inputOptions(['-f', container, '-protocol_whitelist', 'file', '-threads', '1'])
    .outputOptions([
      '-map',
      '0:v:0',
      '-an',
      '-vf',
      `fps=1000/${everyMs}`,
      '-q:v',
      '2',
      '-threads',
      '1',
      '-f',
      'image2',
    ]);
  await finished(command, pattern);
}

/** The first video of a file: its size in pixels and how long it is. @throws ProgramError for what is no video */
export function probeVideo(file: string): Promise<{ widthPx: number; heightPx: number; durationMs: number }> {
  return new Promise((resolve, reject) => {
    ffmpeg.ffprobe(file, (error: Error | null, data) => {
      const video = data?.streams.find((stream) => stream.codec_type === 'video');
      const durationMs = Number(data?.format.duration) * 1000;
      if (error) reject(programError(error, []));
      else if (!video?.width || !video.height || !(durationMs >= 0))
        reject(new ProgramError('program-failed', 'got a file without a video that lasts, expected one'));
      else resolve({ widthPx: video.width, heightPx: video.height, durationMs });
    });
  });
}

function finished(command: ffmpeg.FfmpegCommand, outputFile: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const stop = () => command.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    command
      .on('start', () => {
        if (signal?.aborted) stop();
      })
      .on('stderr', (line: string) => {
        lines.push(line);
        if (lines.length > 20) lines.shift();
      })
      .on('error', (error: Error) => {
        signal?.removeEventListener('abort', stop);
        reject(programError(error, lines));
      })
      .on('end', () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      })
      .save(outputFile);
  });
}

function programError(error: Error, lines: readonly string[]): ProgramError {
  if (isMissing(error)) return new ProgramError('program-missing', MISSING);
  return new ProgramError('program-failed', maskAddress(reasonOf(error, lines)));
}

function isMissing(error: Error): boolean {
  return /cannot find ff(mpeg|probe)|ENOENT/i.test(error.message);
}

function reasonOf(error: Error, lines: readonly string[]): string {
  if (isMissing(error)) return `this kind of address ${MISSING}`;
  const told = lines.findLast((line) => /error|failed|refused|denied|not found|invalid|unable|HTTP/i.test(line));
  return told?.trim() ?? error.message;
}
