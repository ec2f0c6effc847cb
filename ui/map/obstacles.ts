import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';

/** Marks that the counties' names should not lie under. */
export interface Obstacle {
  lngLat: [number, number];
  /** How wide the mark is, CSS pixels. */
  sizePx: number;
}

const SOURCE = 'obstacles';
const BLANK = 'blank';
const BLANK_PX = 10;

/** So many marks cover the city anyway: names then stay where they read best. */
const MOST = 400;

/**
 * Draws nothing, but takes room: MapLibre places the names after it, beside the marks that deck.gl draws. Added above
 * the names, because what is above is placed first.
 */
export function addObstacles(map: MapLibre): void {
  map.addImage(BLANK, { width: BLANK_PX, height: BLANK_PX, data: new Uint8Array(4 * BLANK_PX * BLANK_PX) });
  map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  const layer: LayerSpecification = {
    id: SOURCE,
    type: 'symbol',
    source: SOURCE,
    layout: {
      'icon-image': BLANK,
      'icon-size': ['get', 'size'],
      'icon-allow-overlap': true,
      'icon-padding': 0,
    },
  };
  map.addLayer(layer);
}

export function setObstacles(map: MapLibre, obstacles: readonly Obstacle[]): void {
  const source = map.getSource<GeoJSONSource>(SOURCE);
  const taken = obstacles.length > MOST ? [] : obstacles;
  source?.setData({
    type: 'FeatureCollection',
    features: taken.map(({ lngLat, sizePx }) => ({
      type: 'Feature',
      properties: { size: sizePx / BLANK_PX },
      geometry: { type: 'Point', coordinates: lngLat },
    })),
  });
}
