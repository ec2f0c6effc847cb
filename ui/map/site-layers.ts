import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Unit } from '#engine/contract/case.ts';
import { type CountyCollection, labelPoints } from './counties.ts';
import { MAP_FONT } from './font-faces.ts';
import type { MapLayer } from './map-layers.ts';
import { COUNTY_LINES, LABEL_LAYER } from './map-style.ts';
import { addOfficerLayers, showOfficerLayers } from './officer-layers.ts';

const TOWNSHIPS = 'townships';
const TOWNSHIP_NAMES = 'township-names';
const UNITS = 'unit-stations';
const UNIT_NAMES = 'unit-names';
/** From here on townships are named: farther away their names would lie upon one another. */
const NAMES_FROM_ZOOM = 10.5;
const NONE: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Adds what a site tells of its city besides its districts: townships' outlines and names, where units are stationed. */
export function addSiteLayers(map: MapLibre, unitPx: number): void {
  for (const source of [TOWNSHIPS, TOWNSHIP_NAMES, UNITS]) map.addSource(source, { type: 'geojson', data: NONE });
  map.addLayer(
    {
      id: TOWNSHIPS,
      type: 'line',
      source: TOWNSHIPS,
      layout: { visibility: 'none', 'line-join': 'round' },
      paint: { 'line-color': '#3d5164', 'line-width': unitPx, 'line-dasharray': [3, 2] },
    },
    COUNTY_LINES,
  );
  map.addLayer(
    {
      id: TOWNSHIP_NAMES,
      type: 'symbol',
      source: TOWNSHIP_NAMES,
      minzoom: NAMES_FROM_ZOOM,
      layout: {
        visibility: 'none',
        'text-field': ['get', 'name'],
        'text-font': [MAP_FONT],
        'text-size': 14 * unitPx,
      },
      paint: { 'text-color': '#8a9bad', 'text-halo-color': '#0b1117', 'text-halo-width': 1.4 * unitPx },
    },
    LABEL_LAYER,
  );
  map.addLayer({
    id: UNITS,
    type: 'circle',
    source: UNITS,
    layout: { visibility: 'none' },
    paint: {
      'circle-radius': 6 * unitPx,
      'circle-color': '#0b1117',
      'circle-stroke-color': '#e6edf4',
      'circle-stroke-width': 2 * unitPx,
    },
  });
  map.addLayer({
    id: UNIT_NAMES,
    type: 'symbol',
    source: UNITS,
    layout: {
      visibility: 'none',
      'text-field': ['get', 'name'],
      'text-font': [MAP_FONT],
      'text-size': 15 * unitPx,
      'text-anchor': 'left',
      'text-offset': [0.8, 0],
      'text-optional': true,
    },
    paint: { 'text-color': '#e6edf4', 'text-halo-color': '#0b1117', 'text-halo-width': 2 * unitPx },
  });
  addOfficerLayers(map, unitPx);
}

export function showSiteLayers(map: MapLibre, layers: ReadonlySet<MapLayer>): void {
  const show = (layer: string, yes: boolean) => map.setLayoutProperty(layer, 'visibility', yes ? 'visible' : 'none');
  show(TOWNSHIPS, layers.has('townships'));
  show(TOWNSHIP_NAMES, layers.has('townships'));
  show(UNITS, layers.has('units'));
  show(UNIT_NAMES, layers.has('units'));
  showOfficerLayers(map, layers.has('officers'));
}

export function showUnits(map: MapLibre, units: readonly Unit[]): void {
  map.getSource<GeoJSONSource>(UNITS)?.setData({
    type: 'FeatureCollection',
    features: units.flatMap(({ id, name, lngLat }) =>
      lngLat === null
        ? []
        : [{ type: 'Feature', properties: { id, name }, geometry: { type: 'Point', coordinates: lngLat } }],
    ),
  });
}

export function showTownships(map: MapLibre, townships: CountyCollection | null): void {
  map.getSource<GeoJSONSource>(TOWNSHIPS)?.setData((townships ?? NONE) as GeoJSON.FeatureCollection);
  map.getSource<GeoJSONSource>(TOWNSHIP_NAMES)?.setData(townships ? labelPoints(townships) : NONE);
}
