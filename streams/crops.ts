import { AV_BUFFERSRC_FLAG_KEEP_REF } from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, Frame as Picture } from 'node-av/lib';

/** A rectangle of a picture in its whole pixels. Left and top are even: chroma is there once for two. */
export interface PicturePart {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
}

interface Crop extends PicturePart {
  fromWidthPx: number;
  fromHeightPx: number;
  fromFormat: number;
  graph: FilterGraph;
  source: FilterContext;
  sink: FilterContext;
}

const LIMIT = 512;

/**
 * Parts of pictures as pictures of their own, without copying a pixel: libav's crop filter moves the plane pointers, in
 * 2 µs (measured on 1920×1072). Filters are kept for reuse, one for each part.
 */
export class Crops {
  readonly #crops: Crop[] = [];
  readonly #part = new Picture();

  constructor() {
    this.#part.alloc();
  }

  /** Lends the part of `picture` to `use`. @throws RangeError when it is not a part of the picture */
  lend<T>(picture: Picture, part: PicturePart, use: (part: Picture) => T): T {
    const { source, sink } = this.#of(picture, part);
    let result = source.buffersrcAddFrameSync(picture, AV_BUFFERSRC_FLAG_KEEP_REF);
    if (result >= 0) result = sink.buffersinkGetFrameSync(this.#part);
    if (result < 0) throw new Error(`got error ${result} of libav, expected ${told(part)} of a picture`);
    try {
      return use(this.#part);
    } finally {
      this.#part.unref();
    }
  }

  close(): void {
    for (const { graph } of this.#crops) graph.free();
    this.#crops.length = 0;
    this.#part.free();
  }

  #of(picture: Picture, part: PicturePart): Crop {
    const fromWidthPx = picture.width;
    const fromHeightPx = picture.height;
    const fromFormat = picture.format;
    for (const c of this.#crops) {
      if (
        c.leftPx === part.leftPx &&
        c.topPx === part.topPx &&
        c.widthPx === part.widthPx &&
        c.heightPx === part.heightPx &&
        c.fromWidthPx === fromWidthPx &&
        c.fromHeightPx === fromHeightPx &&
        c.fromFormat === fromFormat
      )
        return c;
    }
    if (!isPart(part, fromWidthPx, fromHeightPx))
      throw new RangeError(
        `got ${told(part)}, expected an even place and whole pixels within ${fromWidthPx}×${fromHeightPx}`,
      );
    const { leftPx, topPx, widthPx, heightPx } = part;
    const crop = {
      ...{ leftPx, topPx, widthPx, heightPx, fromWidthPx, fromHeightPx, fromFormat },
      ...newFilters(part, fromWidthPx, fromHeightPx, fromFormat),
    };
    if (this.#crops.length >= LIMIT) this.#crops.shift()?.graph.free();
    this.#crops.push(crop);
    return crop;
  }
}

function isPart({ leftPx, topPx, widthPx, heightPx }: PicturePart, ofWidthPx: number, ofHeightPx: number): boolean {
  const isWhole = [leftPx / 2, topPx / 2, widthPx, heightPx].every(Number.isInteger);
  const isInside = leftPx >= 0 && topPx >= 0 && leftPx + widthPx <= ofWidthPx && topPx + heightPx <= ofHeightPx;
  return isWhole && isInside && widthPx > 0 && heightPx > 0;
}

function newFilters(part: PicturePart, fromWidthPx: number, fromHeightPx: number, fromFormat: number) {
  const graph = new FilterGraph();
  graph.alloc();
  const { leftPx, topPx, widthPx, heightPx } = part;
  const from = `video_size=${fromWidthPx}x${fromHeightPx}:pix_fmt=${fromFormat}:time_base=1/1`;
  const source = graph.createFilter(Filter.getByName('buffer')!, 'picture', from);
  const place = `w=${widthPx}:h=${heightPx}:x=${leftPx}:y=${topPx}:exact=1`;
  const crop = graph.createFilter(Filter.getByName('crop')!, 'crop', place);
  const sink = graph.createFilter(Filter.getByName('buffersink')!, 'part');
  const isOpen =
    source && crop && sink && source.link(0, crop, 0) >= 0 && crop.link(0, sink, 0) >= 0 && graph.configSync() >= 0;
  if (!isOpen) {
    graph.free();
    throw new Error(`got no crop filter of libav for ${told(part)} of pixel format ${fromFormat}, expected one`);
  }
  return { graph, source, sink };
}

function told({ leftPx, topPx, widthPx, heightPx }: PicturePart): string {
  return `the part of ${widthPx}×${heightPx} pixels at ${leftPx}, ${topPx}`;
}
