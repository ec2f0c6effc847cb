import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Officer, Trail } from '#engine/contract/officer.ts';
import { MAP_FONT } from './font-faces.ts';

const OFFICERS = 'officers';
const NAMES = 'officer-names';
const TRAILS = 'officer-trails';
const ALL = [TRAILS, OFFICERS, NAMES];

/** Adds where officers are who share it: hollow and grey where nothing was heard for too long, with where they went. */
export function addOfficerLayers(map: MapLibre, unitPx: number): void {
  for (const source of [OFFICERS, TRAILS])
    map.addSource(source, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  map.addLayer({
    id: TRAILS,
    type: 'line',
    source: TRAILS,
    layout: { visibility: 'none', 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': '#56b4e9', 'line-width': 2.5 * unitPx, 'line-opacity': 0.7 },
  });
  map.addLayer({
    id: OFFICERS,
    type: 'circle',
    source: OFFICERS,
    layout: { visibility: 'none' },
    paint: {
      'circle-radius': 7 * unitPx,
      'circle-color': ['case', ['get', 'stale'], '#0b1117', '#56b4e9'],
      'circle-stroke-color': ['case', ['get', 'outside'], '#e69f00', ['get', 'stale'], '#8a97a5', '#e6edf4'],
      'circle-stroke-width': 2.5 * unitPx,
    },
  });
  map.addLayer({
    id: NAMES,
    type: 'symbol',
    source: OFFICERS,
    layout: {
      visibility: 'none',
      'text-field': ['get', 'name'],
      'text-font': [MAP_FONT],
      'text-size': 15 * unitPx,
      'text-anchor': 'left',
      'text-offset': [0.9, 0],
      'text-optional': true,
    },
    paint: {
      'text-color': ['case', ['get', 'stale'], '#8a97a5', '#e6edf4'],
      'text-halo-color': '#0b1117',
      'text-halo-width': 2 * unitPx,
    },
  });
}

export function showOfficerLayers(map: MapLibre, yes: boolean): void {
  for (const layer of ALL) map.setLayoutProperty(layer, 'visibility', yes ? 'visible' : 'none');
}

/** The officers, where they went, and what stands beside each. */
export type OfficersShown = [
  officers: readonly Officer[],
  trails: readonly Trail[],
  said: (officer: Officer) => string,
];

export function showOfficers(map: MapLibre, ...[officers, trails, said]: OfficersShown): void {
  const set = (source: string, features: GeoJSON.Feature[]) =>
    map.getSource<GeoJSONSource>(source)?.setData({ type: 'FeatureCollection', features });
  set(
    OFFICERS,
    officers.flatMap((officer) => {
      const { id, place } = officer;
      if (!place) return [];
      const properties = { id, name: said(officer), stale: place.stale, outside: place.outside };
      return [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: place.lngLat } }];
    }),
  );
  set(
    TRAILS,
    trails.flatMap(({ officerId, points }) => {
      const coordinates = points.map(({ lngLat }) => lngLat);
      if (coordinates.length < 2) return [];
      return [{ type: 'Feature', properties: { officerId }, geometry: { type: 'LineString', coordinates } }];
    }),
  );
}
