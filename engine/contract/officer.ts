import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { NewAccount } from './account.ts';

/** Where an officer is to be: a district, or what lies within corners. */
export const OfficerArea = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('division'), code: z.string().regex(/^\d{6}$/) }),
  z.strictObject({ kind: z.literal('polygon'), corners: z.array(LngLat).min(3).max(200) }),
]);
export type OfficerArea = z.infer<typeof OfficerArea>;

export const Shift = z.object({
  id: z.string(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
});
export type Shift = z.infer<typeof Shift>;

/** Where an officer's phone last was. Known only while on shift, and only to the desk. */
export const OfficerPlace = z.object({
  lngLat: LngLat,
  accuracyM: z.number(),
  at: z.iso.datetime(),
  stale: z.boolean().describe('Nothing was heard for so long that it may be anywhere'),
  outside: z.boolean().describe('Of all of its areas'),
});
export type OfficerPlace = z.infer<typeof OfficerPlace>;

export const Officer = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  skills: z.array(z.string()),
  areas: z.array(OfficerArea),
  shifts: z.array(Shift).describe('Those that are not over, the next first'),
  onShift: z.boolean(),
  /** null while off shift, and while nothing was shared. */
  place: OfficerPlace.nullable(),
  openCases: z.number().int().describe('Of its unit'),
});
export type Officer = z.infer<typeof Officer>;

const skills = z.array(z.string().trim().min(1).max(40)).max(20);
export const NewOfficer = z.strictObject({
  username: NewAccount.shape.username,
  displayName: NewAccount.shape.displayName,
  password: NewAccount.shape.password,
  unitId: z.string().min(1).max(64),
  skills: skills.default([]),
  areas: z.array(OfficerArea).max(20).default([]),
});
export type NewOfficer = z.infer<typeof NewOfficer>;

export const OfficerPatch = z.strictObject({
  skills: skills.optional(),
  areas: z.array(OfficerArea).max(20).optional(),
});
export type OfficerPatch = z.infer<typeof OfficerPatch>;

export const NewShift = z.strictObject({
  day: z.iso.date().describe('By the site’s calendar'),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  until: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .describe('Not after "from": on the next day'),
});
export type NewShift = z.infer<typeof NewShift>;

/** Where somebody went while on shift, the oldest first. */
export const Trail = z.object({
  officerId: z.string(),
  points: z.array(z.object({ lngLat: LngLat, at: z.iso.datetime() })),
});
export type Trail = z.infer<typeof Trail>;

/** A unit that a case could be sent to, and why it stands where it does in the list. */
export const UnitChoice = z.object({
  unitId: z.string(),
  unitName: z.string(),
  distanceM: z.number().nullable().describe('As the crow flies; null: nobody of it is seen and it has no station'),
  from: z.enum(['officer', 'station']).nullable().describe('What the distance is measured from'),
  officersOnShift: z.number().int(),
  hasSkill: z.boolean().describe('Somebody on shift has the skill that the class of the case asks for'),
  openCases: z.number().int(),
});
export type UnitChoice = z.infer<typeof UnitChoice>;
