import { z } from 'zod';
import { CameraId, LngLat } from '#config/camera.ts';
import { Camera, CameraFault, CameraState, County } from './camera.ts';
import { GrantedAct } from './library.ts';

const Coded = z.object({ code: z.string(), name: z.object({ zh: z.string(), en: z.string() }).nullable() });

/** A GB/T 28181 device id taken apart; a name is null where the standard's editions disagree or do not say. */
export const GbIdParts = z.object({
  centre: z.string().describe('8 digits: the centre that it is registered with'),
  divisionCode: z.string().describe('The GB/T 2260 code within it'),
  industry: Coded,
  type: Coded,
  network: Coded,
  serial: z.string(),
});
export type GbIdParts = z.infer<typeof GbIdParts>;

/** A line of the video resource pool. */
export const PoolLine = z.object({
  id: CameraId,
  name: z.string(),
  gbId: z.string().nullable(),
  department: z.string(),
  county: County.nullable(),
  address: z.string().nullable(),
  state: CameraState,
  stateCode: CameraFault.nullable(),
  stateSince: z.iso.datetime(),
  analysed: z.boolean(),
  inspection: z.boolean(),
  tags: z.array(z.string()),
  lngLat: LngLat,
  lastFrameAt: z.iso.datetime().nullable(),
});
export type PoolLine = z.infer<typeof PoolLine>;

/** `next` is given to the following request as `after`; null: this was the last page. */
export const PoolPage = z.object({
  items: z.array(PoolLine),
  total: z.number().int().describe('How many cameras the filter lets through, on all pages'),
  next: z.string().nullable(),
});
export type PoolPage = z.infer<typeof PoolPage>;

const Count = z.number().int();

/** How many cameras the account may see that the filter lets through, by what a tree is made of. */
export const PoolCounts = z.object({
  total: Count,
  analysed: Count,
  inspection: Count,
  byState: z.array(z.object({ state: CameraState, count: Count })),
  byCounty: z.array(z.object({ county: County.nullable(), count: Count })),
  byDepartment: z.array(z.object({ department: z.string(), count: Count })),
});
export type PoolCounts = z.infer<typeof PoolCounts>;

/** One camera of the pool with what its register says. */
export const PoolCamera = z.object({
  camera: Camera,
  gbIdParts: GbIdParts.nullable(),
  hasStream: z.boolean(),
  acts: z.array(GrantedAct).nullable().describe('What is granted to the account; null: the camera is its own'),
});
export type PoolCamera = z.infer<typeof PoolCamera>;

/** One department's cameras of one division: many of them were registered or changed at once, and are to be read anew. */
export const PoolPart = z.object({ id: z.string(), division: z.string(), department: z.string() });
export type PoolPart = z.infer<typeof PoolPart>;
