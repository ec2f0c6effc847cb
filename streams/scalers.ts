import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AVCOL_RANGE_JPEG,
  type AVPixelFormat,
  SWS_FAST_BILINEAR,
} from 'node-av/constants';
import { Frame as Picture, SoftwareScaleContext } from 'node-av/lib';
import { Crops, type PicturePart } from './crops.ts';

/**
 * A scaled picture's own memory, written anew by each `scale`. The source's planes are never asked for: a Buffer over
 * each of them for each frame is a megabyte to the garbage collector, which then runs once a second.
 */
export interface ScaledPicture {
  /** Packed rows, `strideBytes` apart; valid until the next scale to the same size. */
  readonly bytes: Buffer;
  readonly strideBytes: number;
}

interface Scaler {
  fromWidthPx: number;
  fromHeightPx: number;
  fromFormat: number;
  fullRange: boolean;
  widthPx: number;
  heightPx: number;
  format: number;
  context: SoftwareScaleContext;
  target: Picture;
  scaled: ScaledPicture;
}

/** As many as a shard's cameras have regions of different size; each takes some 0.1 MiB. */
const LIMIT = 128;

/** The full-range twins of these formats are deprecated names: swscale wants the plain format and the range apart. */
const PLAIN_FORMAT = new Map<number, AVPixelFormat>([
  [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P],
  [AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P],
  [AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P],
]);

/** swscale contexts by source and target size, kept for reuse; one set can serve any number of decoders of a process. */
export class Scalers {
  #scalers: Scaler[] = [];
  readonly #crops = new Crops();

  /** Scales the picture, or a part of it. @throws Error when swscale cannot turn it into that */
  scale(
    picture: Picture,
    widthPx: number,
    heightPx: number,
    format: AVPixelFormat,
    part: PicturePart | null = null,
  ): ScaledPicture {
    if (part) return this.#crops.lend(picture, part, (cut) => this.scale(cut, widthPx, heightPx, format));
    const { context, target, scaled } = this.#of(picture, widthPx, heightPx, format);
    const result = context.scaleFrameSync(target, picture);
    if (result < 0) throw new Error(`got error ${result} of swscale, expected a picture of ${widthPx}×${heightPx}`);
    return scaled;
  }

  #of(picture: Picture, widthPx: number, heightPx: number, format: AVPixelFormat): Scaler {
    const fromWidthPx = picture.width;
    const fromHeightPx = picture.height;
    const fromFormat = picture.format;
    const fullRange = PLAIN_FORMAT.has(fromFormat) || picture.colorRange === AVCOL_RANGE_JPEG;
    for (const s of this.#scalers) {
      if (
        s.widthPx === widthPx &&
        s.heightPx === heightPx &&
        s.format === format &&
        s.fromWidthPx === fromWidthPx &&
        s.fromHeightPx === fromHeightPx &&
        s.fromFormat === fromFormat &&
        s.fullRange === fullRange
      )
        return s;
    }
    const context = newContext(fromWidthPx, fromHeightPx, fromFormat, fullRange, widthPx, heightPx, format);
    const scaler: Scaler = {
      fromWidthPx,
      fromHeightPx,
      fromFormat,
      fullRange,
      widthPx,
      heightPx,
      format,
      context,
      ...this.#targetOf(widthPx, heightPx, format),
    };
    this.#scalers.push(scaler);
    if (this.#scalers.length > LIMIT) this.#freeOldest();
    return scaler;
  }

  /** Pictures of one size share their memory, whatever they are scaled from. */
  #targetOf(widthPx: number, heightPx: number, format: AVPixelFormat): Pick<Scaler, 'target' | 'scaled'> {
    const alike = this.#scalers.find((s) => s.widthPx === widthPx && s.heightPx === heightPx && s.format === format);
    if (alike) return { target: alike.target, scaled: alike.scaled };
    const target = newTarget(widthPx, heightPx, format);
    return { target, scaled: { bytes: target.data![0]!, strideBytes: target.linesize[0]! } };
  }

  #freeOldest(): void {
    const oldest = this.#scalers.shift();
    oldest?.context.freeContext();
    if (oldest && !this.#scalers.some(({ target }) => target === oldest.target)) oldest.target.free();
  }

  close(): void {
    while (this.#scalers.length > 0) this.#freeOldest();
    this.#crops.close();
  }
}

function newTarget(widthPx: number, heightPx: number, format: AVPixelFormat): Picture {
  const target = new Picture();
  target.alloc();
  target.width = widthPx;
  target.height = heightPx;
  target.format = format;
  // Eight columns are converted at once: rows without room for the last eight would leave them as they were.
  const result = target.getBuffer(widthPx % 8 === 0 ? 1 : 32);
  if (result < 0) throw new Error(`got error ${result} of libav, expected memory for ${widthPx}×${heightPx} pixels`);
  return target;
}

function newContext(
  fromWidthPx: number,
  fromHeightPx: number,
  fromFormat: number,
  fullRange: boolean,
  widthPx: number,
  heightPx: number,
  format: AVPixelFormat,
): SoftwareScaleContext {
  const context = new SoftwareScaleContext();
  context.allocContext();
  context.setOption('srcw', fromWidthPx);
  context.setOption('srch', fromHeightPx);
  context.setOption('src_format', PLAIN_FORMAT.get(fromFormat) ?? fromFormat);
  context.setOption('src_range', fullRange ? 1 : 0);
  context.setOption('dstw', widthPx);
  context.setOption('dsth', heightPx);
  context.setOption('dst_format', format);
  context.setOption('dst_range', 1);
  context.setOption('sws_flags', SWS_FAST_BILINEAR);
  const result = context.initContext();
  if (result < 0) {
    context.freeContext();
    throw new Error(
      `got pixel format ${fromFormat} of ${fromWidthPx}×${fromHeightPx}, expected one that swscale can turn into ${widthPx}×${heightPx} (error ${result})`,
    );
  }
  return context;
}
