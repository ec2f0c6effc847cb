import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { ShippedRule } from '#config/rule.ts';
import { Case, CaseEntryKind } from './case.ts';
import { Notice } from './notice.ts';
import { Box, PictureMoment } from './observation.ts';
import { OfficerArea, Shift } from './officer.ts';

/** 处置前, 处置后; or with a message, or of a problem that nobody had seen yet. */
export const PhotoKind = z.enum(['before', 'after', 'message', 'report']);
export type PhotoKind = z.infer<typeof PhotoKind>;

/** What is odd about a photo's place or time. It is said, and refuses nothing: a person judges. */
export const PhotoDoubt = z.enum(['far', 'no-place', 'places-differ', 'old', 'in-future', 'seen-before']);
export type PhotoDoubt = z.infer<typeof PhotoDoubt>;

/** A photo of a case. Where exactly it was taken is kept in the engine and told to nobody: only how far from the case. */
export const CasePhoto = z.object({
  id: z.string(),
  kind: PhotoKind,
  by: z.string(),
  takenAt: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  sha256: z.string().describe('Of the bytes as they came from the phone'),
  distanceM: z.number().nullable().describe('From the place of the case'),
  doubts: z.array(PhotoDoubt),
});
export type CasePhoto = z.infer<typeof CasePhoto>;

/** What was said between desk and officer on a case. */
export const CaseMessage = z.object({
  id: z.string(),
  n: z.number().int(),
  from: z.enum(['desk', 'officer']),
  by: z.string(),
  at: z.iso.datetime(),
  text: z.string(),
  photoId: z.string().nullable(),
  voiceMs: z.number().int().nullable().describe('How long its voice note is; null: it has none'),
});
export type CaseMessage = z.infer<typeof CaseMessage>;

/** When what an officer did was done, which may be long before it could be sent. */
export const FieldStep = z.object({
  kind: z.string(),
  by: z.string(),
  doneAt: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
});
export type FieldStep = z.infer<typeof FieldStep>;

export const CaseField = z.object({
  caseId: z.string(),
  photos: z.array(CasePhoto),
  messages: z.array(CaseMessage),
  steps: z.array(FieldStep),
});
export type CaseField = z.infer<typeof CaseField>;

/** A case as its unit's officers see it. */
export const PatrolCase = Case.extend({
  evidence: z.array(
    z.object({
      alertId: z.string(),
      moment: PictureMoment,
      capturedAt: z.iso.datetime(),
      boxes: z.array(Box),
    }),
  ),
  field: CaseField,
  mine: z.boolean().describe('false: it was the unit’s and is another’s now'),
});
export type PatrolCase = z.infer<typeof PatrolCase>;

/** All that an officer's phone needs for the day. */
export const PatrolDay = z.object({
  officer: z.object({ id: z.string(), displayName: z.string(), unitId: z.string(), unitName: z.string() }),
  site: z.object({ name: z.string(), timeZone: z.string(), rules: z.array(ShippedRule) }),
  areas: z.array(OfficerArea),
  shift: Shift.nullable().describe('The one that is on now'),
  nextShift: Shift.nullable(),
  cases: z.array(PatrolCase),
  notices: z.array(Notice),
  photoWithinM: z.number(),
  trailKeptDays: z.number(),
  pushKey: z.string().describe('The public key that pushed notices are signed with'),
  readAt: z.iso.datetime(),
});
export type PatrolDay = z.infer<typeof PatrolDay>;

/** An id that the phone makes: what is sent twice with it is done once. */
const ClientId = z.string().regex(/^[0-9A-Za-z-]{16,64}$/);
const doneAt = z.iso.datetime().describe('By the phone’s clock');

export const PatrolStep = z.strictObject({
  clientId: ClientId,
  kind: CaseEntryKind.extract(['accepted', 'started', 'handled', 'returned', 'noted']),
  note: z.string().trim().max(2000).default(''),
  doneAt,
});
export type PatrolStep = z.infer<typeof PatrolStep>;

export const PatrolReport = z.strictObject({
  clientId: ClientId,
  rule: ShippedRule,
  place: z.string().trim().min(1).max(200),
  note: z.string().trim().min(1).max(2000),
  lngLat: LngLat,
  doneAt,
});
export type PatrolReport = z.infer<typeof PatrolReport>;

export const NewPositions = z.strictObject({
  points: z
    .array(z.strictObject({ lngLat: LngLat, accuracyM: z.number().min(0).max(100_000), at: z.iso.datetime() }))
    .min(1)
    .max(200),
});
export type NewPositions = z.infer<typeof NewPositions>;

export const PositionsTaken = z.object({
  taken: z.number().int(),
  refused: z.number().int().describe('Outside a shift, older than trails are kept, or of the future'),
});

export const NewMessage = z.strictObject({ clientId: ClientId, text: z.string().trim().min(1).max(2000) });
export type NewMessage = z.infer<typeof NewMessage>;

/** What is asked of a photo besides its bytes, which are the body. */
export const PhotoQuery = z.object({
  clientId: ClientId,
  kind: PhotoKind,
  takenAt: z.iso.datetime().describe('By the phone’s clock'),
  lng: z.coerce.number().min(-180).max(180).optional(),
  lat: z.coerce.number().min(-90).max(90).optional(),
  accuracyM: z.coerce.number().min(0).max(100_000).optional(),
});
export type PhotoQuery = z.infer<typeof PhotoQuery>;

export const VoiceQuery = z.object({ clientId: ClientId, durationMs: z.coerce.number().int().min(200).max(60_000) });

/** A shift's end at the desk: what is open, taken over with a name. Appended, never changed. */
export const Handover = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  signedBy: z.string(),
  account: z.string(),
  givenBy: z.string(),
  note: z.string(),
  cases: z.array(
    Case.pick({ id: true, rule: true, state: true, unitName: true, cameraName: true, severity: true, openedAt: true }),
  ),
});
export type Handover = z.infer<typeof Handover>;

export const NewHandover = z.strictObject({
  signature: z.string().trim().min(2).max(80).describe('The full name of who takes over, typed by them'),
  givenBy: z.string().trim().min(1).max(80),
  note: z.string().trim().max(4000).default(''),
  caseIds: z.array(z.string()).max(5000).describe('The open cases that the sheet showed'),
});
export type NewHandover = z.infer<typeof NewHandover>;
