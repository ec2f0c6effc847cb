import { z } from 'zod';
import { ask } from '../live/ask.ts';
import { poleOf, type Ring } from './pole.ts';

const Position = z
  .tuple([z.number(), z.number()])
  .rest(z.number())
  .transform(([lng, lat]): [number, number] => [lng, lat]);
const Rings = z.array(z.array(Position));
const CountyFeature = z.object({
  type: z.literal('Feature'),
  properties: z.object({ code: z.coerce.string(), name: z.string() }),
  geometry: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Polygon'), coordinates: Rings }),
    z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(Rings) }),
  ]),
});
const CountyCollection = z.object({ type: z.literal('FeatureCollection'), features: z.array(CountyFeature) });

export type CountyCollection = z.infer<typeof CountyCollection>;
type CountyFeature = z.infer<typeof CountyFeature>;

/** West, south, east, north: degrees. */
export type Bounds = [number, number, number, number];

/** The counties' outlines, WGS84, as the server gives them. Throws Refused. */
export const readCounties = (signal: AbortSignal): Promise<CountyCollection> =>
  ask(CountyCollection, '/api/site/boundaries.geojson', { signal });

/** The townships' outlines, likewise. */
export const readTownships = (signal: AbortSignal): Promise<CountyCollection> =>
  ask(CountyCollection, '/api/site/townships.geojson', { signal });

const LABEL_PRECISION_DEG = 0.002;

/**
 * One point a county for its name, in its widest part. A feature of many polygons is named once, in its largest.
 * @param cameras how many cameras to tell, by the county's code: in words, as they are shown
 */
export function labelPoints(
  counties: CountyCollection,
  cameras: ReadonlyMap<string | null, string> = new Map(),
): GeoJSON.FeatureCollection<GeoJSON.Point> {
  return {
    type: 'FeatureCollection',
    features: counties.features.map(({ properties, geometry }) => ({
      type: 'Feature',
      properties: cameras.has(properties.code) ? { ...properties, cameras: cameras.get(properties.code) } : properties,
      geometry: { type: 'Point', coordinates: poleOf(largestOf(geometry), LABEL_PRECISION_DEG) },
    })),
  };
}

/** The box around all counties; null when there is none. */
export function boundsOf(counties: CountyCollection): Bounds | null {
  const box: Bounds = [180, 90, -180, -90];
  for (const { geometry } of counties.features) {
    for (const [lng, lat] of outlinesOf(geometry).flat()) {
      box[0] = Math.min(box[0], lng);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lng);
      box[3] = Math.max(box[3], lat);
    }
  }
  return box[0] <= box[2] ? box : null;
}

const polygonsOf = (geometry: CountyFeature['geometry']): Ring[][] =>
  geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;

const outlinesOf = (geometry: CountyFeature['geometry']): Ring[] => polygonsOf(geometry).map((rings) => rings[0] ?? []);

function largestOf(geometry: CountyFeature['geometry']): Ring[] {
  const polygons = polygonsOf(geometry);
  return polygons.reduce(
    (largest, rings) => (areaOf(rings[0]) > areaOf(largest[0]) ? rings : largest),
    polygons[0] ?? [],
  );
}

function areaOf(ring: Ring = []): number {
  let twice = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [a, b] = [ring[i] ?? [0, 0], ring[j] ?? [0, 0]];
    twice += (b[0] - a[0]) * (b[1] + a[1]);
  }
  return Math.abs(twice / 2);
}
