import type { VideoUnit } from '#engine/contract/video-unit.ts';

/** A decoded picture. */
export interface Picture {
  /** Of the unit that it came from, see `toMicros`. */
  timestampUs: number;
  widthPx: number;
  heightPx: number;
  image: CanvasImageSource;
  /** The image stays as it is until `close`; else it must be drawn at once. */
  lasting: boolean;
  close(): void;
}

/** Decodes one coding of one camera, in order; begins with a key. */
export interface PictureDecoder {
  /** Units that were given and have not come out. */
  readonly waiting: number;
  /** Whether it still takes units; one that failed does not. */
  readonly isOpen: boolean;
  decode(unit: VideoUnit): void;
  close(): void;
}

export interface DecoderListener {
  onPicture(picture: Picture): void;
  /** It is of no use any more. */
  onFailure(): void;
}

/** A way to decode that this browser has. */
export interface DecoderKind {
  isDecodable(codec: string): Promise<boolean>;
  open(codec: string, on: DecoderListener): PictureDecoder;
}

/** Chunks carry whole microseconds; so do the pictures that come of them. */
export const toMicros = (ms: number): number => Math.round(ms * 1000);
