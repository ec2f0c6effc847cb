import type { ExpressionSpecification, GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { squareSideM } from '#engine/contract/metric-scale.ts';
import { atPointer, circleRing, distanceM, type Sketch } from './sketch.ts';

const SOURCE = 'area';
const COLOR = '#9ecbf5';
const CORRIDOR = 'area-corridor';
const TILE_PX = 512;
const DEEPEST_ZOOM = 22;
const MOST_MARKED = 60;

/** Puts what is drawn of an area above everything else. */
export function addSketchLayers(map: MapLibre, unitPx: number): void {
  map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  map.addLayer({
    id: 'area-fill',
    type: 'fill',
    source: SOURCE,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': COLOR, 'fill-opacity': 0.12 },
  });
  map.addLayer({
    id: CORRIDOR,
    type: 'line',
    source: SOURCE,
    filter: ['==', ['get', 'part'], 'corridor'],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': COLOR, 'line-opacity': 0.2, 'line-width': 1 },
  });
  map.addLayer({
    id: 'area-outline',
    type: 'line',
    source: SOURCE,
    layout: { 'line-join': 'round' },
    paint: { 'line-color': COLOR, 'line-width': 2 * unitPx },
  });
  map.addLayer({
    id: 'area-points',
    type: 'circle',
    source: SOURCE,
    filter: ['==', ['geometry-type'], 'Point'],
    paint: {
      'circle-radius': 4 * unitPx,
      'circle-color': '#0b1117',
      'circle-stroke-color': COLOR,
      'circle-stroke-width': 2 * unitPx,
    },
  });
}

/** Shows a sketch as far as it is drawn, with the pointer's place; null: nothing. */
export function showSketch(map: MapLibre, sketch: Sketch | null): void {
  const source = map.getSource<GeoJSONSource>(SOURCE);
  if (!source) return;
  const features = sketch ? featuresOf(sketch) : [];
  source.setData({ type: 'FeatureCollection', features });
  const at = sketch?.points[0];
  if (sketch?.tool === 'corridor' && at) map.setPaintProperty(CORRIDOR, 'line-width', metresWide(sketch.widthM, at[1]));
}

function featuresOf(sketch: Sketch): GeoJSON.Feature[] {
  const { tool, points } = atPointer(sketch);
  const [first, second] = points;
  // A circle that became a polygon has corners that nobody set.
  const marked = sketch.points.length > MOST_MARKED ? [] : sketch.points;
  const features: GeoJSON.Feature[] = marked.map((coordinates) => feature({ type: 'Point', coordinates }));
  if (!first || !second) return features;
  if (tool === 'circle') {
    // The second point only tells how wide the circle is.
    const ring = circleRing(first, Math.max(1, distanceM(first, second)));
    return [...features.slice(0, 1), feature({ type: 'Polygon', coordinates: [ring] })];
  }
  if (tool === 'corridor') {
    const line: GeoJSON.LineString = { type: 'LineString', coordinates: [...points] };
    return [...features, feature(line, 'corridor')];
  }
  if (points.length === 2) return [...features, feature({ type: 'LineString', coordinates: [...points] })];
  return [...features, feature({ type: 'Polygon', coordinates: [[...points, first]] })];
}

function feature(geometry: GeoJSON.Geometry, part = 'shape'): GeoJSON.Feature {
  return { type: 'Feature', properties: { part }, geometry };
}

/** A line's width that stays so many metres on the ground, at any zoom. */
function metresWide(widthM: number, latDeg: number): ExpressionSpecification {
  const atZero = (widthM / squareSideM(latDeg)) * TILE_PX;
  return ['interpolate', ['exponential', 2], ['zoom'], 0, atZero, DEEPEST_ZOOM, atZero * 2 ** DEEPEST_ZOOM];
}
