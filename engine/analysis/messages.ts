import { z } from 'zod';
import {
  AlgorithmBinding,
  CameraConfig,
  CameraId,
  CameraSource,
  CameraView,
  LngLat,
  LookedAt,
  Zone,
} from '#config/camera.ts';
import { DecodeDeviceName } from '#config/decode-device.ts';
import { ExecutionProvider } from '#config/execution-provider.ts';
import { RuleName, ZoneKind } from '#config/rule.ts';
import { ClipFault } from '../contract/alert-clip.ts';
import { CameraFault, CameraState, PictureFaultCode } from '../contract/camera.ts';
import { Box, JpegBytes, ModelIdentity, SceneReport } from '../contract/observation.ts';
import { NO_FINGERPRINT } from '../views/view-watch.ts';

/**
 * What a shard and its parent say to each other. The schemas know no transport: process messages now, a broker when
 * shards run on other machines.
 */

/** A rule bound to a camera, with the site's settings already merged in. */
const BoundRule = AlgorithmBinding.extend({
  rule: RuleName,
  dwellMs: z.number().int().min(0),
  /** Of an algorithm that was defined; absent: the shipped rule itself. */
  algorithm: z.string().optional(),
  /** The name of the package that it looks with; absent: the site's. */
  model: z.string().optional(),
  classes: z.array(z.string()).optional(),
  zoneKind: ZoneKind.nullable().optional(),
  movesAbout: z.boolean().optional(),
  samplePeriodMs: z.number().optional(),
  regions: LookedAt.optional(),
  calendar: z
    .object({ on: z.enum(['workdays', 'restdays']), holidays: z.array(z.string()), workdays: z.array(z.string()) })
    .optional(),
});
export type WatchedRule = z.infer<typeof BoundRule>;

/**
 * A version of an algorithm package that the shard has open. within: in its own process; apart: in one of its own; aside:
 * in one of its own that gives way to others, as nobody waits for it.
 */
export const ModelInPlay = z.object({
  versionId: z.string(),
  /** The name of its package, and whether that is the site's own. */
  algorithm: z.string(),
  isSites: z.boolean(),
  folder: z.string(),
  runs: z.enum(['within', 'apart', 'aside']),
});
export type ModelInPlay = z.infer<typeof ModelInPlay>;

/** A version that was quarantined or retired: it verifies nothing, wherever its package lies. */
const BarredVersion = z.object({ algorithm: z.string(), version: z.string() });
export type BarredVersion = z.infer<typeof BarredVersion>;

/** Which version looks at a camera for the rules that are bound to a package; null: the site's. */
const LaneOrder = z.object({
  model: z.string().nullable(),
  version: z.string().nullable(),
  /** Which one looks where that is down; null: whatever of its package is open. */
  instead: z.string().nullable(),
  /** What it sees is kept apart, and is no alert. */
  shadow: z.boolean(),
});
export type LaneOrder = z.infer<typeof LaneOrder>;

/** A view of a camera: what is drawn on it, which drawing that is, and what the view looks like, if that is known. */
const WatchedView = CameraView.pick({ zones: true, calibration: true }).extend({
  id: z.string(),
  zones: z.array(Zone),
  drawing: z.string(),
  fingerprint: z.string().nullable(),
});

/** All that a shard needs to know of a camera. */
export const WatchedCameraConfig = z.object({
  id: CameraId,
  source: CameraSource,
  lngLat: LngLat,
  rangeM: z.number().optional(),
  views: z.array(WatchedView).min(1),
  algorithms: z.array(BoundRule),
  decode: CameraConfig.shape.decode.unwrap(),
  samplePeriodMs: z.number().optional(),
  /** Absent: zones. */
  regions: LookedAt.optional(),
  /** Somebody turns it: nothing that it shows is a fact. */
  turned: z.boolean().optional(),
  /** Absent: the site's model looks for all of its rules. None: no rule of it has a package. */
  lanes: z.array(LaneOrder).optional(),
});
export type WatchedCameraConfig = z.infer<typeof WatchedCameraConfig>;

