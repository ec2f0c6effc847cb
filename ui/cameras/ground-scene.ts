import { type GeoJSONSource, Map as MapLibre, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { CountyCollection } from '../map/counties.ts';
import { LABEL_LAYER, mapStyle } from '../map/map-style.ts';
import { addZoneLayers, setZones } from '../map/zone-layers.ts';

setWorkerUrl(workerUrl);

type LngLat = [number, number];

/** A map of one camera's surroundings: what its picture shows, and the place under the cursor. */
export class GroundScene {
  readonly #map: MapLibre;
  #ready = false;
  #closed = false;

  /** Throws when the browser has no WebGL2. */
  constructor(
    container: HTMLElement,
    options: {
      counties: CountyCollection | null;
      centre: LngLat;
      unitPx: number;
      name: string;
      onClick: (lngLat: LngLat) => void;
      onMove: () => void;
    },
  ) {
    this.#map = new MapLibre({
      container,
      style: mapStyle(options.counties, options.unitPx),
      center: options.centre,
      zoom: 18,
      minZoom: 12,
      maxZoom: 22,
      attributionControl: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      doubleClickZoom: false,
      locale: { 'Map.Title': options.name },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
    this.#map.on('click', ({ lngLat }) => options.onClick([lngLat.lng, lngLat.lat]));
    this.#map.on('move', options.onMove);
    this.#map.on('resize', options.onMove);
    this.#map.getCanvas().style.cursor = 'crosshair';
    this.#unitPx = options.unitPx;
  }
  readonly #unitPx: number;

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#map.once('idle', () => resolve()));
    if (this.#closed) return;
    addZoneLayers(this.#map, this.#unitPx, LABEL_LAYER);
    this.#map.addSource('cursor', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    this.#map.addLayer({
      id: 'cursor-area',
      type: 'fill',
      source: 'cursor',
      paint: { 'fill-color': '#9ecbf5', 'fill-opacity': 0.18 },
    });
    this.#map.addLayer({
      id: 'cursor-line',
      type: 'line',
      source: 'cursor',
      paint: { 'line-color': '#9ecbf5', 'line-width': 1.5 * this.#unitPx },
    });
    this.#ready = true;
  }

  showZones(features: Parameters<typeof setZones>[1]): void {
    if (this.#ready) setZones(this.#map, features);
  }

  /** Shows where the cursor of the picture is on earth and how far off that may be, as a ring; null: nowhere. */
  showCursor(ring: LngLat[] | null): void {
    if (!this.#ready) return;
    this.#map.getSource<GeoJSONSource>('cursor')?.setData({
      type: 'FeatureCollection',
      features: ring ? [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }] : [],
    });
  }

  /** Shows all of the places, not nearer than houses are told apart. */
  fit(places: readonly LngLat[]): void {
    const lngs = places.map(([lng]) => lng);
    const lats = places.map(([, lat]) => lat);
    if (places.length === 0) return;
    const corners: [number, number, number, number] = [
      Math.min(...lngs),
      Math.min(...lats),
      Math.max(...lngs),
      Math.max(...lats),
    ];
    this.#map.fitBounds(corners, { padding: 70 * this.#unitPx, maxZoom: 19, animate: false });
  }

  zoomBy(steps: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 200 });
  }

  project(lngLat: LngLat): { x: number; y: number } {
    return this.#map.project(lngLat);
  }

  /** The place on earth at a point of the window, CSS pixels. */
  placeAt([x, y]: readonly [number, number]): LngLat {
    const box = this.#map.getContainer().getBoundingClientRect();
    const { lng, lat } = this.#map.unproject([x - box.left, y - box.top]);
    return [lng, lat];
  }

  close(): void {
    this.#closed = true;
    this.#map.remove();
  }
}
