import { z } from 'zod';
import { RuleName } from '#config/rule.ts';
import { AlgorithmStage } from './algorithm.ts';
import { Box, ClassGroup, ModelIdentity } from './observation.ts';
import { RolloutLimits } from './rollout-terms.ts';

/** How the processes of a version do now, and in the last minute. */
const RolloutRunning = z.object({
  runs: z
    .enum(['within', 'apart'])
    .nullable()
    .describe('within the analysis processes, or apart from them; null: nowhere'),
  open: z.number().int().describe('In how many analysis processes it is open'),
  down: z.number().int().describe('In how many it is not, though it should be'),
  looks: z.number().int().describe('Pictures, or parts of them, that it looked at in the last minute'),
  lookMs: z.number().nullable().describe('How long one took in the mean, the way there and back included; null: none'),
  rssBytes: z.number().describe('Of its own processes'),
});

const RolloutCamera = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['alerts', 'shadow']).describe('alerts: what it sees is raised; shadow: it is kept apart'),
});

/** What of a camera and a rule both versions raised, and what one of them alone. */
export const RolloutComparison = z.object({
  cameraId: z.string(),
  cameraName: z.string(),
  rule: RuleName,
  both: z.number().int(),
  onlyOld: z.number().int(),
  onlyNew: z.number().int(),
  oldScore: z.number().nullable().describe('In the mean, 0..1; null: it raised nothing'),
  newScore: z.number().nullable(),
});
export type RolloutComparison = z.infer<typeof RolloutComparison>;

const ModelDeath = z.object({
  at: z.iso.datetime(),
  process: z.enum(['shard', 'apart']).describe('shard: it took an analysis process with it; apart: its own alone'),
  how: z.string(),
  log: z.string().describe('The end of what the process wrote'),
});

/** Where a version runs, how it does, and how it compares with the one that counts. */
export const Rollout = z.object({
  versionId: z.string(),
  stage: AlgorithmStage,
  since: z.iso.datetime(),
  share: z.number().nullable().describe('Of the cameras; null: it does not run on a share of them'),
  limits: RolloutLimits,
  running: RolloutRunning,
  cameras: z.array(RolloutCamera).describe('Those that the asker sees'),
  against: z.object({ versionId: z.string(), version: z.string(), lookMs: z.number().nullable() }).nullable(),
  comparison: z.array(RolloutComparison),
  /** Alerts that name it: raised, and of those judged, called false. */
  verdicts: z.object({ raised: z.number().int(), judged: z.number().int(), false: z.number().int() }),
  deaths: z.array(ModelDeath).describe('The latest first, at most 20'),
});
export type Rollout = z.infer<typeof Rollout>;

/** What a version in the shadow would have raised. */
export const ShadowAlert = z.object({
  id: z.string(),
  versionId: z.string(),
  cameraId: z.string(),
  cameraName: z.string(),
  viewId: z.string(),
  rule: RuleName,
  classGroup: ClassGroup,
  boxes: z.array(Box),
  confidence: z.number(),
  model: ModelIdentity,
  startedAt: z.iso.datetime(),
  raisedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  alertId: z
    .string()
    .nullable()
    .describe('The alert of the version that counts for the same thing; null: it raised none'),
  hasPicture: z.boolean(),
});
export type ShadowAlert = z.infer<typeof ShadowAlert>;

/** A step of a version, for all who are at their desks. */
export const AlgorithmNews = z.object({
  id: z.string(),
  algorithm: z.string(),
  version: z.string(),
  stage: AlgorithmStage,
  by: z.string().describe('"system": nobody asked for it'),
  reason: z.string(),
  at: z.iso.datetime(),
});
export type AlgorithmNews = z.infer<typeof AlgorithmNews>;
