import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Basemap } from '#engine/contract/basemap.ts';

const SOURCE = 'basemap';
const RASTER = 'basemap-pictures';
const AREAS = 'basemap-areas';
const LINES = 'basemap-lines';

/** Which of the map's layers belong to the base map. */
export function basemapLayers(map: MapLibre): string[] {
  return map.getLayersOrder().filter((layer) => layer.startsWith(SOURCE));
}

/**
 * Puts the site's base map over the counties' areas and below their lines. It is drawn darker and paler than it comes,
 * so that what is abnormal stays what one sees first. A map of shapes is drawn without its own style: areas and lines.
 */
export function addBasemap(map: MapLibre, basemap: Basemap | null, beforeId: string): void {
  if (basemap === null) return;
  const tiles = [`${location.origin}/api/basemap/tiles/{z}/{x}/{y}`];
  const { minZoom, maxZoom, kind, bounds } = basemap;
  const source = { tiles, minzoom: minZoom, maxzoom: maxZoom, bounds };
  if (kind === 'pictures') {
    map.addSource(SOURCE, { type: 'raster', tileSize: 256, ...source });
    const paint = { 'raster-brightness-max': 0.55, 'raster-saturation': -0.7, 'raster-fade-duration': 0 };
    map.addLayer({ id: RASTER, type: 'raster', source: SOURCE, paint }, beforeId);
    return;
  }
  map.addSource(SOURCE, { type: 'vector', ...source });
  for (const layer of basemap.vectorLayers) {
    const of = { source: SOURCE, 'source-layer': layer } as const;
    const areas: LayerSpecification = {
      id: `${AREAS}:${layer}`,
      type: 'fill',
      ...of,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': '#6f8aa3', 'fill-opacity': 0.08 },
    };
    const lines: LayerSpecification = {
      id: `${LINES}:${layer}`,
      type: 'line',
      ...of,
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': '#33475a', 'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.5, 16, 2.5] },
    };
    map.addLayer(areas, beforeId);
    map.addLayer(lines, beforeId);
  }
}