/** A rule's second model: the name of its package, its folder, and the least score where the site states one. */
const VerifierOfRule = z.object({ model: z.string(), folder: z.string(), threshold: z.number().optional() });
export type VerifierOfRule = z.infer<typeof VerifierOfRule>;

export const ShardSettings = z.object({
  shardId: z.string(),
  /** The site's package, where no versions are named. */
  modelFolder: z.string(),
  models: z.array(ModelInPlay).optional(),
  barred: z.array(BarredVersion).optional(),
  /** Where the shard notes which version it is asking just now, for the case that this is its end; absent: nowhere. */
  markFile: z.string().optional(),
  timeZone: z.string(),
  /** A still scene is analysed at least this often. */
  longestQuietMs: z.number(),
  /** A standing fact's latest picture is renewed this often. */
  latestPictureMs: z.number(),
  executionProvider: ExecutionProvider.optional(),
  /** What decodes; absent: the CPU. */
  decodeDevice: DecodeDeviceName.optional(),
  /** The rules that have a second model, and where its package lies. */
  verifiers: z.partialRecord(RuleName, VerifierOfRule).optional(),
  /** A folder of this shard alone for what may become a clip, and the most that lies there; absent: nothing is kept. */
  spool: z.object({ folder: z.string(), limitBytes: z.number() }).optional(),
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
  /** All versions that are in play from now on, and those that may not even verify. */
  z.object({ kind: z.literal('models'), models: z.array(ModelInPlay), barred: z.array(BarredVersion) }),
  /** These facts are in the database: their pictures need not be sent again. */
  z.object({ kind: z.literal('filed'), cameraId: z.string(), keys: z.array(z.string()) }),
  z.object({ kind: z.literal('picture-wanted'), requestId: z.number(), cameraId: z.string() }),
  /** A place is to be looked at now, whatever the gate says of it. */
  z.object({
    kind: z.literal('look-wanted'),
    requestId: z.number(),
    cameraId: z.string(),
    /** With what looks for this one, or this shipped rule. */
    algorithm: z.string(),
    places: z.array(Box.shape.xyxy),
  }),
  /** What the camera shows now is to be one of its views. */
  z.object({ kind: z.literal('fingerprint-wanted'), requestId: z.number(), cameraId: z.string() }),
  z.object({ kind: z.literal('view'), cameras: z.array(ViewedCamera) }),
  z.object({ kind: z.literal('unview'), cameraIds: z.array(z.string()) }),
  /** What began to stand then is an alert: its clip is wanted. */
  z.object({ kind: z.literal('clip-wanted'), cameraId: z.string(), alertId: z.string(), onsetMs: z.number() }),
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
  /** Pictures that are no keys and were decoded all the same, because a rule asked for more than keys. */
  interDecoded: z.number(),
  /** Due pictures that the motion gate found unchanged. */
  gated: z.number(),
  /** Due pictures that the detector was not asked about: a fault of the picture, a flash. */
  passedOver: z.number(),
  /** Access units that lost a packet or a slice and were not analysed. */
  damaged: z.number(),
  connects: z.number(),
  /** How often the detector looked: at the regions of an analysed picture that had changed, none or several. */
  inferences: z.number(),
  inferenceMs: z.number(),
  /** Facts that a second model has let pass. */
  verified: z.number(),
  /** Looks of a second model that did not find the thing. */
  refused: z.number(),
  /** Facts that are held back now: their dwell is over, and the second model has not seen them. */
  withheld: z.number(),
});
export type CameraFigures = z.infer<typeof CameraFigures>;

/** Of a version in a shard, since that started. */
export const ModelFigures = z.object({
  versionId: z.string().nullable(),
  isOpen: z.boolean(),
  /** Regions that it looked at, and for how long in all, the way there and back included. */
  looks: z.number(),
  lookMs: z.number(),
  /** Of its own process; 0 where it has none. */
  rssBytes: z.number(),
});
export type ModelFigures = z.infer<typeof ModelFigures>;

