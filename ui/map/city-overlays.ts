import type { ExpressionSpecification, GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Alert } from '#engine/contract/alert.ts';
import type { Case } from '#engine/contract/case.ts';
import type { Severity } from '../live/alert-order.ts';
import { basemapLayers } from './basemap.ts';
import { CASE_ICON, drawCaseMark } from './case-mark.ts';
import { cellsWithin } from './grid-cells.ts';
import type { MapLayer } from './map-layers.ts';
import { COUNTY_LAYERS, LABEL_LAYER } from './map-style.ts';

const CASES = 'open-cases';
const HEAT = 'alert-heat';
const CELLS = 'grid-cells';

/** From the fewest up: cividis, which reads alike for all eyes. It begins clear, so that the map shows. */
export const CIVIDIS = ['#00224e', '#35456c', '#666970', '#948e77', '#c8b866', '#fee838'] as const;

const WEIGHT: Record<Severity, number> = { critical: 1, major: 0.7, minor: 0.4, info: 0.2 };

/** Adds what can be switched on over the counties: the heat of the alerts, grid cells, open cases. */
export function addOverlays(map: MapLibre, unitPx: number): void {
  for (const source of [CASES, HEAT, CELLS])
    map.addSource(source, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  map.addImage(CASE_ICON, drawCaseMark(), { pixelRatio: 2 });
  map.addLayer(
    {
      id: HEAT,
      type: 'heatmap',
      source: HEAT,
      layout: { visibility: 'none' },
      paint: {
        'heatmap-weight': ['get', 'weight'],
        'heatmap-radius': ['interpolate', ['linear'], ['zoom'], 7, 22 * unitPx, 15, 60 * unitPx],
        'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 7, 0.5, 15, 1.4],
        'heatmap-color': heatColour(),
        'heatmap-opacity': 0.75,
      },
    },
    LABEL_LAYER,
  );
  map.addLayer(
    {
      id: CELLS,
      type: 'line',
      source: CELLS,
      layout: { visibility: 'none' },
      paint: { 'line-color': '#6f8aa3', 'line-opacity': 0.55, 'line-width': unitPx },
    },
    LABEL_LAYER,
  );
  map.addLayer({
    id: CASES,
    type: 'symbol',
    source: CASES,
    layout: {
      visibility: 'none',
      'icon-image': CASE_ICON,
      'icon-size': unitPx,
      'icon-offset': [0, 30],
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
    },
  });
}

export function showOverlays(map: MapLibre, layers: ReadonlySet<MapLayer>): void {
  const show = (layer: string, yes: boolean) => {
    if (map.getLayer(layer)) map.setLayoutProperty(layer, 'visibility', yes ? 'visible' : 'none');
  };
  show(HEAT, layers.has('heat'));
  show(CELLS, layers.has('cells'));
  show(CASES, layers.has('cases'));
  for (const layer of COUNTY_LAYERS) show(layer, layers.has('counties'));
  for (const layer of basemapLayers(map)) show(layer, layers.has('basemap'));
}

export function showHeat(map: MapLibre, alerts: readonly Alert[]): void {
  map.getSource<GeoJSONSource>(HEAT)?.setData({
    type: 'FeatureCollection',
    features: alerts.map(({ lngLat, severity }) => point(lngLat, { weight: WEIGHT[severity] })),
  });
}

export function showCases(map: MapLibre, cases: readonly Case[]): void {
  map.getSource<GeoJSONSource>(CASES)?.setData({
    type: 'FeatureCollection',
    features: cases.map(({ lngLat, id }) => point(lngLat, { id })),
  });
}

/** The open cases near a point of the screen. */
export function casesAt(map: MapLibre, { x, y }: { x: number; y: number }, nearPx: number): string[] {
  if (!map.getLayer(CASES)) return [];
  const box: [[number, number], [number, number]] = [
    [x - nearPx, y - nearPx],
    [x + nearPx, y + nearPx],
  ];
  const found = map.queryRenderedFeatures(box, { layers: [CASES] });
  return [...new Set(found.map(({ properties }) => `${properties.id}`))];
}

/** The cells of what is in view; none while one looks from too far. */
export async function showCells(map: MapLibre): Promise<void> {
  const [[west, south], [east, north]] = map.getBounds().toArray();
  const zoom = map.getZoom();
  const features = await cellsWithin({ west, south, east, north }, zoom);
  map.getSource<GeoJSONSource>(CELLS)?.setData({ type: 'FeatureCollection', features });
}

function point(coordinates: [number, number], properties: Record<string, string | number>): GeoJSON.Feature {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates } };
}

function heatColour(): ExpressionSpecification {
  const steps = CIVIDIS.flatMap((colour, i) => [0.08 + (0.92 * i) / (CIVIDIS.length - 1), colour]);
  return ['interpolate', ['linear'], ['heatmap-density'], 0, 'rgba(0, 34, 78, 0)', ...steps] as ExpressionSpecification;
}
