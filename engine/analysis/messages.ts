import { z } from 'zod';
import { AlgorithmBinding, CameraId, CameraSource, GroundCalibration, LngLat, Zone } from '#config/camera.ts';
import { ExecutionProvider } from '#config/execution-provider.ts';
import { CameraFault, CameraState, PictureFaultCode } from '../contract/camera.ts';
import { Box, JpegBytes, SceneReport } from '../contract/observation.ts';

/**
 * What a shard and its parent say to each other. The schemas know no transport: process messages now, a broker when
 * shards run on other machines.
 */

/** A rule bound to a camera, with the site's settings already merged in. */
const BoundRule = AlgorithmBinding.extend({ dwellMs: z.number().int().min(0) });

/** All that a shard needs to know of a camera. */
export const WatchedCameraConfig = z.object({
  id: CameraId,
  viewId: z.string(),
  source: CameraSource,
  lngLat: LngLat,
  calibration: GroundCalibration.optional(),
  zones: z.array(Zone),
  algorithms: z.array(BoundRule),
  decode: z.enum(['keyframes', 'all']),
  samplePeriodMs: z.number(),
  /** The view that the zones were drawn on: which drawing it is, and the kept fingerprint of the view, if there is one. */
  view: z.object({ drawing: z.string(), fingerprint: z.string().nullable() }).optional(),
});
export type WatchedCameraConfig = z.infer<typeof WatchedCameraConfig>;

export const ShardSettings = z.object({
  shardId: z.string(),
  modelFolder: z.string(),
  timeZone: z.string(),
  /** A still scene is analysed at least this often. */
  longestQuietMs: z.number(),
  /** A standing fact's latest picture is renewed this often. */
  latestPictureMs: z.number(),
  executionProvider: ExecutionProvider.optional(),
});
export type ShardSettings = z.infer<typeof ShardSettings>;

/** A camera that somebody looks at, analysed or not; its pictures are told under the channel. */
export const ViewedCamera = z.object({ channel: z.number().int(), cameraId: CameraId, source: CameraSource });
export type ViewedCamera = z.infer<typeof ViewedCamera>;

const UnitBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'a Uint8Array');

export const ToShard = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), settings: ShardSettings }),
  z.object({ kind: z.literal('watch'), cameras: z.array(WatchedCameraConfig) }),
  z.object({ kind: z.literal('unwatch'), cameraIds: z.array(z.string()) }),
  /** These facts are in the database: their pictures need not be sent again. */
  z.object({ kind: z.literal('filed'), cameraId: z.string(), keys: z.array(z.string()) }),
  z.object({ kind: z.literal('picture-wanted'), requestId: z.number(), cameraId: z.string() }),
  z.object({ kind: z.literal('view'), cameras: z.array(ViewedCamera) }),
  z.object({ kind: z.literal('unview'), cameraIds: z.array(z.string()) }),
  z.object({ kind: z.literal('stop') }),
]);
export type ToShard = z.infer<typeof ToShard>;

/** Counters run from the shard's start; the parent takes differences. */
export const CameraFigures = z.object({
  id: z.string(),
  /** Of the last whole key picture that arrived; null before the first. */
  lastFrameAtMs: z.number().nullable(),
  lastAnalysedAtMs: z.number().nullable(),
  /** Access units that arrived. */
  seen: z.number(),
  analysed: z.number(),
  /** Whole pictures that were due and made way for a later one before they were decoded. */
  dropped: z.number(),
  /** Due pictures that the motion gate found unchanged. */
  gated: z.number(),
  /** Due pictures that the detector was not asked about: a fault of the picture, a flash. */
  passedOver: z.number(),
  /** Access units that lost a packet or a slice and were not analysed. */
  damaged: z.number(),
  connects: z.number(),
  inferenceMs: z.number(),
});
export type CameraFigures = z.infer<typeof CameraFigures>;

export const FromShard = z.discriminatedUnion('kind', [
  /** Where the model runs; `refusal`: why not where it was wanted. */
  z.object({ kind: z.literal('running'), provider: ExecutionProvider, refusal: z.string().nullable() }),
  z.object({
    kind: z.literal('camera-state'),
    cameraId: z.string(),
    state: CameraState,
    reason: z.string().nullable(),
    code: CameraFault.nullable(),
  }),
  /** Told when a picture fault begins, becomes another or is over, and once after a start when there is none. */
  z.object({
    kind: z.literal('picture-fault'),
    cameraId: z.string(),
    fault: z.object({ code: PictureFaultCode, sinceMs: z.number() }).nullable(),
  }),
  /** The fingerprint of the view that `drawing` was drawn on: to be kept, and handed out with the camera. */
  z.object({
    kind: z.literal('view-fingerprint'),
    cameraId: z.string(),
    drawing: z.string(),
    fingerprint: z.string(),
  }),
  z.object({ kind: z.literal('scene'), report: SceneReport }),
  z.object({
    kind: z.literal('figures'),
    cpuMs: z.number(),
    rssBytes: z.number(),
    cameras: z.array(CameraFigures),
  }),
  z.object({
    kind: z.literal('picture'),
    requestId: z.number(),
    picture: z.object({ jpeg: JpegBytes, capturedAtMs: z.number() }).nullable(),
  }),
  /** Coded pictures of viewed cameras, each as the page gets it: see contract/video-unit.ts. */
  z.object({ kind: z.literal('units'), units: z.array(UnitBytes) }),
  /** What was followed in a picture of a viewed camera. */
  z.object({
    kind: z.literal('boxes'),
    channel: z.number().int(),
    capturedAtMs: z.number(),
    boxes: z.array(Box),
  }),
  z.object({ kind: z.literal('view-state'), channel: z.number().int(), state: CameraState }),
  z.object({ kind: z.literal('trouble'), message: z.string(), count: z.number() }),
]);
export type FromShard = z.infer<typeof FromShard>;
