import { type GeoJSONSource, Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Basemap } from '#engine/contract/basemap.ts';
import type { Case } from '#engine/contract/case.ts';
import { MARK_COLOR } from '../design/severity-mark.tsx';
import { addBasemap } from '../map/basemap.ts';
import type { CountyCollection } from '../map/counties.ts';
import { boundsOf } from '../map/counties.ts';
import { COUNTY_LINES, mapStyle } from '../map/map-style.ts';

setWorkerUrl(workerUrl);

interface SceneOptions {
  counties: CountyCollection | null;
  centre: [number, number];
  zoom: number;
  basemap: Basemap | null;
  unitPx: number;
  name: string;
  onCase: (caseId: string) => void;
  /** A place is to be clicked, and no case; null: the other way round. */
  onPlace: ((lngLat: [number, number]) => void) | null;
}

const NEAR_ZOOM = 13;
const PADDING = 48;

/** The map beside the queue: where its cases are, and which of them is open. */
export class CaseScene {
  readonly #map: MapLibre;
  readonly #options: SceneOptions;
  #ready = false;
  #closed = false;
  #cases: readonly Case[] = [];
  #chosenId: string | null = null;
  #place: [number, number] | null = null;

  /** Throws when the browser has no WebGL2. */
  constructor(container: HTMLElement, options: SceneOptions) {
    this.#options = options;
    const { counties, centre, zoom, unitPx, name } = options;
    const bounds = counties && boundsOf(counties);
    this.#map = new MapLibre({
      container,
      style: mapStyle(counties, unitPx),
      ...(bounds ? { bounds, fitBoundsOptions: { padding: PADDING * unitPx } } : { center: centre, zoom }),
      maxZoom: 18,
      attributionControl: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      dragRotate: false,
      locale: { 'Map.Title': name },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.once('idle', () => this.#begin());
    this.#map.on('mousemove', ({ point }) => {
      const over = this.#caseAt(point.x, point.y) ? 'pointer' : '';
      this.#map.getCanvas().style.cursor = options.onPlace ? 'crosshair' : over;
    });
    this.#map.on('click', ({ point, lngLat }) => {
      if (options.onPlace) return options.onPlace([lngLat.lng, lngLat.lat]);
      const id = this.#caseAt(point.x, point.y);
      if (id) options.onCase(id);
    });
  }

  /** What the queue shows now. Another case that is open is brought into view; else the map stays where it is. */
  show(cases: readonly Case[], chosenId: string | null): void {
    const isOther = chosenId !== this.#chosenId;
    this.#cases = cases;
    this.#chosenId = chosenId;
    if (!this.#ready) return;
    this.#draw();
    if (isOther) this.#approach();
  }

  /** Marks the place that is being chosen; brought into view where it is out of it. */
  mark(place: [number, number] | null): void {
    this.#place = place;
    if (this.#ready) this.#drawPlace();
  }

  close(): void {
    this.#closed = true;
    this.#map.remove();
  }

  #begin(): void {
    if (this.#closed) return;
    const { basemap, unitPx } = this.#options;
    addBasemap(this.#map, basemap, COUNTY_LINES);
    this.#map.addSource('cases', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    this.#map.addLayer({
      id: 'cases',
      type: 'circle',
      source: 'cases',
      layout: { 'circle-sort-key': ['get', 'order'] },
      paint: {
        'circle-radius': ['case', ['get', 'chosen'], 12 * unitPx, 8 * unitPx],
        'circle-color': ['get', 'color'],
        'circle-stroke-color': ['case', ['get', 'chosen'], '#e6edf4', '#0b1117'],
        'circle-stroke-width': ['case', ['get', 'chosen'], 3 * unitPx, 1.5 * unitPx],
      },
    });
    this.#map.addSource('place', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    this.#map.addLayer({
      id: 'place',
      type: 'circle',
      source: 'place',
      paint: {
        'circle-radius': 11 * unitPx,
        'circle-color': 'transparent',
        'circle-stroke-color': '#e6edf4',
        'circle-stroke-width': 3 * unitPx,
      },
    });
    this.#ready = true;
    this.#draw();
    this.#approach();
    this.#drawPlace();
  }

  #draw(): void {
    const features = this.#cases.map(({ id, lngLat, severity }, i) => ({
      type: 'Feature' as const,
      // What is first in the queue lies above the others, what is open above all.
      properties: {
        ...{ id, color: MARK_COLOR[severity], chosen: id === this.#chosenId },
        order: id === this.#chosenId ? 1 : -i,
      },
      geometry: { type: 'Point' as const, coordinates: [...lngLat] },
    }));
    this.#map.getSource<GeoJSONSource>('cases')?.setData({ type: 'FeatureCollection', features });
  }

  #drawPlace(): void {
    const place = this.#place;
    const features = place
      ? [{ type: 'Feature' as const, properties: {}, geometry: { type: 'Point' as const, coordinates: place } }]
      : [];
    this.#map.getSource<GeoJSONSource>('place')?.setData({ type: 'FeatureCollection', features });
    if (place && !this.#map.getBounds().contains(place)) this.#map.easeTo({ center: place, duration: 400 });
  }

  #approach(): void {
    const chosen = this.#cases.find(({ id }) => id === this.#chosenId);
    if (!chosen) return;
    const center: [number, number] = [...chosen.lngLat];
    this.#map.easeTo({ center, zoom: Math.max(NEAR_ZOOM, this.#map.getZoom()), duration: 400 });
  }

  #caseAt(x: number, y: number): string | null {
    if (!this.#ready) return null;
    const id: unknown = this.#map.queryRenderedFeatures([x, y], { layers: ['cases'] })[0]?.properties.id;
    return typeof id === 'string' ? id : null;
  }
}
