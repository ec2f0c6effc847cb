import type { CameraState } from '#engine/contract/camera.ts';
import type { Box } from '#engine/contract/observation.ts';
import type { Problem } from '#engine/contract/problem.ts';
import type { Rendition } from '#engine/contract/video.ts';
import type { VideoUnit } from '#engine/contract/video-unit.ts';
import { BoxDelay } from './box-delay.ts';
import { codecString } from './codec-string.ts';
import { mediaSource } from './media-source.ts';
import { type DecoderKind, type Picture, type PictureDecoder, toMicros } from './picture-decoder.ts';
import { videoLink } from './video-link.ts';
import { webCodecs } from './web-codecs.ts';

/**
 * Why this browser cannot play a camera: it has no decoder that a page can feed, or none of this coding; and then the server
 * converts as many videos as it may, or its conversion broke off.
 */
type Hindrance = 'no-decoder' | 'codec' | 'conversions-full' | 'conversion-ended';

/** How far a tile is. `down`: the line to the server is being tried again. */
type VideoPhase = 'connecting' | 'down' | 'waiting-for-key' | 'playing' | 'refused' | 'not-supported';

/** What a tile shows. */
export interface Shown {
  readonly phase: VideoPhase;
  /** Of the picture that is shown, by the server's clock; null before the first. */
  readonly capturedAtMs: number | null;
  readonly sizePx: readonly [width: number, height: number] | null;
  /** What was found in the very picture that is shown; null: nothing is known of it. */
  readonly boxes: readonly Box[] | null;
  readonly hindrance: Hindrance | null;
  /** How the camera's own video is coded, as far as it is known. */
  readonly codec: 'h264' | 'h265' | null;
  /** What is shown is not the camera's own video, but what the server made of it for this browser. */
  readonly converted: boolean;
  readonly problem: Problem | null;
  readonly cameraState: CameraState | null;
}

/** A picture that things were found in is held so long, or nobody would see the boxes. */
const HOLD_MS = 250;
/** A decoder that has so many pictures before it is too slow: it goes on at the next key. */
const MOST_UNDECODED = 12;
const MOST_BOXES_KEPT = 16;
const CONVERSION_HINDRANCES: Readonly<Record<string, Hindrance>> = {
  'too-many-renditions': 'conversions-full',
  'rendition-ended': 'conversion-ended',
};

/** What is shown before anything is known. */
export const BEGIN: Shown = {
  phase: 'connecting',
  capturedAtMs: null,
  sizePx: null,
  boxes: null,
  hindrance: null,
  codec: null,
  converted: false,
  problem: null,
  cameraState: null,
};

/**
 * Plays one camera on a canvas: the newest picture is shown and nothing queues up. Only whole pictures are decoded; after one
 * that is lost the last good one stands until the next key.
 */
export class VideoPlayer {
  #shown: Shown = BEGIN;
  #withBoxes = false;
  readonly #kind = decoderKind();
  #decoder: PictureDecoder | null = null;
  #codec: string | null = null;
  /** Asking whether a coding is supported takes a moment: the key that was asked for, and what came since. */
  #meanwhile: VideoUnit[] | null = null;
  #awaitsKey = true;
  #pending: Picture | null = null;
  #drawing = 0;
  #heldUntilMs = 0;
  #closed = false;
  readonly #boxesAt = new Map<number, Box[]>();
  readonly #boxDelay = new BoxDelay();
  /** With boxes wanted, pictures wait for them before they are decoded, in order. */
  #waiting: { unit: VideoUnit; dueMs: number }[] = [];
  #waitingTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #cameraId: string;
  readonly #canvas: HTMLCanvasElement;
  readonly #onChange: (shown: Shown) => void;
  #as: Rendition;
  #stop: () => void = () => {};

