import sharp from 'sharp';
import type { Frame } from '#streams/frame.ts';
import type { Box, EvidencePicture, Observation, PictureMoment } from '../contract/observation.ts';

sharp.concurrency(1);
sharp.cache(false);

const JPEG_QUALITY = 85;
const RESEND_AFTER_MS = 2000;
const SOON_GAPS = 1.5;

/**
 * Encodes packed RGB24 of width × height as JPEG. With the standard's own Huffman tables: tables made for the picture save 1 %
 * of the bytes, and take as long again as all the rest and half (720p 6.7 ms of CPU for 2.8, 1080p 16.4 for 5.9).
 */
export async function encodeJpeg(rgb: Buffer, widthPx: number, heightPx: number): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY, optimiseCoding: false })
    .toBuffer();
}

/** A frame's picture without boxes; the same for every fact that is seen in it. */
type Shot = Omit<EvidencePicture, 'moment' | 'boxes'>;

/** The pixels are copied out of the borrowed frame before this returns; they are encoded afterwards. */
function shoot(frame: Frame): Promise<Shot> {
  const { capturedAtMs, widthPx, heightPx } = frame;
  return encodeJpeg(frame.copyRgb(), widthPx, heightPx).then((jpeg) => ({ capturedAtMs, widthPx, heightPx, jpeg }));
}

async function picture(moment: PictureMoment, shot: Promise<Shot>, boxes: Box[]): Promise<EvidencePicture> {
  return { moment, boxes, ...(await shot) };
}

/** Decodes the coded picture that a frame came from once more, to be shown; null if it no longer decodes. */
export type DecodeAgain = () => Frame | null;

/** Pictures by observation key; each list settles when its JPEGs are encoded. */
export type WatchedPictures = Map<string, Promise<EvidencePicture[]>>;

/** What a fact is to be filed with. */
interface Unfiled {
  firstBoxes: Box[];
  /** Of a keyframe the coded bytes are kept, hundreds of kilobytes, and decoded when the picture is wanted. */
  shootFirst: () => Promise<Shot> | null;
  first?: Promise<Shot> | null;
  onset: Promise<EvidencePicture[]> | null;
  sentAtMs: number;
}

interface Fact {
  /** Null once the parent has it: nothing of its beginning is kept then. */
  unfiled: Unfiled | null;
  latestAtMs: number;
}

/**
 * Which pictures go with which fact of one camera: first seen and onset with a fact that began to stand, until the
 * parent has filed it; then the latest one now and then. One instance per camera.
 */
export class PictureBook {
  #facts = new Map<string, Fact>();
  #turnedAtMs: number | null = null;

  /**
   * Call once per analysed frame, with `again` where the frame can be decoded again from bytes that are kept anyway.
   * The frame's loan may be over when this returns.
   * @returns pictures by observation key; each list settles when its JPEGs are encoded.
   */
  turnPage(
    frame: Frame,
    observations: readonly Observation[],
    again: DecodeAgain | null,
    latestPictureMs: number,
  ): WatchedPictures {
    const nowMs = frame.capturedAtMs;
    const sinceLastMs = this.#turnedAtMs === null ? 0 : nowMs - this.#turnedAtMs;
    this.#turnedAtMs = nowMs;
    const wanted = new Map<string, Promise<EvidencePicture[]>>();
    const began: { unfiled: Unfiled; key: string; onset: Promise<EvidencePicture> }[] = [];
    const soon: Unfiled[] = [];
    const alive = new Set<string>();
    let shot: Promise<Shot> | null = null;
    const now = () => {
      shot ??= (again && shootAgain(again)) ?? shoot(frame);
      return shot;
    };
    for (const { key, boxes, phase, startedAtMs, dwellMs, lastSeenAtMs } of observations) {
      alive.add(key);
      let fact = this.#facts.get(key);
      if (!fact) {
        fact = newFact(boxes, again ? () => shootAgain(again) : keep(now()), nowMs);
        this.#facts.set(key, fact);
      }
      const { unfiled } = fact;
      if (phase !== 'standing') {
        // Another one or two of the gaps between pictures, and it stands.
        if (unfiled && nowMs + SOON_GAPS * sinceLastMs - startedAtMs >= dwellMs) soon.push(unfiled);
        continue;
      }
      if (unfiled) {
        if (nowMs - unfiled.sentAtMs < RESEND_AFTER_MS) continue;
        unfiled.sentAtMs = nowMs;
        if (unfiled.onset) wanted.set(key, unfiled.onset);
        else began.push({ unfiled, key, onset: picture('onset', now(), boxes) });
      } else if (nowMs - fact.latestAtMs >= latestPictureMs && lastSeenAtMs === nowMs) {
        fact.latestAtMs = nowMs;
        wanted.set(key, Promise.all([picture('latest', now(), boxes)]));
      }
    }
    // Only now, when the newest is copied: to decode an earlier one overwrites it.
    for (const unfiled of soon) takeFirst(unfiled);
    for (const { unfiled, key, onset } of began) {
      const first = takeFirst(unfiled);
      unfiled.onset = Promise.all(first ? [picture('first-seen', first, unfiled.firstBoxes), onset] : [onset]);
      wanted.set(key, unfiled.onset);
    }
    for (const key of this.#facts.keys()) if (!alive.has(key)) this.#facts.delete(key);
    return wanted;
  }

  /** The parent has it: from now on only latest pictures are sent. Of a fact that nobody was sent, an earlier one is meant. */
  filed(keys: readonly string[]): void {
    for (const key of keys) {
      const fact = this.#facts.get(key);
      if (fact?.unfiled && Number.isFinite(fact.unfiled.sentAtMs)) fact.unfiled = null;
    }
  }
}

function newFact(firstBoxes: Box[], shootFirst: Unfiled['shootFirst'], nowMs: number): Fact {
  return {
    unfiled: { firstBoxes, shootFirst, onset: null, sentAtMs: Number.NEGATIVE_INFINITY },
    latestAtMs: nowMs,
  };
}

/** Once: when the fact is about to stand, so that its alert need not wait for two pictures. */
function takeFirst(unfiled: Unfiled): Promise<Shot> | null {
  unfiled.first ??= unfiled.shootFirst();
  unfiled.first?.catch(() => undefined);
  return unfiled.first;
}

function keep(shot: Promise<Shot>): () => Promise<Shot> {
  // Nobody may ever ask for it: a failure is told to who does.
  shot.catch(() => undefined);
  return () => shot;
}

function shootAgain(again: DecodeAgain): Promise<Shot> | null {
  const frame = again();
  return frame && shoot(frame);
}
