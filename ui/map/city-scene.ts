import { MapLibreOverlay } from '@deck.gl/maplibre';
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Alert } from '#engine/contract/alert.ts';
import type { Camera } from '#engine/contract/camera.ts';
import { CAMERA_SIZE, CHOSEN_SIZE, type CityPicture, cityLayers, MARK_SIZE } from './city-layers.ts';
import { type Bounds, boundsOf, type CountyCollection } from './counties.ts';
import { groupMarks } from './group-marks.ts';
import { LABEL_LAYER, labelSize, mapStyle } from './map-style.ts';
import { drawMarkAtlas } from './mark-atlas.ts';
import { addObstacles, setObstacles } from './obstacles.ts';
import { Pulses } from './pulses.ts';

setWorkerUrl(workerUrl);

/** What lies under a click: all of it, so that nothing hides behind something else. */
export interface Place {
  lngLat: [number, number];
  alertIds: string[];
  cameraIds: string[];
}

export interface SceneOptions {
  counties: CountyCollection | null;
  centre: [number, number];
  zoom: number;
  unitPx: number;
  name: string;
  onPlace: (place: Place | null) => void;
  onMove: () => void;
}

export interface SceneData {
  cameras: readonly Camera[];
  alerts: readonly Alert[];
  chosen: Alert | null;
  unitPx: number;
}

const NEAR_PX = 20;
const FIT_PADDING = 36;

/** On a map this narrow the city is drawn beside the buttons, not under them. */
const NARROW_PX = 480;
const BUTTONS_PX = 64;

/** The drawn map: MapLibre with the counties, deck.gl with what is alive. Told what to show, it tells what was clicked. */
export class CityScene {
  readonly #map: MapLibre;
  readonly #overlay = new MapLibreOverlay({ interleaved: true, layers: [] });
  readonly #atlas = drawMarkAtlas();
  readonly #bounds: Bounds | null;
  readonly #options: SceneOptions;
  readonly #pulses = new Pulses(() => this.#draw());
  #data: SceneData;
  #picture: CityPicture;
  #home = true;
  #ready = false;
  #closed = false;

  /** Throws when the browser has no WebGL2. */
  constructor(container: HTMLElement, options: SceneOptions) {
    this.#options = options;
    this.#bounds = options.counties ? boundsOf(options.counties) : null;
    this.#data = { cameras: [], alerts: [], chosen: null, unitPx: options.unitPx };
    this.#picture = { cameras: [], groups: [], chosen: null, unitPx: options.unitPx };
    this.#map = new MapLibre({
      container,
      style: mapStyle(options.counties, options.unitPx),
      center: options.centre,
      zoom: options.zoom,
      minZoom: 5,
      maxZoom: 18,
      attributionControl: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: { 'Map.Title': options.name },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.home();
    this.#map.on('resize', () => this.#keepInView());
    this.#map.on('dragstart', () => {
      this.#home = false;
    });
    this.#map.on('zoomstart', ({ originalEvent }) => {
      if (originalEvent) this.#home = false;
    });
    this.#map.on('move', options.onMove);
    this.#map.on('zoomend', () => this.#regroup());
    this.#map.on('click', ({ point }) => options.onPlace(this.#placeAt(point)));
    this.#map.on('mousemove', ({ point }) => {
      this.#map.getCanvas().style.cursor = this.#placeAt(point) ? 'pointer' : '';
    });
  }

  /** Resolves when the map is drawn and the layers may be added: added earlier, they would cover the labels. */
  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#map.once('idle', () => resolve()));
    if (this.#closed) return;
    addObstacles(this.#map);
    this.#map.addControl(this.#overlay);
    this.#ready = true;
    this.#regroup();
  }

  show(data: SceneData): void {
    const before = this.#data;
    this.#data = data;
    if (data.unitPx !== before.unitPx && this.#ready) {
      this.#map.setLayoutProperty(LABEL_LAYER, 'text-size', labelSize(data.unitPx));
    }
    this.#pulses.see(data.alerts);
    this.#regroup();
    if (data.chosen?.id !== before.chosen?.id) this.#keepInView();
  }

  /** Back to the whole city. */
  home(): void {
    this.#home = true;
    const room = FIT_PADDING * this.#data.unitPx;
    const narrow = this.#map.getContainer().clientWidth < NARROW_PX;
    const padding = { top: room, bottom: room, left: room, right: narrow ? BUTTONS_PX : room };
    if (this.#bounds) this.#map.fitBounds(this.#bounds, { padding, animate: false });
    else this.#map.jumpTo({ center: this.#options.centre, zoom: this.#options.zoom });
  }

  zoomBy(steps: number): void {
    this.#home = false;
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 250 });
  }

  /** Where a place on earth is on the map, CSS pixels from its top left corner. */
  project(lngLat: [number, number]): { x: number; y: number } {
    return this.#map.project(lngLat);
  }

  close(): void {
    this.#closed = true;
    this.#pulses.stop();
    if (this.#ready) this.#map.removeControl(this.#overlay);
    this.#map.remove();
  }

  #keepInView(): void {
    if (this.#home) this.home();
    const { chosen, unitPx } = this.#data;
    if (!chosen) return;
    const { x, y } = this.#map.project(chosen.lngLat);
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const margin = 48 * unitPx;
    const inView = x > margin && y > margin && x < clientWidth - margin && y < clientHeight - margin;
    if (!inView) this.#map.easeTo({ center: chosen.lngLat, duration: 400 });
  }

  #regroup(): void {
    const { cameras, alerts, chosen, unitPx } = this.#data;
    const groups = groupMarks(alerts, this.#map.getZoom(), MARK_SIZE * unitPx * 1.2);
    this.#picture = { cameras, groups, chosen, unitPx };
    this.#keepNamesClear();
    this.#draw();
  }

  #keepNamesClear(): void {
    if (!this.#ready) return;
    const { cameras, groups, chosen, unitPx } = this.#picture;
    const marks = groups.map(({ lngLat }) => ({ lngLat, sizePx: (MARK_SIZE + 22) * unitPx }));
    if (chosen) marks.push({ lngLat: chosen.lngLat, sizePx: (CHOSEN_SIZE + 24) * unitPx });
    const dots = cameras.map(({ lngLat }) => ({ lngLat, sizePx: CAMERA_SIZE * unitPx }));
    setObstacles(this.#map, [...marks, ...dots]);
  }

  #draw(): void {
    if (!this.#ready || this.#closed) return;
    const pulses = this.#pulses.now().flatMap(({ id, phase }) => {
      const alert = this.#data.alerts.find((one) => one.id === id);
      return alert ? [{ lngLat: alert.lngLat, phase }] : [];
    });
    this.#overlay.setProps({ layers: cityLayers(this.#picture, pulses, this.#atlas) });
  }

  #placeAt(point: { x: number; y: number }): Place | null {
    const nearPx = NEAR_PX * this.#data.unitPx;
    const isNear = ({ lngLat }: { lngLat: [number, number] }) => {
      const { x, y } = this.#map.project(lngLat);
      return Math.hypot(x - point.x, y - point.y) <= nearPx;
    };
    const groups = this.#picture.groups.filter(isNear);
    const cameras = this.#picture.cameras.filter(isNear);
    const lngLat = groups[0]?.lngLat ?? cameras[0]?.lngLat;
    if (!lngLat) return null;
    const alertIds = groups.flatMap(({ alerts }) => alerts.map(({ id }) => id));
    return { lngLat, alertIds, cameraIds: cameras.map(({ id }) => id) };
  }
}
