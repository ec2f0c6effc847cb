import { z } from 'zod';
import { CameraId } from '#config/camera.ts';
import { CameraState } from './camera.ts';
import { Box } from './observation.ts';
import { Problem } from './problem.ts';

/**
 * Live video has a WebSocket of its own at this path, so that no alert waits behind a picture. Control is JSON text in
 * both directions; pictures are binary, see `video-unit.ts`.
 */
export const VIDEO_PATH = '/video';

/** As many cameras may be open on one socket: a grid of 16, and the ones that are just being exchanged for others. */
export const MOST_CAMERAS_PER_SOCKET = 32;

/**
 * `h264`: the camera's video is decoded and coded again for who cannot decode it as it is, smaller where it is larger than
 * 1280×720; absent: as it comes.
 */
const Rendition = z.literal('h264').optional();
export type Rendition = z.infer<typeof Rendition>;

/** Names a camera's video on one socket; a page may have both, the camera's own and its rendition. */
export function videoKey(cameraId: string, as: Rendition): string {
  return as === undefined ? cameraId : `${cameraId} ${as}`;
}

/** What a page says. `play` of a camera that plays, and `stop` of one that does not, change nothing. */
export const VideoWish = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('play'), cameraId: CameraId, as: Rendition }),
  z.strictObject({ kind: z.literal('stop'), cameraId: CameraId, as: Rendition }),
]);
export type VideoWish = z.infer<typeof VideoWish>;

/** What the server says beside the pictures. */
export const VideoNews = z.discriminatedUnion('kind', [
  /** The camera is open: its pictures come under this channel. Those of a channel begin with a whole key. */
  z.object({ kind: z.literal('opened'), cameraId: z.string(), as: Rendition, channel: z.number().int() }),
  /** It is not, or not any more; `problem` says why. Nothing comes until it is asked for again. */
  z.object({ kind: z.literal('refused'), cameraId: z.string(), as: Rendition, problem: Problem }),
  /** What becomes of the camera's stream; told once after `opened`, and whenever it changes. */
  z.object({ kind: z.literal('state'), channel: z.number().int(), state: CameraState }),
  /**
   * The things that were followed in the picture that was captured at this very instant; it is the one of the unit with
   * the same `capturedAtMs`. Analysis takes a while: the unit was sent before.
   */
  z.object({
    kind: z.literal('boxes'),
    channel: z.number().int(),
    capturedAtMs: z.number(),
    boxes: z.array(Box),
  }),
  /** The line is there; every 10 s, whether pictures come or not. */
  z.object({ kind: z.literal('beat') }),
]);
export type VideoNews = z.infer<typeof VideoNews>;
