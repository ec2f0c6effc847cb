import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { RuleName, Severity } from '#config/rule.ts';
import { Presence } from './alert.ts';
import { County } from './camera.ts';

/** What is appended to a case; its state is what its last entries say. */
export const CaseEntryKind = z.enum(['opened', 'assigned', 'started', 'handled', 'closed']);
export type CaseEntryKind = z.infer<typeof CaseEntryKind>;

export const CaseEntry = z.object({
  kind: CaseEntryKind,
  at: z.iso.datetime(),
  by: z.string(),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
  note: z.string(),
});
export type CaseEntry = z.infer<typeof CaseEntry>;

export const CaseState = z.enum(['opened', 'assigned', 'started', 'handled', 'closed']);
export type CaseState = z.infer<typeof CaseState>;

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
  note: z.string().trim().max(2000).default(''),
});
export type NewCaseEntry = z.infer<typeof NewCaseEntry>;

export const Unit = z.object({ id: z.string(), name: z.string(), division: z.string(), department: z.string() });
export type Unit = z.infer<typeof Unit>;
