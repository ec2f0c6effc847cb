import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pictureTimes } from '#streams/clips/picture-times.ts';
import { TransportStream } from '#streams/clips/transport-stream.ts';
import { ProgramError, packageMp4, probeVideo } from '#streams/ffmpeg.ts';
import { isH264BPicture } from '#streams/nal-units/nal-unit.ts';
import type { ClipCut } from '../analysis/messages.ts';
import type { ClipFault } from '../contract/alert-clip.ts';

/** An MP4 that lasts less than its pictures by more than this is none of them all. */
const LENGTH_TOLERANCE_MS = 1_500;

/** A clip cannot be made; the code is what the alert says. */
export class ClipError extends Error {
  readonly code: ClipFault;

  constructor(code: ClipFault, message: string) {
    super(message);
    this.name = 'ClipError';
    this.code = code;
  }
}

/**
 * Makes an MP4 of what a shard cut, nothing encoded anew, and looks whether it is one.
 * @throws ClipError
 */
export async function packageClip(
  cut: ClipCut,
  file: string,
): Promise<{ widthPx: number; heightPx: number; bytes: number }> {
  let trouble: unknown = null;
  const pictures = Readable.from(transportOf(cut), { objectMode: false });
  pictures.on('error', (error) => {
    trouble ??= error;
  });
  try {
    await packageMp4(pictures, cut.units[0]!.codec, file);
    const { widthPx, heightPx, durationMs } = await probeVideo(file);
    const lastsMs = cut.units.at(-1)!.capturedAtMs - cut.units[0]!.capturedAtMs;
    if (durationMs < lastsMs - LENGTH_TOLERANCE_MS)
      throw new ClipError('not-packaged', `got ${Math.round(durationMs)} ms of video, expected ${Math.round(lastsMs)}`);
    return { widthPx, heightPx, bytes: (await stat(file)).size };
  } catch (error) {
    throw asClipError(trouble ?? error);
  } finally {
    pictures.destroy();
  }
}

async function* transportOf(cut: ClipCut): AsyncGenerator<Buffer> {
  const units = cut.units.map(({ shownAtTicks, ...unit }) => ({ ...unit, shownAtTicks: shownAtTicks ?? undefined }));
  const times = pictureTimes(units);
  const stream = new TransportStream(units[0]!.codec);
  const file = await open(cut.file, 'r');
  try {
    yield stream.begin();
    for (const [i, { bytes, key, codec, shownAtTicks }] of units.entries()) {
      const data = Buffer.allocUnsafe(bytes);
      const { bytesRead } = await file.read(data, 0, bytes);
      if (bytesRead < bytes) throw new ClipError('spool-failed', `got ${bytesRead} of ${bytes} bytes of a picture`);
      if (shownAtTicks === undefined && codec === 'h264' && !key && isH264BPicture(data))
        throw new ClipError(
          'order-unknown',
          'got B pictures without times, expected to know in which order they are shown',
        );
      yield stream.picture(data, times[i]!, key);
    }
  } finally {
    await file.close();
  }
}

function asClipError(error: unknown): ClipError {
  if (error instanceof ClipError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ProgramError)
    return new ClipError(error.code === 'program-missing' ? 'program-missing' : 'not-packaged', message);
  return new ClipError('spool-failed', message);
}