  constructor(cameraId: string, canvas: HTMLCanvasElement, onChange: (shown: Shown) => void) {
    this.#cameraId = cameraId;
    this.#canvas = canvas;
    this.#onChange = onChange;
    if (this.#kind) this.#play();
    else this.#become({ phase: 'not-supported', hindrance: 'no-decoder' });
  }

  #play(): void {
    this.#stop = videoLink.play(this.#cameraId, this.#as, {
      onOpened: () => {
        this.#awaitsKey = true;
        this.#become({ phase: 'waiting-for-key', problem: null });
      },
      onUnit: (unit) => this.#take(unit),
      onNews: (news) => {
        if (news.kind === 'state') this.#become({ cameraState: news.state });
        else if (news.kind === 'refused') this.#refused(news.problem);
        else this.#keepBoxes(news.capturedAtMs, news.boxes);
      },
      onDown: () => {
        if (this.#shown.phase !== 'not-supported') this.#become({ phase: 'down' });
      },
    });
  }

  get shown(): Shown {
    return this.#shown;
  }

  set withBoxes(withBoxes: boolean) {
    this.#withBoxes = withBoxes;
    if (withBoxes) return;
    this.#release(Number.POSITIVE_INFINITY);
    this.#become({ boxes: null });
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.#dropAll();
  }

  #take(unit: VideoUnit): void {
    if (!this.#withBoxes) {
      this.#decode(unit);
      return;
    }
    const nowMs = performance.now();
    this.#boxDelay.pictureArrived(toMicros(unit.capturedAtMs), nowMs);
    // None before the one that came before it.
    const dueMs = Math.max(nowMs + this.#boxDelay.waitMs, this.#waiting.at(-1)?.dueMs ?? 0);
    this.#waiting.push({ unit, dueMs });
    if (this.#waiting.length === 1) this.#waitingTimer = setTimeout(() => this.#release(), dueMs - nowMs);
  }

  #release(untilMs = performance.now()): void {
    clearTimeout(this.#waitingTimer);
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= untilMs);
    this.#waiting = this.#waiting.slice(due.length);
    for (const { unit } of due) this.#decode(unit);
    const next = this.#waiting[0];
    if (next) this.#waitingTimer = setTimeout(() => this.#release(), Math.max(1, next.dueMs - untilMs));
  }

  #decode(unit: VideoUnit): void {
    if (this.#closed || this.#shown.phase === 'not-supported') return;
    if (this.#meanwhile) {
      this.#meanwhile.push(unit);
      return;
    }
    if (!unit.whole || (this.#decoder?.waiting ?? 0) > MOST_UNDECODED) {
      this.#awaitsKey = true;
      if (this.#shown.phase === 'playing') this.#become({ phase: 'waiting-for-key' });
    }
    if (!unit.whole || (this.#awaitsKey && !unit.key)) return;
    if (unit.key && !this.#isReadyFor(unit)) return;
    this.#awaitsKey = false;
    this.#decoder?.decode(unit);
  }

  /** False while it is not known yet whether the key's coding can be decoded here; then the key is decoded later. */
  #isReadyFor(key: VideoUnit): boolean {
    const codec = codecString(key.codec, key.data);
    if (codec === null) return false;
    if (codec === this.#codec && this.#decoder?.isOpen && !this.#awaitsKey) return true;
    if (codec === this.#codec) {
      this.#openDecoder(codec);
      return true;
    }
    this.#meanwhile = [key];
    if (this.#as === undefined) this.#become({ codec: key.codec });
    void this.#kind?.isDecodable(codec).then((decodable) => {
      const units = this.#meanwhile ?? [];
      this.#meanwhile = null;
      if (this.#closed) return;
      if (decodable) {
        this.#codec = codec;
        this.#closeDecoder();
        for (const unit of units) this.#decode(unit);
        return;
      }
      this.#stop();
      this.#closeDecoder();
      if (this.#as === undefined) this.#convert();
      else this.#become({ phase: 'not-supported', hindrance: 'codec' });
    });
    return false;
  }

  /** The server is asked for the same video in a coding that every browser has. */
  #convert(): void {
    this.#as = 'h264';
    this.#awaitsKey = true;
    this.#waiting = [];
    this.#become({ phase: 'connecting', converted: true });
    this.#play();
  }

  #refused(problem: Problem): void {
    // The camera itself may be seen: a still picture of it can be.
    const hindrance = CONVERSION_HINDRANCES[problem.code];
    if (hindrance) {
      this.#stop();
      this.#become({ phase: 'not-supported', hindrance, boxes: null });
      return;
    }
    this.#dropAll();
    this.#become({ phase: 'refused', problem, boxes: null, capturedAtMs: null });
  }

  /** What has come and is not shown yet shall not be: who may no longer see the camera would see it once more. */
  #dropAll(): void {
    clearTimeout(this.#waitingTimer);
    this.#waiting = [];
    if (this.#meanwhile) this.#meanwhile = [];
    cancelAnimationFrame(this.#drawing);
    this.#pending?.close();
    this.#pending = null;
    this.#boxesAt.clear();
    this.#closeDecoder();
  }

  #openDecoder(codec: string): void {
    this.#closeDecoder();
    const decoder = this.#kind?.open(codec, {
      onPicture: (picture) => this.#show(picture),
      onFailure: () => {
        // The next key opens another one.
        if (this.#decoder === decoder) this.#decoder = null;
        this.#awaitsKey = true;
        if (!this.#closed) this.#become({ phase: 'waiting-for-key' });
      },
    });
    this.#decoder = decoder ?? null;
  }

  #closeDecoder(): void {
    this.#decoder?.close();
    this.#decoder = null;
  }

  #show(picture: Picture): void {
    const pending = this.#pending;
    // A picture with boxes is not passed over for one without.
    if (this.#closed || (pending && this.#found(pending) && !this.#found(picture))) {
      picture.close();
      return;
    }
    pending?.close();
    this.#pending = picture;
    cancelAnimationFrame(this.#drawing);
    if (picture.lasting) this.#drawing = requestAnimationFrame(() => this.#draw());
    else this.#draw();
  }

  #found(picture: Picture): boolean {
    return this.#withBoxes && (this.#boxesAt.get(picture.timestampUs)?.length ?? 0) > 0;
  }

  #draw(): void {
    const picture = this.#pending;
    if (!picture) return;
    if (performance.now() < this.#heldUntilMs) {
      if (picture.lasting) this.#drawing = requestAnimationFrame(() => this.#draw());
      else this.#pending = null;
      return;
    }
    this.#pending = null;
    const { widthPx, heightPx, timestampUs } = picture;
    const canvas = this.#canvas;
    if (canvas.width !== widthPx) canvas.width = widthPx;
    if (canvas.height !== heightPx) canvas.height = heightPx;
    canvas.getContext('2d', { alpha: false })?.drawImage(picture.image, 0, 0, widthPx, heightPx);
    if (this.#found(picture)) this.#heldUntilMs = performance.now() + HOLD_MS;
    picture.close();
    const sizePx = this.#shown.sizePx;
    const sameSize = sizePx?.[0] === widthPx && sizePx[1] === heightPx;
    this.#become({
      phase: 'playing',
      capturedAtMs: timestampUs / 1000,
      boxes: this.#withBoxes ? (this.#boxesAt.get(timestampUs) ?? null) : null,
      ...(!sameSize && { sizePx: [widthPx, heightPx] }),
    });
  }

  #keepBoxes(capturedAtMs: number, boxes: Box[]): void {
    this.#boxesAt.set(toMicros(capturedAtMs), boxes);
    this.#boxDelay.boxesArrived(toMicros(capturedAtMs), performance.now());
    for (const timestamp of this.#boxesAt.keys()) {
      if (this.#boxesAt.size <= MOST_BOXES_KEPT) break;
      this.#boxesAt.delete(timestamp);
    }
  }

  /** Tells of all but the time of the picture, which is read where it is shown. */
  #become(part: Partial<Shown>): void {
    const before = this.#shown;
    this.#shown = { ...before, ...part };
    const { capturedAtMs: _, ...rest } = part;
    const first = before.capturedAtMs === null && part.capturedAtMs !== undefined;
    const changed = (Object.keys(rest) as (keyof typeof rest)[]).some((key) => before[key] !== rest[key]);
    if (first || changed) this.#onChange(this.#shown);
  }
}

/** Picture by picture where the page is trusted, else through a video element; null: this browser has neither. */
function decoderKind(): DecoderKind | null {
  if ('VideoDecoder' in globalThis) return webCodecs;
  const hasFrames = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  return 'MediaSource' in globalThis && hasFrames ? mediaSource : null;
}
