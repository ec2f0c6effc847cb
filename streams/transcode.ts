import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { Mp4Writer } from './transcoding/mp4-writer.ts';
import { PictureReader } from './transcoding/picture-reader.ts';

export interface TranscodeOptions {
  /** Pictures from one key to the next; default: those of one second. */
  keyIntervalFrames?: number;
  /** With only one of the two the shape is kept; with neither the size is. Made even, as H.264 wants it. */
  widthPx?: number;
  heightPx?: number;
  /** Default: the input's own. Pictures are repeated or left out so that the output's rate is steady. */
  frameRate?: number;
  /** Only the begin of the input, that long. */
  maxSeconds?: number;
}

/**
 * Turns any video file that libav reads into an MP4 file of H.264 without B-frames and without sound, in this process,
 * with libx264. The output appears under its name only when it is complete.
 * @throws Error for an input without readable video, and what libav reports
 */
export async function transcodeToH264(
  inputFile: string,
  outputFile: string,
  options: TranscodeOptions = {},
): Promise<void> {
  const unfinished = `${outputFile}.${randomBytes(6).toString('hex')}.part`;
  try {
    await transcode(inputFile, unfinished, options);
    await rename(unfinished, outputFile);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function transcode(inputFile: string, outputFile: string, options: TranscodeOptions): Promise<void> {
  const reader = new PictureReader(inputFile);
  let writer: Mp4Writer | null = null;
  try {
    const rate = options.frameRate === undefined ? reader.frameRate : asFraction(options.frameRate);
    const frameRate = rate.num / rate.den;
    const limit = Math.round((options.maxSeconds ?? Number.POSITIVE_INFINITY) * frameRate);
    let written = 0;
    for (let picture = await reader.next(); picture !== null && written < limit; picture = await reader.next()) {
      writer ??= new Mp4Writer(outputFile, {
        ...evenSize(picture.frame.width, picture.frame.height, options),
        frameRate: rate,
        keyIntervalFrames: options.keyIntervalFrames ?? Math.max(1, Math.round(frameRate)),
      });
      const until = Math.min(limit, Math.round(picture.atSeconds * frameRate) + 1);
      for (; written < until; written++) await writer.write(picture.frame, written);
    }
    if (writer === null) throw new Error(`got no picture from ${inputFile}, expected a video`);
    await writer.finish();
  } finally {
    writer?.close();
    reader.close();
  }
}

function asFraction(frameRate: number): { num: number; den: number } {
  return Number.isInteger(frameRate) ? { num: frameRate, den: 1 } : { num: Math.round(frameRate * 1001), den: 1001 };
}

function evenSize(fromWidthPx: number, fromHeightPx: number, { widthPx, heightPx }: TranscodeOptions) {
  const even = (px: number) => Math.max(2, Math.round(px / 2) * 2);
  const scale = widthPx !== undefined ? widthPx / fromWidthPx : heightPx !== undefined ? heightPx / fromHeightPx : 1;
  return { widthPx: even(widthPx ?? fromWidthPx * scale), heightPx: even(heightPx ?? fromHeightPx * scale) };
}
