import { z } from 'zod';
import { BasemapFault } from '../../basemaps/basemap-tiles.ts';
import { type Route, route } from '../route.ts';
import { Trouble } from '../trouble.ts';

const column = z.coerce.number().int().min(0);
const TileParams = z
  .object({ z: z.coerce.number().int().min(0).max(22), x: column, y: column })
  .refine(({ z, x, y }) => x < 2 ** z && y < 2 ** z, 'a column and a row of that zoom: less than 2 to the power of z');

export const BASEMAP_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/basemap/tiles/:z/:x/:y',
    who: 'site.read',
    summary: 'A tile of the site’s base map: a picture, or shapes (MVT), as GET /api/site says.',
    params: TileParams,
    answer: { mediaType: 'application/octet-stream' },
    async run({ context, params }) {
      const tile = await context.basemap?.tile(params).catch((error) => {
        if (!(error instanceof BasemapFault)) throw error;
        const expected = 'a picture from the site’s tile server';
        throw new Trouble(502, {
          code: 'basemap-out-of-reach',
          message: 'The base map’s tile cannot be had now.',
          got: error.message,
          expected,
        });
      });
      if (!tile) {
        const { z, x, y } = params;
        throw new Trouble(404, {
          code: 'no-such-tile',
          message: 'The base map has no such tile.',
          got: `${z}/${x}/${y}`,
          expected: context.basemap ? 'a tile of the city' : 'a site with a base map',
        });
      }
      const { bytes, mediaType } = tile;
      return { bytes, headers: { 'Content-Type': mediaType, 'Cache-Control': 'private, max-age=86400' } };
    },
  }),
];
