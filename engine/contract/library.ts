import { z } from 'zod';
import { CameraConfig, CameraId, LngLat } from '#config/camera.ts';

/**
 * What may be granted: see: found, listed and on the map; play: live video and current pictures; analyse: rules and
 * zones bound to it; export: written into a register's file. Whoever has one of the others also sees.
 */
export const GrantedAct = z.enum(['see', 'play', 'analyse', 'export']);
export type GrantedAct = z.infer<typeof GrantedAct>;

/** A GeoJSON Polygon (RFC 7946) in WGS84: one ring, closed, without holes. */
export const LibraryArea = z.strictObject({
  type: z.literal('Polygon'),
  coordinates: z
    .array(z.array(LngLat).min(4).max(500))
    .length(1, 'one ring of positions; holes are not taken')
    .describe('WGS84 longitude and latitude; the first position is the last one too'),
});
export type LibraryArea = z.infer<typeof LibraryArea>;

/** What its cameras must be: one of each kind that is named. */
export const LibraryRule = z
  .strictObject({
    tags: z.array(z.string().trim().min(1).max(40)).min(1).max(32).optional(),
    departments: z.array(z.string().trim().min(1).max(64)).min(1).max(32).optional(),
    divisions: z
      .array(z.string().regex(/^\d{6}(\d{3}){0,2}$/, 'a GB/T 2260 code of 6, 9 or 12 digits'))
      .min(1)
      .max(64)
      .optional()
      .describe('6 digits: where the camera stands; 9 or 12: the township or village that its register states'),
    area: LibraryArea.optional(),
    inspection: z.boolean().optional().describe('Whether it belongs to the inspection set'),
  })
  .refine(
    (rule) => Object.values(rule).some((kind) => kind !== undefined),
    'at least one of tags, departments, divisions, area and inspection',
  );
export type LibraryRule = z.infer<typeof LibraryRule>;

const MOST_BY_HAND = 5000;
const byHand = z.array(CameraId).max(MOST_BY_HAND);

export const NewLibrary = z.strictObject({
  name: z.string().trim().min(1).max(80),
  description: z.string().trim().max(2000).default(''),
  division: z
    .string()
    .regex(/^\d{6}$/)
    .optional()
    .describe('Whose cameras it holds; absent: the division of whoever makes it'),
  department: CameraConfig.shape.department.unwrap().nullable().optional().describe('null: every department’s'),
  rule: LibraryRule.nullable().default(null).describe('null: by hand alone'),
  added: byHand.default([]).describe('Held whatever the rule says'),
  removed: byHand.default([]).describe('Left out though the rule takes them'),
});
export type NewLibrary = z.infer<typeof NewLibrary>;

/** What is absent stays as it is; lists and the rule are replaced as a whole. */
export const LibraryPatch = z.strictObject({
  name: NewLibrary.shape.name.optional(),
  description: NewLibrary.shape.description.unwrap().optional(),
  rule: NewLibrary.shape.rule.unwrap().optional(),
  added: byHand.optional(),
  removed: byHand.optional(),
});
export type LibraryPatch = z.infer<typeof LibraryPatch>;

/** A library before it is saved, to be counted. */
export const LibraryDraft = NewLibrary.omit({ name: true, description: true });
export type LibraryDraft = z.infer<typeof LibraryDraft>;
export const LibraryCount = z.object({ cameras: z.number().int() });

export const Library = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  division: z.string().describe('Whose cameras it holds'),
  department: z.string().nullable().describe('null: every department’s'),
  kind: z.enum(['rule', 'hand', 'rule-and-hand']),
  cameras: z.number().int().describe('How many it holds now'),
  acts: z.array(GrantedAct).nullable().describe('What is granted to the account; null: the library is its own'),
});
export type Library = z.infer<typeof Library>;

/** How one's own library comes to hold what it holds. */
export const LibraryMaking = z.object({
  rule: LibraryRule.nullable(),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  revision: z.number().int(),
});
export type LibraryMaking = z.infer<typeof LibraryMaking>;

