import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { TimeLimit, TimeUnit, WorkingHours } from '#config/case-clocks.ts';
import { RuleName, Severity } from '#config/rule.ts';
import { AlgorithmName, Presence } from './alert.ts';
import { County } from './camera.ts';
import { CaseCheck, CheckOutcome, CheckReason } from './case-check.ts';

export { TimeLimit, TimeUnit };

/** What is appended to a case; its state is what its last entries say. */
export const CaseEntryKind = z.enum([
  ...['opened', 'assigned', 'started', 'handled', 'closed'],
  ...['returned', 'rework', 'suspended', 'resumed', 'extended', 'supervised', 'voided', 'reopened', 'noted'],
  ...['reported', 'verifying', 'verified', 'registered', 'assisted', 'checked', 'overdue', 'escalated'],
  ...['appealed', 'appeal-granted', 'appeal-refused', 'merged', 'merged-into', 'split', 'linked'],
  ...['accepted', 'recalled'],
] as const);
export type CaseEntryKind = z.infer<typeof CaseEntryKind>;

export const CaseState = z.enum(['reported', 'opened', 'assigned', 'started', 'handled', 'closed']);
export type CaseState = z.infer<typeof CaseState>;

/** What of a case is timed: until it is registered, sent out, handled, and until that is checked. */
export const CaseStage = z.enum(['register', 'dispatch', 'handle', 'check']);
export type CaseStage = z.infer<typeof CaseStage>;

/** What an entry says besides its words: what a camera saw, which clock ran out, which other case is meant. */
export const CaseEntryDetail = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('check'), outcome: CheckOutcome, reason: CheckReason.nullable() }),
  z.object({ kind: z.literal('late'), stage: CaseStage }),
  z.object({
    kind: z.literal('escalation'),
    stage: CaseStage.nullable().describe('The clock that ran out; null: it was returned too often'),
    tell: z.array(z.string()).describe('The roles that are told'),
  }),
  z.object({ kind: z.literal('case'), caseId: z.string() }),
]);
export type CaseEntryDetail = z.infer<typeof CaseEntryDetail>;

export const CaseEntry = z.object({
  kind: CaseEntryKind,
  at: z.iso.datetime(),
  by: z.string().describe('The person’s display name, or the camera’s; empty: the engine itself'),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
  note: z.string(),
  limit: TimeLimit.nullable().describe('How long what begins here may take; of an extension, how much longer'),
  detail: CaseEntryDetail.nullable().optional(),
});
export type CaseEntry = z.infer<typeof CaseEntry>;

/** The clock that runs, or stands still, while a case is open. Times are of the site's working calendar already. */
export const CaseClock = z.object({
  stage: CaseStage,
  limit: TimeLimit,
  phase: z.enum(['running', 'paused']),
  /** null while it stands still, unless it was reached before. */
  yellowAt: z.iso.datetime().nullable(),
  dueAt: z.iso.datetime().nullable(),
  leftMs: z.number().describe('What was left, in its own working time, when the clock last went or stood still'),
});
export type CaseClock = z.infer<typeof CaseClock>;

/** How a case ended: handled, closed without anybody having handled it, void from the beginning, or part of another one. */
export const CaseOutcome = z.enum(['handled', 'unhandled', 'voided', 'merged']);
export type CaseOutcome = z.infer<typeof CaseOutcome>;

/** Who brought a case up. */
export const CaseSource = z.enum(['alert', 'officer', 'citizen', 'hotline']);
export type CaseSource = z.infer<typeof CaseSource>;

/** 超时申诉: whether the unit says that it is not to blame for what was late, and what became of that. */
export const Appeal = z.enum(['open', 'granted', 'refused']);
export type Appeal = z.infer<typeof Appeal>;

export const Case = z.object({
  id: z.string(),
  seq: z.number().int(),
  state: CaseState,
  alertIds: z.array(z.string()),
  cameraIds: z.array(z.string()).describe('Where its alerts were raised'),
  rule: RuleName.nullable().describe('null: no alert raised it'),
  algorithmName: AlgorithmName.nullable().describe('Of the first of its alerts; null: a shipped rule, or no alert'),
  source: CaseSource,
  sources: z
    .partialRecord(CaseSource, z.number().int())
    .describe('How many alerts and reports it has from each source, those of cases merged into it too'),
  mergedInto: z.string().nullable(),
  mergedIds: z.array(z.string()).describe('The cases that are part of it now'),
  linkedIds: z.array(z.string()).describe('Cases that have to do with it and stay their own'),
  severity: Severity,
  codeset: z.string(),
  code: z.string(),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
  assisting: z
    .array(z.object({ id: z.string(), name: z.string() }))
    .describe('协办: units that help the one in charge'),
  cameraName: z.string().describe('Where: the camera’s name, or the place as whoever reported it wrote it'),
  lngLat: LngLat,
  county: County.nullable(),
  /** What the camera says now: ended when every alert of the case has ended. */
  presence: Presence,
  /** null once it is closed, and of cases from before there were clocks. */
  clock: CaseClock.nullable(),
  /** What took longer than it might. */
  late: z.array(CaseStage),
  suspended: z.boolean(),
  supervised: z.boolean(),
  appeal: Appeal.nullable().describe('granted: what was late stays on record and does not count'),
  checks: z.array(CaseCheck).describe('What its cameras saw each time that it was handled'),
  /** null while it is open. */
  outcome: CaseOutcome.nullable(),
  entries: z.array(CaseEntry),
});
export type Case = z.infer<typeof Case>;

/** Entries that nobody appends alone: they come with a case, a merge, a camera’s look, or a clock that ran out. */
const NOT_ALONE = [
  ...(['opened', 'reported', 'checked', 'overdue', 'escalated', 'merged', 'merged-into', 'split', 'linked'] as const),
] as const;

/** A case from alerts. */
export const NewCase = z.strictObject({
  alertIds: z.array(z.string()).min(1).max(50),
  note: z.string().max(2000).default(''),
});
/** A case that somebody reports and no alert raised. */
export const NewReport = z.strictObject({
  source: CaseSource.exclude(['alert']).default('officer'),
  codeset: z.string().min(1).max(64),
  code: z.string().min(1).max(64),
  severity: Severity.default('minor'),
  lngLat: LngLat,
  place: z.string().trim().min(1).max(120).describe('Where it is, in words'),
  note: z.string().trim().max(2000).default(''),
});
export type NewReport = z.infer<typeof NewReport>;

/** Another case, to be merged into this one or linked with it. */
export const OtherCase = z.strictObject({ caseId: z.string(), note: z.string().trim().max(2000).default('') });

/** A case that may be about the same thing. */
export const LikelyDuplicate = z.object({
  case: Case,
  distanceM: z.number(),
  ageMs: z.number().describe('How much later, or earlier, it was opened'),
  sameClass: z.boolean(),
  linked: z.boolean(),
});
export type LikelyDuplicate = z.infer<typeof LikelyDuplicate>;

export const NewCaseEntry = z.strictObject({
  kind: CaseEntryKind.exclude(NOT_ALONE),
  unitId: z.string().optional(),
  limit: TimeLimit.optional().describe('Of an extension: how much longer'),
  note: z.string().trim().max(2000).default(''),
});
export type NewCaseEntry = z.infer<typeof NewCaseEntry>;

export const Unit = z.object({
  id: z.string(),
  name: z.string(),
  division: z.string(),
  department: z.string(),
  workingHours: WorkingHours.nullable().describe('When it works on working days; null: as the city does'),
  lngLat: LngLat.nullable().describe('Where it is stationed, WGS84; null: not registered'),
});
export type Unit = z.infer<typeof Unit>;
