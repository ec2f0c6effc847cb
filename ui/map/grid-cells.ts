/** From this zoom cells of H3 resolution 9 are shown, from the next one those of resolution 10. */
export const CELLS_FROM_ZOOM = 12;
const FINE_FROM_ZOOM = 14;
/** A resolution-10 cell has 0.015 km², as a 万米单元网格 cell has about 0.01; a resolution-9 cell 0.105 km². */
const resolutionAt = (zoom: number): 9 | 10 | null =>
  zoom >= FINE_FROM_ZOOM ? 10 : zoom >= CELLS_FROM_ZOOM ? 9 : null;

/** WGS84 degrees. */
interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The outlines of the H3 cells of a box; none below {@link CELLS_FROM_ZOOM}. The library is loaded when it is first asked for. */
export async function cellsWithin({ west, south, east, north }: Box, zoom: number): Promise<GeoJSON.Feature[]> {
  const resolution = resolutionAt(zoom);
  if (resolution === null) return [];
  const { cellToBoundary, polygonToCells } = await import('h3-js');
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  return polygonToCells(ring, resolution, true).map((cell) => ({
    type: 'Feature',
    properties: { cell },
    geometry: { type: 'Polygon', coordinates: [cellToBoundary(cell, true)] },
  }));
}
