import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { TimeLimit, TimeUnit } from '#config/case-clocks.ts';
import { RuleName, Severity } from '#config/rule.ts';
import { Presence } from './alert.ts';
import { County } from './camera.ts';

export { TimeLimit, TimeUnit };

/** What is appended to a case; its state is what its last entries say. */
export const CaseEntryKind = z.enum([
  ...['opened', 'assigned', 'started', 'handled', 'closed'],
  ...['returned', 'rework', 'suspended', 'resumed', 'extended', 'supervised', 'voided', 'reopened', 'noted'],
  ...['accepted', 'recalled'],
] as const);
export type CaseEntryKind = z.infer<typeof CaseEntryKind>;

export const CaseEntry = z.object({
  kind: CaseEntryKind,
  at: z.iso.datetime(),
  by: z.string(),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
  note: z.string(),
  limit: TimeLimit.nullable().describe('How long what begins here may take; of an extension, how much longer'),
});
export type CaseEntry = z.infer<typeof CaseEntry>;

export const CaseState = z.enum(['opened', 'assigned', 'started', 'handled', 'closed']);
export type CaseState = z.infer<typeof CaseState>;

/** What of a case is timed: until it is sent out, until it is handled, until that is checked. */
export const CaseStage = z.enum(['dispatch', 'handle', 'check']);
export type CaseStage = z.infer<typeof CaseStage>;

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

/** How a case ended: handled, closed without anybody having handled it, or void from the beginning. */
export const CaseOutcome = z.enum(['handled', 'unhandled', 'voided']);
export type CaseOutcome = z.infer<typeof CaseOutcome>;

export const Case = z.object({
  id: z.string(),
  seq: z.number().int(),
  state: CaseState,
  alertIds: z.array(z.string()),
  cameraIds: z.array(z.string()).describe('Where its alerts were raised'),
  rule: RuleName,
  severity: Severity,
  codeset: z.string(),
  code: z.string(),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
  cameraName: z.string(),
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
  /** null while it is open. */
  outcome: CaseOutcome.nullable(),
  entries: z.array(CaseEntry),
});
export type Case = z.infer<typeof Case>;

export const NewCase = z.strictObject({
  alertIds: z.array(z.string()).min(1).max(50),
  note: z.string().max(2000).default(''),
});
export const NewCaseEntry = z.strictObject({
  kind: CaseEntryKind.exclude(['opened']),
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
  lngLat: LngLat.nullable().describe('Where it is stationed, WGS84; null: not registered'),
});
export type Unit = z.infer<typeof Unit>;
