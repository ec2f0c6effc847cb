import { z } from 'zod';
import { CameraId, LngLat } from '#config/camera.ts';
import { CameraState } from './camera.ts';

/** From this zoom up the map's tiles hold each camera; from {@link CLUSTERS_FROM_ZOOM} clusters; below, counties are counted. */
export const POINTS_FROM_ZOOM = 12;
export const CLUSTERS_FROM_ZOOM = 9;
/** Deeper than this a tile shows nothing more: the page enlarges it. */
export const DEEPEST_TILE_ZOOM = 14;
/**
 * The one layer of a tile. A cluster has the properties `cameras` and `offline`; a camera has `id`, `name`, `state`,
 * `analysed` (rules are bound to it), and `headingDeg` and `fovDeg` where they are known.
 */
export const CAMERA_TILE_LAYER = 'cameras';

/** From more cameras on, single marks at the city's scale would be a carpet: counts and clusters stand for them. */
export const EACH_DRAWN_UP_TO = 300;

/** How many cameras an area holds, and how many of them are offline. */
const AreaCount = z.object({ cameras: z.number().int(), offline: z.number().int() });

export const CountyCount = AreaCount.extend({
  code: z.string().nullable().describe('null: outside of all counties'),
});
export type CountyCount = z.infer<typeof CountyCount>;

/** A camera as the map draws it, whether rules are bound to it or not. */
export const MapCamera = z.object({ id: CameraId, lngLat: LngLat, state: CameraState });
export type MapCamera = z.infer<typeof MapCamera>;

/** What the map shows of a whole city's cameras, and which version of their tiles goes with it. */
export const CameraMap = AreaCount.extend({
  version: z.string().describe('Changes when a camera does; part of a tile’s address'),
  counties: z.array(CountyCount),
  each: z
    .array(MapCamera)
    .nullable()
    .describe('All of them, by id, where they are few enough to be drawn one by one; null: they are in the tiles'),
});
export type CameraMap = z.infer<typeof CameraMap>;