export const LibraryDetail = z.object({
  library: Library,
  making: LibraryMaking.nullable().describe('null: the library is another department’s'),
});
export type LibraryDetail = z.infer<typeof LibraryDetail>;

export const NewLibraryGrant = z
  .strictObject({
    toDivision: z
      .string()
      .regex(/^\d{6}$/, 'a GB/T 2260 code of 6 digits')
      .nullable()
      .default(null)
      .describe('Accounts of this division and those within; null: of any'),
    toDepartment: z
      .string()
      .trim()
      .min(1)
      .max(64)
      .nullable()
      .default(null)
      .describe('Accounts of this department; null: of any'),
    acts: z
      .array(GrantedAct)
      .min(1)
      .refine((acts) => acts.includes('see'), 'with "see": who may do more with a camera also sees it'),
    startsAt: z.iso.datetime({ offset: true }).nullable().default(null).describe('null: at once'),
    endsAt: z.iso.datetime({ offset: true }).nullable().default(null).describe('null: until it is revoked'),
    reason: z.string().trim().min(1).max(2000),
  })
  .refine(
    ({ toDivision, toDepartment }) => toDivision !== null || toDepartment !== null,
    'a division, a department or both',
  );
export type NewLibraryGrant = z.infer<typeof NewLibraryGrant>;

export const LibraryGrant = z.object({
  id: z.string(),
  libraryId: z.string(),
  toDivision: z.string().nullable(),
  toDepartment: z.string().nullable(),
  acts: z.array(GrantedAct),
  startsAt: z.iso.datetime().nullable(),
  endsAt: z.iso.datetime().nullable(),
  reason: z.string(),
  grantedAt: z.iso.datetime(),
  grantedBy: z.string(),
  revokedAt: z.iso.datetime().nullable(),
  revokedBy: z.string().nullable(),
  revokeReason: z.string().nullable(),
  state: z.enum(['waiting', 'holds', 'ended', 'revoked']),
});
export type LibraryGrant = z.infer<typeof LibraryGrant>;

const entry = { at: z.iso.datetime(), by: z.string() };
/** A step in a library's life; its grants and their ends stand among them. */
export const LibraryEntry = z.discriminatedUnion('kind', [
  z.object({ ...entry, kind: z.literal('saved'), revision: z.number().int(), name: z.string() }),
  z.object({ ...entry, kind: z.literal('deleted'), revision: z.number().int() }),
  z.object({ ...entry, kind: z.literal('granted'), grant: LibraryGrant }),
  z.object({ ...entry, kind: z.literal('revoked'), grant: LibraryGrant }),
]);
export type LibraryEntry = z.infer<typeof LibraryEntry>;

/** What was done with a granted camera: play: its live video opened; picture: its current picture looked at. */
export const LibraryUseAct = z.enum(['play', 'picture', 'analyse', 'export']);
export type LibraryUseAct = z.infer<typeof LibraryUseAct>;

export const LibraryUse = z.object({
  n: z.number().int(),
  at: z.iso.datetime(),
  act: LibraryUseAct,
  by: z.string(),
  division: z.string(),
  department: z.string().nullable(),
  cameraId: z.string().nullable().describe('null: an export'),
  cameraName: z.string().nullable(),
  cameras: z.number().int(),
});
export type LibraryUse = z.infer<typeof LibraryUse>;

/** Newest first; `next` is given to the following request as `before`; null: this was the last page. */
export const LibraryUsePage = z.object({ items: z.array(LibraryUse), next: z.number().int().nullable() });
export type LibraryUsePage = z.infer<typeof LibraryUsePage>;

/** Accounts of this division and department see other cameras than before, and read anew what they show. */
export const Sight = z.object({ id: z.string(), division: z.string(), department: z.string().nullable() });
export type Sight = z.infer<typeof Sight>;

/** A library was changed, or holds other cameras. */
export const LibraryNews = z.object({ id: z.string() });
