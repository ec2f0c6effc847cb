import { z } from 'zod';
import { PtzLease } from './camera.ts';

/** How long a lease lasts after it was last used or renewed, and how often a page renews it. */
export const PTZ_LEASE_MS = 15_000;
export const PTZ_RENEW_EVERY_MS = 5_000;
/** A camera that turns is stopped this long after it was last told to; a page tells it well before. */
export const PTZ_DEAD_MAN_MS = 1_000;
export const PTZ_MOVE_EVERY_MS = 300;

/** Nothing more: an account that holds the lease renews it, and another is refused while it is held. */
export const NewPtzLease = z.strictObject({
  takeOver: z
    .strictObject({ reason: z.string().trim().min(1).max(500) })
    .optional()
    .describe('Takes it from who holds it; administrators only'),
});
export type NewPtzLease = z.infer<typeof NewPtzLease>;

const speed = z.number().min(-1).max(1);

/** Shares of the greatest speed: right, up and nearer are positive; all zero: stop. */
export const PtzMove = z.strictObject({
  pan: speed,
  tilt: speed,
  zoom: speed,
  page: z.string().min(1).max(40).describe('Whatever a page calls itself, so that its moves are told from another’s'),
  order: z.number().int().min(0).describe('Greater with each move of a page: one that comes too late is passed over'),
});
export type PtzMove = z.infer<typeof PtzMove>;

export const PtzPreset = z.object({ token: z.string(), name: z.string() });
export type PtzPreset = z.infer<typeof PtzPreset>;
/** Where it looks, in the device's own shares of its range, as far as it tells. */
const PtzPosition = z.object({
  pan: z.number().nullable(),
  tilt: z.number().nullable(),
  zoom: z.number().nullable(),
  isMoving: z.boolean().nullable(),
});
export const PtzPresetList = z.object({ items: z.array(PtzPreset), status: PtzPosition.nullable() });
export type PtzPresetList = z.infer<typeof PtzPresetList>;

export const NewPtzPreset = z.strictObject({
  name: z.string().trim().min(1).max(60),
  token: z.string().min(1).max(64).optional().describe('The preset that is set anew; absent: another one'),
});
export type NewPtzPreset = z.infer<typeof NewPtzPreset>;

/** The lease as its holder has it. */
export const HeldPtzLease = PtzLease.extend({ endsInMs: z.number().int().describe('Unless it is renewed') });
export type HeldPtzLease = z.infer<typeof HeldPtzLease>;

/** ended: it was not renewed. */
export const PtzAct = z.enum(['taken', 'taken-over', 'given-back', 'ended', 'turned', 'preset-called', 'preset-saved']);
export type PtzAct = z.infer<typeof PtzAct>;

export const PtzUse = z.object({
  n: z.number().int(),
  at: z.iso.datetime(),
  cameraId: z.string(),
  cameraName: z.string(),
  act: PtzAct,
  by: z.string(),
  detail: z.string().describe('The reason, the preset, or how it was turned'),
});
export type PtzUse = z.infer<typeof PtzUse>;
export const PtzUseList = z.object({ items: z.array(PtzUse) });
