import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { RuleName, Severity, ZoneKind } from '#config/rule.ts';
import { AlertClip } from './alert-clip.ts';
import { County } from './camera.ts';
import { Box, ClassGroup, ModelIdentity, PictureMoment, Verification } from './observation.ts';

/** What an algorithm is called. */
export const AlgorithmName = z.object({ zh: z.string().trim().min(1).max(80), en: z.string().trim().min(1).max(80) });
export type AlgorithmName = z.infer<typeof AlgorithmName>;

export const Presence = z.enum(['standing', 'ended']);
export type Presence = z.infer<typeof Presence>;
export const Handling = z.enum(['new', 'acknowledged', 'shelved']);
export type Handling = z.infer<typeof Handling>;
export const Verdict = z.enum(['none', 'confirmed', 'false', 'wrong-class']);
export type Verdict = z.infer<typeof Verdict>;

export const Evidence = z.object({
  moment: PictureMoment,
  capturedAt: z.iso.datetime(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  boxes: z.array(Box),
  url: z.string().describe('/api/alerts/:id/evidence.jpg?moment=…'),
});
export type Evidence = z.infer<typeof Evidence>;

/** What a person did with the alert: acknowledged, judged, revoked that. Appended, never changed. */
export const AlertEntry = z.object({
  kind: z.enum([
    'acknowledged',
    'false-alarm',
    'false-alarm-revoked',
    'case-opened',
    'confirmed',
    'wrong-class',
    'verdict-withdrawn',
  ]),
  at: z.iso.datetime(),
  by: z.string().describe('The person’s display name'),
  comment: z.string(),
});
export type AlertEntry = z.infer<typeof AlertEntry>;

/** One real problem. Its axes are separate and have one writer each: the camera, the operator, the judge. */
export const Alert = z.object({
  id: z.string(),
  seq: z.number().int().describe('The change that brought it to this state'),
  algorithm: z.string().describe('The id of the algorithm; that of a shipped rule is its name'),
  algorithmName: AlgorithmName.nullable().describe('As it was called then; null: a shipped rule'),
  rule: RuleName,
  severity: Severity,
  presence: Presence,
  handling: Handling,
  verdict: Verdict,
  trueClass: z.string().nullable().describe('Which class it truly is, where the verdict is wrong-class'),
  cameraId: z.string(),
  cameraName: z.string(),
  viewId: z.string(),
  classGroup: ClassGroup,
  zoneKind: ZoneKind.nullable().describe('null: it looked at the whole picture'),
  zoneIndex: z.number().int().nullable(),
  zoneName: z.string().nullable(),
  dwellMs: z.number(),
  startedAt: z.iso.datetime().describe('When the thing was first seen'),
  raisedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  lngLat: LngLat,
  errorM: z.number(),
  county: County.nullable(),
  confidence: z.number(),
  boxes: z.array(Box),
  model: ModelIdentity,
  verification: Verification.nullable().describe(
    'What a second model made of it before it was raised; null: none was asked',
  ),
  evidence: z.array(Evidence),
  clip: AlertClip.nullable().describe('null: raised while no clips were kept'),
  entries: z.array(AlertEntry),
  caseId: z.string().nullable(),
  caseClosedAt: z.iso
    .datetime()
    .nullable()
    .describe('When that case was closed; what still stands may go into another'),
});
export type Alert = z.infer<typeof Alert>;

export const AlertPage = z.object({ items: z.array(Alert), lastSeq: z.number().int() });
export const Acknowledgement = z.strictObject({ comment: z.string().trim().max(2000).default('') });
export const FalseAlarm = z.strictObject({ reason: z.string().trim().min(1).max(2000) });

/** A person's verdict on an alert, but that it is false, which keeps its place quiet. none takes back what was said. */
export const NewVerdict = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('confirmed'), comment: z.string().trim().max(2000).default('') }),
  z.strictObject({
    verdict: z.literal('wrong-class'),
    trueClass: z.string().trim().min(1).max(100),
    comment: z.string().trim().max(2000).default(''),
  }),
  z.strictObject({ verdict: z.literal('none'), comment: z.string().trim().min(1).max(2000) }),
]);
export type NewVerdict = z.infer<typeof NewVerdict>;

/** A place that is kept quiet after a false alarm; listed and revocable. */
export const Suppression = z.object({
  id: z.string(),
  alertId: z.string(),
  cameraId: z.string(),
  cameraName: z.string(),
  viewId: z.string(),
  algorithm: z.string(),
  algorithmName: AlgorithmName.nullable(),
  rule: RuleName,
  classGroup: ClassGroup,
  box: Box,
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  until: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  revokedBy: z.string().nullable(),
});
export type Suppression = z.infer<typeof Suppression>;
