import { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE, AV_PIX_FMT_YUV420P, FF_ENCODER_LIBX264 } from 'node-av/constants';
import { Codec, CodecContext, Packet, Frame as Picture, Rational, SoftwareScaleContext } from 'node-av/lib';
import type { AccessUnit } from './access-unit.ts';
import { openDecoder } from './open-decoder.ts';

/** A picture of a rendition, Annex B, a key with its parameter sets. */
export interface RenderedUnit {
  key: boolean;
  /** Of the unit whose picture it is. */
  capturedAtMs: number;
  data: Buffer;
}

export interface RenditionSize {
  /** A larger picture is scaled down to fit, its shape kept; a smaller one stays as it is. */
  mostWidthPx: number;
  mostHeightPx: number;
}

/** A viewer that comes in the middle waits no longer than this many pictures, whatever the camera's own key interval. */
const KEY_INTERVAL_FRAMES = 50;
/** libx264's constant quality: a little coarse, as what is looked at live was coded once already. */
const CRF = '27';

/**
 * The same video in H.264, for those who cannot decode the original: decoded and encoded again as it comes, without a
 * picture's delay of its own. Synchronous and busy: one for a process that has nothing else to do.
 */
export class Rendition {
  readonly #size: RenditionSize;
  readonly #onUnit: (unit: RenderedUnit) => void;
  readonly #packet = new Packet();
  readonly #coded = new Packet();
  readonly #picture = new Picture();
  #decoder: CodecContext | null = null;
  #encoder: Encoder | null = null;
  #codec: AccessUnit['codec'] | null = null;

  constructor(size: RenditionSize, onUnit: (unit: RenderedUnit) => void) {
    this.#size = size;
    this.#onUnit = onUnit;
    this.#packet.alloc();
    this.#coded.alloc();
    this.#picture.alloc();
  }

  /**
   * Takes the next unit. One that is not whole, or does not decode, ends what follows from it: nothing comes before the next
   * whole key.
   * @returns false when that is so
   */
  take(unit: Pick<AccessUnit, 'codec' | 'key' | 'whole' | 'capturedAtMs'> & { data: Buffer }): boolean {
    if (!unit.whole || (!unit.key && this.#decoder === null) || (this.#codec !== null && this.#codec !== unit.codec))
      this.#restart();
    if (!unit.whole || (!unit.key && this.#decoder === null)) return false;
    this.#codec = unit.codec;
    this.#decoder ??= openDecoder(unit.codec);
    const packet = this.#packet;
    packet.data = unit.data;
    packet.isKeyframe = unit.key;
    packet.pts = BigInt(Math.round(unit.capturedAtMs * 1000));
    const sent = this.#decoder.sendPacketSync(packet) >= 0;
    packet.unref();
    while (sent && this.#decoder.receiveFrameSync(this.#picture) >= 0) {
      this.#encode(this.#picture);
      this.#picture.unref();
    }
    if (!sent) this.#restart();
    return sent;
  }

  close(): void {
    this.#restart();
    this.#encoder?.close();
    this.#encoder = null;
    this.#packet.free();
    this.#coded.free();
    this.#picture.free();
  }

  #restart(): void {
    this.#decoder?.freeContext();
    this.#decoder = null;
    this.#codec = null;
  }

  #encode(picture: Picture): void {
    const { width, height, format } = picture;
    if (!this.#encoder?.takes(width, height, format)) {
      this.#encoder?.close();
      this.#encoder = new Encoder({ widthPx: width, heightPx: height, format }, this.#size);
    }
    this.#encoder.encode(picture, this.#coded, this.#onUnit);
  }
}

interface PictureKind {
  widthPx: number;
  heightPx: number;
  format: number;
}

class Encoder {
  readonly #from: PictureKind;
  readonly #context = new CodecContext();
  readonly #scale: SoftwareScaleContext | null = null;
  readonly #scaled: Picture | null = null;
  /** When the pictures that are inside were captured; the encoder counts pictures, as arrival times may go back. */
  readonly #capturedAtMs = new Map<bigint, number>();
  #count = 0n;

  constructor(from: PictureKind, size: RenditionSize) {
    this.#from = from;
    const { widthPx, heightPx } = fitted(from, size);
    const isReady = from.format === AV_PIX_FMT_YUV420P && widthPx === from.widthPx && heightPx === from.heightPx;
    if (!isReady) {
      this.#scale = new SoftwareScaleContext();
      this.#scale.allocContext();
      this.#scaled = new Picture();
      this.#scaled.alloc();
      this.#scaled.width = widthPx;
      this.#scaled.height = heightPx;
      this.#scaled.format = AV_PIX_FMT_YUV420P;
      if (this.#scaled.getBuffer(32) < 0) throw new Error(`got no memory for a picture of ${widthPx}×${heightPx}`);
    }
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (codec === null) throw new Error('got a libav without libx264, expected its encoder');
    const context = this.#context;
    context.allocContext3(codec);
    context.width = widthPx;
    context.height = heightPx;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, 25);
    context.gopSize = KEY_INTERVAL_FRAMES;
    context.maxBFrames = 0;
    context.threadCount = 1;
    for (const [option, value] of [
      ['preset', 'ultrafast'],
      ['tune', 'zerolatency'],
      ['crf', CRF],
      ['forced-idr', '1'],
      ['x264-params', 'scenecut=0'],
    ] as const)
      context.setOption(option, value);
    const result = context.open2Sync(codec, null);
    if (result < 0) throw new Error(`got error ${result} of libx264, expected an encoder of ${widthPx}×${heightPx}`);
  }

  takes(widthPx: number, heightPx: number, format: number): boolean {
    const from = this.#from;
    return from.widthPx === widthPx && from.heightPx === heightPx && from.format === format;
  }

  encode(picture: Picture, coded: Packet, onUnit: (unit: RenderedUnit) => void): void {
    const capturedAtMs = Number(picture.pts) / 1000;
    const wasKey = picture.keyFrame !== 0;
    let given = picture;
    if (this.#scale && this.#scaled) {
      if (this.#scaled.makeWritable() < 0 || this.#scale.scaleFrameSync(this.#scaled, picture) < 0) return;
      given = this.#scaled;
    }
    const pts = this.#count++;
    this.#capturedAtMs.set(pts, capturedAtMs);
    given.pts = pts;
    // As it came out of the decoder it would be coded as what it was there.
    given.pictType = wasKey ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    this.#context.sendFrameSync(given);
    while (this.#context.receivePacketSync(coded) >= 0) {
      const of = this.#capturedAtMs.get(coded.pts) ?? capturedAtMs;
      this.#capturedAtMs.delete(coded.pts);
      onUnit({ key: coded.isKeyframe, capturedAtMs: of, data: Buffer.from(coded.data!) });
      coded.unref();
    }
  }

  close(): void {
    this.#context.freeContext();
    this.#scale?.freeContext();
    this.#scaled?.free();
  }
}

/** Even, as H.264 wants it. */
function fitted({ widthPx, heightPx }: PictureKind, { mostWidthPx, mostHeightPx }: RenditionSize) {
  const scale = Math.min(1, mostWidthPx / widthPx, mostHeightPx / heightPx);
  const even = (px: number) => Math.max(2, Math.round((px * scale) / 2) * 2);
  return { widthPx: even(widthPx), heightPx: even(heightPx) };
}
