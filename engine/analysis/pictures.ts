import sharp from 'sharp';
import type { Frame } from '#streams/frame.ts';
import type { Box, EvidencePicture, Observation, PictureMoment } from '../contract/observation.ts';

sharp.concurrency(1);
sharp.cache(false);

const JPEG_QUALITY = 85;
const RESEND_AFTER_MS = 2000;

/** Encodes packed RGB24 of width × height as JPEG. */
export async function encodeJpeg(rgb: Buffer, widthPx: number, heightPx: number): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}

/** The moment’s picture, copied out of the borrowed frame before this returns; encoded afterwards. */
function take(moment: PictureMoment, frame: Frame, boxes: Box[]): Promise<EvidencePicture> {
  const { capturedAtMs, widthPx, heightPx } = frame;
  return encodeJpeg(frame.copyRgb(), widthPx, heightPx).then((jpeg) => ({
    moment,
    capturedAtMs,
    widthPx,
    heightPx,
    boxes,
    jpeg,
  }));
}

/**
 * A picture that may be wanted later. Of a keyframe its coded bytes are kept (tens of kilobytes) and decoded when it
 * is wanted; the decoder gives the same pixels again.
 */
export type LaterPicture = () => Promise<EvidencePicture | null>;

/** Decodes the coded picture that a frame came from once more; null if it no longer decodes. */
export type DecodeAgain = () => Frame | null;

interface Fact {
  firstSeen: LaterPicture;
  onset: Promise<EvidencePicture[]> | null;
  filed: boolean;
  sentAtMs: number;
  latestAtMs: number;
}

/**
 * Which pictures go with which fact of one camera: first seen and onset with a fact that began to stand, until the
 * parent has filed it; then the latest one now and then. One instance per camera.
 */
export class PictureBook {
  #facts = new Map<string, Fact>();

  /**
   * Call once per analysed frame, with `again` where the frame can be decoded again from bytes that are kept anyway.
   * @returns pictures by observation key; each promise list settles when its JPEGs are encoded.
   */
  turnPage(
    frame: Frame,
    observations: readonly Observation[],
    again: DecodeAgain | null,
    latestPictureMs: number,
  ): Map<string, Promise<EvidencePicture[]>> {
    const nowMs = frame.capturedAtMs;
    const wanted = new Map<string, Promise<EvidencePicture[]>>();
    const alive = new Set<string>();
    for (const observation of observations) {
      const { key, boxes } = observation;
      alive.add(key);
      let fact = this.#facts.get(key);
      if (!fact) {
        fact = {
          firstSeen: keep(frame, boxes, again),
          onset: null,
          filed: false,
          sentAtMs: Number.NEGATIVE_INFINITY,
          latestAtMs: nowMs,
        };
        this.#facts.set(key, fact);
      }
      if (observation.phase !== 'standing') continue;
      if (!fact.filed) {
        // The current frame is copied first: decoding the first-seen one again overwrites it.
        fact.onset ??= both(take('onset', frame, boxes), fact.firstSeen);
        if (nowMs - fact.sentAtMs >= RESEND_AFTER_MS) {
          fact.sentAtMs = nowMs;
          wanted.set(key, fact.onset);
        }
      } else if (nowMs - fact.latestAtMs >= latestPictureMs && observation.lastSeenAtMs === nowMs) {
        fact.latestAtMs = nowMs;
        wanted.set(
          key,
          take('latest', frame, boxes).then((picture) => [picture]),
        );
      }
    }
    for (const key of this.#facts.keys()) if (!alive.has(key)) this.#facts.delete(key);
    return wanted;
  }

  /** The parent has it: from now on only latest pictures are sent. */
  filed(keys: readonly string[]): void {
    for (const key of keys) {
      const fact = this.#facts.get(key);
      if (fact) {
        fact.filed = true;
        fact.onset = null;
      }
    }
  }
}

async function both(onset: Promise<EvidencePicture>, firstSeen: LaterPicture): Promise<EvidencePicture[]> {
  const [first, second] = await Promise.all([firstSeen(), onset]);
  return first ? [first, second] : [second];
}

function keep(frame: Frame, boxes: Box[], again: DecodeAgain | null): LaterPicture {
  if (!again) {
    const picture = take('first-seen', frame, boxes);
    picture.catch(() => undefined);
    return () => picture;
  }
  return async () => {
    const repeated = again();
    return repeated ? take('first-seen', repeated, boxes) : null;
  };
}
