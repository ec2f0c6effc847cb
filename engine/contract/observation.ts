import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { RuleName, ZoneKind } from '#config/rule.ts';

/** A detector's box as shares of the picture: [left, top, right, bottom] in 0..1. */
export const Box = z.object({
  xyxy: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  class: z.string(),
  score: z.number().min(0).max(1),
});
export type Box = z.infer<typeof Box>;

/**
 * Classes that one physical thing is seen as in turn: a van is "truck" in one frame and "car" in the next. object: whatever
 * an algorithm looks for and that stays; mover: that moves about.
 */
export const ClassGroup = z.enum(['vehicle', 'garbage', 'vendor', 'dog', 'object', 'mover']);
export type ClassGroup = z.infer<typeof ClassGroup>;

export const ModelIdentity = z.object({
  name: z.string(),
  version: z.string(),
  sha256: z.string().describe('Of its ONNX file'),
  versionId: z
    .string()
    .optional()
    .describe('See /api/algorithm-versions; absent in what was raised before there were any'),
});
export type ModelIdentity = z.infer<typeof ModelIdentity>;

/**
 * What the second model of a rule made of a fact. `verified`: it saw the thing there too, `score` how surely; `unverified`:
 * it could not be asked, because its package does not open or its run failed, and nothing was withheld for that.
 */
export const Verification = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('verified'), model: ModelIdentity, score: z.number().min(0).max(1) }),
  z.object({
    outcome: z.literal('unverified'),
    model: z.string().describe('The name of the package that was wanted'),
    reason: z.enum(['not-opened', 'barred', 'failed']),
  }),
]);
export type Verification = z.infer<typeof Verification>;

/**
 * A fact about one thing in one place. `pending`: seen, its dwell not yet over; `standing`: longer than its dwell.
 * Times are epoch milliseconds of a monotonic clock (see the shard's clock), never of the stream.
 */
export const Observation = z.object({
  key: z.string().describe('Names the fact within one life of a shard; used to answer "filed", never to match alerts'),
  algorithm: z.string().optional().describe('The id of the algorithm; absent: a shipped rule, whose name it is'),
  rule: RuleName,
  classGroup: ClassGroup,
  phase: z.enum(['pending', 'standing']),
  /** null: it looks at the whole picture. */
  zoneKind: ZoneKind.nullable(),
  zoneIndex: z.number().int().min(0).nullable(),
  /** The thing itself first, then what supports it: a vendor’s stall, the person a dog keeps away from. A stray has none. */
  boxes: z.array(Box).min(1),
  confidence: z.number().min(0).max(1),
  dwellMs: z.number().describe('The dwell that was asked for'),
  startedAtMs: z.number(),
  lastSeenAtMs: z.number(),
  lngLat: LngLat,
  errorM: z.number().min(0),
  model: ModelIdentity.optional().describe('Who saw it, where that is not the model of the report'),
  verification: Verification.optional().describe('Of a standing fact whose rule has a second model'),
});
export type Observation = z.infer<typeof Observation>;

/** Encoded bytes of a picture; over process messages it arrives as the same type. */
export const JpegBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'a Uint8Array of JPEG bytes');

export const PictureMoment = z.enum(['first-seen', 'onset', 'latest']);
export type PictureMoment = z.infer<typeof PictureMoment>;

/** A picture whose pixels are the very frame that its boxes were found in. */
export const EvidencePicture = z.object({
  moment: PictureMoment,
  capturedAtMs: z.number(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  boxes: z.array(Box),
  jpeg: JpegBytes,
});
export type EvidencePicture = z.infer<typeof EvidencePicture>;

/**
 * What a shard saw in one analysed frame, level-triggered: all facts that hold now, not what changed. Whoever missed
 * ten reports knows as much from the eleventh.
 */
export const SceneReport = z.object({
  cameraId: z.string(),
  viewId: z.string(),
  analysedAtMs: z.number(),
  model: ModelIdentity,
  observations: z.array(Observation),
  /** Algorithms that nobody looked for in this frame, as their model is down: it says nothing of them. */
  notLookedFor: z.array(z.string()).optional(),
  /** By observation key; repeated until the parent answers that the fact is filed. */
  pictures: z.record(z.string(), z.array(EvidencePicture)),
});
export type SceneReport = z.infer<typeof SceneReport>;
