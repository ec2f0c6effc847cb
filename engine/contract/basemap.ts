import { z } from 'zod';

const zoom = z.number().int().min(0).max(22);

/** The base map that the site has, as far as the page need know it: its tiles come from `/api/basemap/tiles/{z}/{x}/{y}`. */
export const Basemap = z.object({
  kind: z.enum(['pictures', 'shapes']).describe('shapes: vector tiles (MVT)'),
  minZoom: zoom,
  maxZoom: zoom,
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).describe('West, south, east, north; WGS84'),
  vectorLayers: z.array(z.string()).describe('The layers of shapes; none of pictures'),
  attribution: z.string(),
});
export type Basemap = z.infer<typeof Basemap>;
