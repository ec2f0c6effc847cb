import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl';
import { CLUSTERS_FROM_ZOOM } from '#engine/contract/camera-map.ts';
import { type CountyCollection, labelPoints } from './counties.ts';
import { MAP_FONT, mapFontFaces } from './font-faces.ts';

/** Cameras are drawn below this layer, so that a county's name stays legible among them. */
export const LABEL_LAYER = 'county-names';
export const NAME_SOURCE = 'names';
/** A base map lies below this one. */
export const COUNTY_LINES = 'county-lines';
export const COUNTY_LAYERS = ['county-areas', COUNTY_LINES, LABEL_LAYER] as const;

const countyLabel: ExpressionSpecification = [
  'case',
  ['has', 'cameras'],
  ['format', ['get', 'name'], {}, '\n', {}, ['get', 'cameras'], { 'font-scale': 0.8 }],
  ['get', 'name'],
];

const EMPTY: CountyCollection = { type: 'FeatureCollection', features: [] };

/**
 * Our own style: a dark ground, the counties and their names. It asks no other host for anything.
 * @param unitPx how many CSS pixels one design pixel is
 */
export function mapStyle(counties: CountyCollection | null, unitPx: number): StyleSpecification {
  const known = counties ?? EMPTY;
  return {
    version: 8,
    'font-faces': mapFontFaces(),
    sources: {
      counties: { type: 'geojson', data: known as GeoJSON.FeatureCollection, tolerance: 0.2 },
      [NAME_SOURCE]: { type: 'geojson', data: labelPoints(known) },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#0b1117' } },
      { id: 'county-areas', type: 'fill', source: 'counties', paint: { 'fill-color': '#15212c' } },
      {
        id: COUNTY_LINES,
        type: 'line',
        source: 'counties',
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': '#3d5164',
          'line-width': ['interpolate', ['linear'], ['zoom'], 7, unitPx, 12, 2 * unitPx],
        },
      },
      {
        id: LABEL_LAYER,
        type: 'symbol',
        source: NAME_SOURCE,
        layout: {
          // Seen as a whole, a county is named with the number of its cameras; nearer, clusters and cameras tell it.
          'text-field': ['step', ['zoom'], countyLabel, CLUSTERS_FROM_ZOOM, ['get', 'name']],
          'text-font': [MAP_FONT],
          'text-size': labelSize(unitPx),
          'text-letter-spacing': 0.08,
          'text-padding': 2 * unitPx,
          'text-overlap': 'always',
          'text-variable-anchor': [
            'center',
            'top',
            'bottom',
            'left',
            'right',
            'top-left',
            'top-right',
            'bottom-left',
            'bottom-right',
          ],
          'text-radial-offset': 1.9,
        },
        paint: { 'text-color': '#9fb0c1', 'text-halo-color': '#0b1117', 'text-halo-width': 1.6 * unitPx },
      },
    ],
  };
}

/** The size of the counties' names: larger as one goes nearer. */
export const labelSize = (unitPx: number): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  7,
  16 * unitPx,
  9,
  20 * unitPx,
  12,
  30 * unitPx,
];
