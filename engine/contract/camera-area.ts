import { z } from 'zod';
import { CameraId, LngLat } from '#config/camera.ts';
import { CameraState, County } from './camera.ts';

const MOST_CORNERS = 200;
export const LONGEST_RADIUS_M = 20_000;
export const WIDEST_CORRIDOR_M = 5_000;

const radiusM = z.number().min(1).max(LONGEST_RADIUS_M);

/** A part of the map, as somebody draws it. Corners are WGS84; the first is not repeated at the end. */
export const MapArea = z.discriminatedUnion('shape', [
  z.strictObject({ shape: z.literal('circle'), centre: LngLat, radiusM }),
  z.strictObject({ shape: z.literal('polygon'), corners: z.array(LngLat).min(3).max(MOST_CORNERS) }),
  z.strictObject({
    shape: z.literal('corridor'),
    line: z.array(LngLat).min(2).max(MOST_CORNERS),
    widthM: z.number().min(1).max(WIDEST_CORRIDOR_M).describe('From edge to edge: half of it on either side'),
  }),
  z.strictObject({ shape: z.literal('around-alert'), alertId: z.string().min(1).max(64), radiusM }),
]);
export type MapArea = z.infer<typeof MapArea>;

export const AreaQuestion = z.strictObject({
  area: MapArea,
  limit: z.number().int().min(1).max(500).default(100),
});

/** What a camera's registered heading says of the place that the area is about. */
export const Facing = z.enum(['towards', 'unknown', 'away']);
export type Facing = z.infer<typeof Facing>;

/** A camera of an area. */
export const AreaCamera = z.object({
  id: CameraId,
  name: z.string(),
  department: z.string(),
  county: County.nullable(),
  state: CameraState,
  lngLat: LngLat,
  hasStream: z.boolean().describe('false: only registered; it cannot be watched'),
  headingDeg: z.number().nullable(),
  distanceM: z.number().describe('To the aim'),
  facing: Facing,
});
export type AreaCamera = z.infer<typeof AreaCamera>;

const Count = z.number().int();

/** The cameras of an area that the account may see: best-facing first, then the nearest. */
export const AreaCameras = z.object({
  aim: LngLat.nullable().describe(
    'What distances and headings are reckoned to; null: of a corridor, the nearest point of its line',
  ),
  total: Count.describe('All of them; items may be fewer'),
  byFacing: z.object({ towards: Count, unknown: Count, away: Count }),
  items: z.array(AreaCamera),
});
export type AreaCameras = z.infer<typeof AreaCameras>;
