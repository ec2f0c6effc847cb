/**
 * What the map is measured against: every camera and alert as GeoJSON in one deck.gl layer over MapLibre, with nothing else
 * on the page. Built and opened by map.ts.
 */
import { GeoJsonLayer } from '@deck.gl/layers';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';

setWorkerUrl(workerUrl);
const [lng, lat, zoom] = new URLSearchParams(location.search).get('at').split(',').map(Number);
const points = await (await fetch('/points.geojson')).json();
const map = new MapLibre({
  container: 'map',
  style: {
    version: 8,
    sources: {},
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#0b1117' } }],
  },
  center: [lng, lat],
  zoom,
  attributionControl: false,
  dragRotate: false,
});
map.on('load', () => {
  const layer = new GeoJsonLayer({
    id: 'all',
    data: points,
    pointType: 'circle',
    getPointRadius: 5,
    pointRadiusUnits: 'pixels',
    getFillColor: (feature) => (feature.properties.alert ? [255, 122, 69] : [111, 138, 163]),
  });
  map.addControl(new MapLibreOverlay({ interleaved: true, layers: [layer] }));
  map.once('idle', () => {
    document.body.dataset.ready = 'true';
  });
});
