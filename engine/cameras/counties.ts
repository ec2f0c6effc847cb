import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import type { FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { z } from 'zod';
import type { LngLat } from '#config/camera.ts';
import type { SiteConfig } from '#config/site.ts';
import type { County } from '../contract/camera.ts';
import { toWgs84 } from './crs.ts';

type Boundaries = SiteConfig['boundaries'];

/** The districts of a city. */
export interface Counties {
  /** The county that a WGS84 place lies in; null outside all of them. */
  of(lngLat: LngLat): County | null;
  /** Their boundaries in WGS84. */
  readonly geojson: Outlines;
}

const Coordinate = z.tuple([z.number(), z.number()], z.number());
const Ring = z.array(Coordinate).min(4);
const Geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(Ring).min(1) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(Ring).min(1)).min(1) }),
]);
const Code = z.union([z.string(), z.number()]).transform(String);
const BoundaryFile = z.object({
  type: z.literal('FeatureCollection'),
  features: z
    .array(
      z.object({
        geometry: Geometry,
        properties: z
          .object({ adcode: Code.optional(), code: Code.optional(), name: z.string() })
          .transform(({ adcode, code, name }, context): County => {
            const found = adcode ?? code;
            if (found !== undefined) return { code: found, name };
            context.addIssue({ code: 'custom', message: `no "adcode" or "code" for ${name}` });
            return z.NEVER;
          }),
      }),
    )
    .min(1),
});

/** Named areas in WGS84. */
export type Outlines = FeatureCollection<Polygon | MultiPolygon, County>;

/**
 * Reads outlines of named areas and turns them into WGS84 from the CRS that the site states.
 * @throws Error that names the file, when it is missing or not a GeoJSON of named areas.
 */
export async function loadOutlines(boundaries: Boundaries, siteFolder: string): Promise<Outlines> {
  const file = locate(boundaries.path, siteFolder);
  const read = await readFile(file, 'utf8')
    .then((text) => BoundaryFile.safeParse(JSON.parse(text)))
    .catch((cause: Error) => {
      throw new Error(`the boundaries ${boundaries.path} cannot be read: ${cause.message}`, { cause });
    });
  if (!read.success) {
    throw new Error(
      `the boundaries ${boundaries.path} are not as expected, a FeatureCollection of polygons with "adcode" (or "code") ` +
        `and "name": ${z.prettifyError(read.error)}`,
    );
  }
  const features = read.data.features.map(({ geometry, properties }) => ({
    type: 'Feature' as const,
    geometry: inWgs84(geometry, boundaries.crs),
    properties,
  }));
  return { type: 'FeatureCollection', features };
}

/**
 * Reads a site's districts.
 * @throws Error as `loadOutlines`
 */
export async function loadCounties(boundaries: Boundaries, siteFolder: string): Promise<Counties> {
  const geojson = await loadOutlines(boundaries, siteFolder);
  const areas = geojson.features.map((feature) => ({ feature, bounds: boundsOf(feature.geometry) }));
  return {
    geojson,
    of([lng, lat]) {
      for (const { feature, bounds } of areas) {
        if (lng < bounds.west || lng > bounds.east || lat < bounds.south || lat > bounds.north) continue;
        if (booleanPointInPolygon([lng, lat], feature)) return feature.properties;
      }
      return null;
    },
  };
}

function locate(given: string, siteFolder: string): string {
  if (!given.startsWith('npm:')) return path.resolve(siteFolder, given);
  try {
    return createRequire(import.meta.url).resolve(given.slice('npm:'.length));
  } catch (cause) {
    throw new Error(`the boundaries ${given} are not there; expected a file of an installed npm package`, { cause });
  }
}

type AreaGeometry = Polygon | MultiPolygon;

function inWgs84(geometry: AreaGeometry, crs: Boundaries['crs']): AreaGeometry {
  if (crs === 'WGS84') return geometry;
  const ring = (positions: Position[]): Position[] =>
    positions.map((position) => toWgs84([position[0]!, position[1]!], crs));
  return geometry.type === 'Polygon'
    ? { type: 'Polygon', coordinates: geometry.coordinates.map(ring) }
    : { type: 'MultiPolygon', coordinates: geometry.coordinates.map((polygon) => polygon.map(ring)) };
}

interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

function boundsOf(geometry: AreaGeometry): Bounds {
  const bounds = { west: 180, south: 90, east: -180, north: -90 };
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  for (const position of polygons.flat(2)) {
    bounds.west = Math.min(bounds.west, position[0]!);
    bounds.east = Math.max(bounds.east, position[0]!);
    bounds.south = Math.min(bounds.south, position[1]!);
    bounds.north = Math.max(bounds.north, position[1]!);
  }
  return bounds;
}
