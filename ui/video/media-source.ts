import type { VideoUnit } from '#engine/contract/video-unit.ts';
import { Fragments, TICKS_PER_SECOND } from './fragments.ts';
import { type DecoderKind, type DecoderListener, type PictureDecoder, toMicros } from './picture-decoder.ts';

/** The video is never farther behind what has arrived than this; then it jumps. */
const MOST_BEHIND_S = 0.4;
/** After a jump, so far behind that one picture that is late does not stop it. */
const BEHIND_S = 0.08;
const KEPT_S = 10;
const MOST_PICTURES_KNOWN = 256;
/** Until the camera's own pace is known, and the bounds of what is taken for one. */
const FIRST_INTERVAL_MS = 40;
const SHORTEST_MS = 10;
const LONGEST_MS = 1000;

/** The browser's video element, fed through a media source: for pages over plain HTTP, where there are no WebCodecs. H.264 alone. */
export const mediaSource: DecoderKind = {
  isDecodable: async (codec) => codec.startsWith('avc1') && MediaSource.isTypeSupported(typeOf(codec)),
  open: (codec, on) => new MediaSourceDecoder(codec, on),
};

const typeOf = (codec: string): string => `video/mp4; codecs="${codec}"`;

class MediaSourceDecoder implements PictureDecoder {
  isOpen = true;
  readonly #video = document.createElement('video');
  readonly #source = new MediaSource();
  readonly #address: string;
  readonly #fragments = new Fragments();
  readonly #on: DecoderListener;
  /** Timestamps by the tick at which their picture begins. */
  readonly #timestampAt = new Map<number, number>();
  #buffer: SourceBuffer | null = null;
  #unappended: ArrayBuffer[] = [];
  #ticks = 0;
  #intervalMs = FIRST_INTERVAL_MS;
  #lastCapturedAtMs: number | null = null;

  constructor(codec: string, on: DecoderListener) {
    this.#on = on;
    const video = this.#video;
    video.muted = true;
    video.playsInline = true;
    video.onerror = () => this.#fail();
    this.#address = URL.createObjectURL(this.#source);
    video.src = this.#address;
    this.#source.onsourceopen = () => {
      if (!this.isOpen) return;
      this.#buffer = this.#source.addSourceBuffer(typeOf(codec));
      this.#buffer.onupdateend = () => {
        this.#keepUp();
        this.#append();
      };
      this.#buffer.onerror = () => this.#fail();
      this.#append();
    };
    video.requestVideoFrameCallback((_, shown) => this.#show(shown));
  }

  get waiting(): number {
    return this.#unappended.length;
  }

  decode({ key, capturedAtMs, data }: VideoUnit): void {
    if (!this.isOpen) return;
    const begin = key ? this.#fragments.begin(data) : null;
    if (begin) this.#unappended.push(begin);
    const durationTicks = Math.round((this.#paceAt(capturedAtMs) * TICKS_PER_SECOND) / 1000);
    const fragment = this.#fragments.add(data, { key, ticks: this.#ticks, durationTicks });
    if (!fragment) return;
    this.#timestampAt.set(this.#ticks, toMicros(capturedAtMs));
    for (const old of this.#timestampAt.keys()) {
      if (this.#timestampAt.size <= MOST_PICTURES_KNOWN) break;
      this.#timestampAt.delete(old);
    }
    this.#ticks += durationTicks;
    this.#unappended.push(fragment);
    this.#append();
  }

  close(): void {
    this.isOpen = false;
    this.#video.onerror = null;
    this.#video.removeAttribute('src');
    this.#video.load();
    URL.revokeObjectURL(this.#address);
  }

  /** How long the picture is to be shown: pictures follow one another without a gap, at the pace at which they come. */
  #paceAt(capturedAtMs: number): number {
    if (this.#lastCapturedAtMs !== null) {
      const sinceMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, capturedAtMs - this.#lastCapturedAtMs));
      this.#intervalMs += (sinceMs - this.#intervalMs) / 8;
    }
    this.#lastCapturedAtMs = capturedAtMs;
    return this.#intervalMs;
  }

  #append(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || !this.isOpen || this.#unappended.length === 0) return;
    const all = this.#unappended;
    this.#unappended = [];
    try {
      buffer.appendBuffer(joined(all));
    } catch {
      this.#fail();
    }
  }

  /** Plays, close behind what has arrived, and lets go of what was played. */
  #keepUp(): void {
    const video = this.#video;
    const buffer = this.#buffer;
    const ranges = video.buffered;
    if (!buffer || !this.isOpen || ranges.length === 0) return;
    const end = ranges.end(ranges.length - 1);
    const begin = ranges.start(ranges.length - 1);
    if (video.currentTime < begin || end - video.currentTime > MOST_BEHIND_S)
      video.currentTime = Math.max(begin, end - BEHIND_S);
    // It ends where the next picture has not come, and goes on by itself; only a page may have paused it.
    if (video.paused) video.play().catch(() => undefined);
    if (video.currentTime - ranges.start(0) > 2 * KEPT_S && !buffer.updating)
      buffer.remove(ranges.start(0), video.currentTime - KEPT_S);
  }

  #show({ mediaTime, width, height }: VideoFrameCallbackMetadata): void {
    if (!this.isOpen) return;
    this.#video.requestVideoFrameCallback((_, shown) => this.#show(shown));
    const timestampUs = this.#timestampOf(mediaTime);
    if (timestampUs === null) return;
    this.#on.onPicture({
      timestampUs,
      widthPx: width,
      heightPx: height,
      image: this.#video,
      lasting: false,
      close: () => undefined,
    });
  }

  /** Media times are rounded on their way: the picture that begins nearest is meant. */
  #timestampOf(mediaTime: number): number | null {
    const ticks = mediaTime * TICKS_PER_SECOND;
    let [nearest, off]: [number | null, number] = [null, TICKS_PER_SECOND / 200];
    for (const [at, timestampUs] of this.#timestampAt) {
      if (Math.abs(at - ticks) < off) [nearest, off] = [timestampUs, Math.abs(at - ticks)];
    }
    return nearest;
  }

  #fail(): void {
    if (!this.isOpen) return;
    this.close();
    this.#on.onFailure();
  }
}

function joined(parts: readonly ArrayBuffer[]): ArrayBuffer {
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return bytes.buffer;
}
