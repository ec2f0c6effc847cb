import { fromVectorTileJs, GeoJSONWrapper } from '@maplibre/vt-pbf';
import { CAMERA_TILE_LAYER } from '../contract/camera-map.ts';
import { boxOf, type TileAddress } from './tile-address.ts';

/** Units of a tile's side (Mapbox Vector Tile 2.1). */
const EXTENT = 4096;

/** A thing of a tile: its place on the Mercator square, and what is told of it. */
export interface TilePoint {
  mercatorX: number;
  mercatorY: number;
  tags: Record<string, string | number | boolean>;
}

/** The bytes of a vector tile (MVT 2.1) with one layer of points. */
export function encodeTile(address: TileAddress, points: readonly TilePoint[]): Uint8Array {
  const { west, north } = boxOf(address);
  const unitsPerSquare = EXTENT * 2 ** address.z;
  const features = points.map(({ mercatorX, mercatorY, tags }) => ({
    type: 1 as const,
    geometry: [
      [Math.round((mercatorX - west) * unitsPerSquare), Math.round((mercatorY - north) * unitsPerSquare)] as [
        number,
        number,
      ],
    ],
    tags,
  }));
  const layer = new GeoJSONWrapper(features, { version: 2, extent: EXTENT });
  layer.name = CAMERA_TILE_LAYER;
  return fromVectorTileJs({ layers: { [CAMERA_TILE_LAYER]: layer } });
}
