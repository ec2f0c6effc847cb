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
import { type Frame as Picture, SoftwareScaleContext } from 'node-av/lib';

interface Scaler {
  fromWidthPx: number;
  fromHeightPx: number;
  fromFormat: number;
  fullRange: boolean;
  widthPx: number;
  heightPx: number;
  format: number;
  context: SoftwareScaleContext;
}

const LIMIT = 32;

/** The full-range twins of these formats are deprecated names: swscale wants the plain format and the range apart. */
const PLAIN_FORMAT = new Map<number, AVPixelFormat>([
  [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P],
  [AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P],
  [AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P],
]);

/** swscale contexts by source and target size, kept for reuse; one set can serve any number of decoders of a process. */
export class Scalers {
  #scalers: Scaler[] = [];

  of(picture: Picture, widthPx: number, heightPx: number, format: AVPixelFormat): SoftwareScaleContext {
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
        return s.context;
    }
    const context = newContext(fromWidthPx, fromHeightPx, fromFormat, fullRange, widthPx, heightPx, format);
    if (this.#scalers.length >= LIMIT) this.#scalers.shift()?.context.freeContext();
    this.#scalers.push({ fromWidthPx, fromHeightPx, fromFormat, fullRange, widthPx, heightPx, format, context });
    return context;
  }

  close(): void {
    for (const { context } of this.#scalers) context.freeContext();
    this.#scalers = [];
  }
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