/** The fingerprint of what a camera shows, or why there is none. */
const TakenFingerprint = z.union([
  z.object({ fingerprint: z.string() }),
  z.object({ refusal: z.enum(NO_FINGERPRINT) }),
]);
export type TakenFingerprint = z.infer<typeof TakenFingerprint>;

/** A clip's coded pictures, in order: their bytes lie in the file one after the other. The parent removes the file. */
const ClipCut = z.object({
  file: z.string(),
  units: z.array(
    z.object({
      bytes: z.number().int(),
      key: z.boolean(),
      capturedAtMs: z.number(),
      shownAtTicks: z.number().nullable(),
      codec: z.enum(['h264', 'h265']),
    }),
  ),
  everyFrameFromMs: z.number().nullable(),
  cutShort: z.boolean(),
  gaps: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
});
export type ClipCut = z.infer<typeof ClipCut>;

/** What became of a clip that was wanted. */
const CutOutcome = z.union([ClipCut, ClipFault]);
export type CutOutcome = z.infer<typeof CutOutcome>;

/** One picture of a camera looked at because somebody asked: all that is detected where it looked, unsure boxes too. */
export const FreshLook = z.object({
  capturedAtMs: z.number(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  viewId: z.string(),
  fault: PictureFaultCode.nullable(),
  model: ModelIdentity,
  boxes: z.array(Box.extend({ group: z.string(), isSure: z.boolean() })),
  jpeg: JpegBytes,
});
export type FreshLook = z.infer<typeof FreshLook>;

/** not-running: no model looks for that algorithm at the camera. null: there is no picture, or its model is down for a moment. */
const LookAnswer = z.union([FreshLook, z.literal('not-running')]).nullable();
export type LookAnswer = z.infer<typeof LookAnswer>;

export const FromShard = z.discriminatedUnion('kind', [
  /** Where the model runs; `refusal`: why not where it was wanted. Of the verifiers: whether each is open. */
  z.object({
    kind: z.literal('running'),
    provider: ExecutionProvider,
    refusal: z.string().nullable(),
    verifiers: z.array(z.object({ model: z.string(), isOpen: z.boolean() })),
  }),
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
  /** Which of its views the camera shows, when that is known or has changed; null: none of them. */
  z.object({ kind: z.literal('view-shown'), cameraId: z.string(), viewId: z.string().nullable() }),
  z.object({ kind: z.literal('look'), requestId: z.number(), look: LookAnswer }),
  z.object({ kind: z.literal('fingerprint'), requestId: z.number(), taken: TakenFingerprint }),
  /** The fingerprint of the view that `drawing` was drawn on: to be kept, and handed out with the camera. */
  z.object({
    kind: z.literal('view-fingerprint'),
    cameraId: z.string(),
    viewId: z.string(),
    drawing: z.string(),
    fingerprint: z.string(),
  }),
  z.object({ kind: z.literal('scene'), report: SceneReport }),
  /** What a version in the shadow would have reported; pictures come once, with a fact that begins to stand. */
  z.object({ kind: z.literal('shadow-scene'), versionId: z.string(), report: SceneReport }),
  /** The process of a version ended, or its package does not open. */
  z.object({ kind: z.literal('model-ended'), versionId: z.string(), how: z.string(), log: z.string() }),
  z.object({
    kind: z.literal('figures'),
    cpuMs: z.number(),
    rssBytes: z.number(),
    cameras: z.array(CameraFigures),
    models: z.array(ModelFigures),
    /** Bytes held for clips now, those let go before their time since the start, and the clips cut since. */
    spool: z.object({ bytes: z.number(), letGoBytes: z.number(), clipsCut: z.number() }).optional(),
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
  z.object({ kind: z.literal('clip'), alertId: z.string(), outcome: CutOutcome }),
  z.object({ kind: z.literal('view-state'), channel: z.number().int(), state: CameraState }),
  z.object({ kind: z.literal('trouble'), message: z.string(), count: z.number() }),
]);
export type FromShard = z.infer<typeof FromShard>;
