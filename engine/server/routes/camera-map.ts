import { z } from 'zod';
import { CameraMap, CLUSTERS_FROM_ZOOM, DEEPEST_TILE_ZOOM } from '../../contract/camera-map.ts';
import { type Route, route } from '../route.ts';

const zoom = z.coerce.number().int().min(CLUSTERS_FROM_ZOOM).max(DEEPEST_TILE_ZOOM);
const column = z.coerce.number().int().min(0);
const TileParams = z
  .object({ z: zoom, x: column, y: column })
  .refine(({ z, x, y }) => x < 2 ** z && y < 2 ** z, 'a column and a row of that zoom: less than 2 to the power of z');

const TileQuery = z.object({ v: z.string().max(32).optional().describe('The version of GET /api/camera-map') });

/** A tile of the version that was asked for never changes; another one's does with the next change of a camera. */
const FOR_GOOD = 'private, max-age=86400, immutable';
const FOR_NOW = 'private, no-cache';

export const CAMERA_MAP_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/camera-map',
    who: 'cameras.read',
    summary: 'How many cameras each county holds that the account may see, and the version of their tiles.',
    answer: CameraMap,
    run: ({ context, account }) => context.tiles.map(account),
  }),
  route({
    method: 'GET',
    path: '/api/camera-map/tiles/:z/:x/:y',
    who: 'cameras.read',
    summary: 'A vector tile (MVT) of the cameras that the account may see: clusters, from zoom 12 up each camera.',
    params: TileParams,
    query: TileQuery,
    answer: { mediaType: 'application/vnd.mapbox-vector-tile' },
    async run({ context, account, params, query }) {
      const { bytes, version } = await context.tiles.tile(account, params);
      return { bytes, headers: { 'Cache-Control': query.v === version ? FOR_GOOD : FOR_NOW, Vary: 'Cookie' } };
    },
  }),
];
