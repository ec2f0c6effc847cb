import { MapLibreOverlay } from '@deck.gl/maplibre';
import { type GeoJSONSource, type MapGeoJSONFeature, Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Alert } from '#engine/contract/alert.ts';
import type { Camera } from '#engine/contract/camera.ts';
import { type CameraMap, POINTS_FROM_ZOOM } from '#engine/contract/camera-map.ts';
import { sightOf } from '../live/camera-sight.ts';
import { CAMERA_SIZE, CHOSEN_SIZE, type CityPicture, cityLayers, MARK_SIZE } from './city-layers.ts';
import { type Bounds, boundsOf, type CountyCollection, labelPoints } from './counties.ts';
import { groupMarks } from './group-marks.ts';
import { LABEL_LAYER, labelSize, mapStyle, NAME_SOURCE } from './map-style.ts';
import { drawMarkAtlas } from './mark-atlas.ts';
import { addObstacles, setObstacles } from './obstacles.ts';
import { addPoolTiles, CAMERA_LAYER, CLUSTER_LAYER, showPoolTiles } from './pool-tiles.ts';
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
  /** All cameras that are registered, in numbers; null until known. */
  pool: CameraMap | null;
}

/** From so many cameras on, single marks at the city's scale would be a carpet: counts and clusters stand for them. */
const MANY_CAMERAS = 300;

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
    this.#data = { cameras: [], alerts: [], chosen: null, unitPx: options.unitPx, pool: null };
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
    this.#map.on('click', ({ point }) => this.#click(point));
    this.#map.on('mousemove', ({ point }) => {
      const found = this.#placeAt(point) ?? this.#poolAt(point, CLUSTER_LAYER)[0];
      this.#map.getCanvas().style.cursor = found ? 'pointer' : '';
    });
  }

  /** Resolves when the map is drawn and the layers may be added: added earlier, they would cover the labels. */
  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#map.once('idle', () => resolve()));
    if (this.#closed) return;
    addPoolTiles(this.#map, this.#atlas, this.#data.unitPx);
    addObstacles(this.#map);
    this.#map.addControl(this.#overlay);
    this.#ready = true;
    this.#showPool();
    this.#regroup();
  }

  show(data: SceneData): void {
    const before = this.#data;
    this.#data = data;
    if (data.unitPx !== before.unitPx && this.#ready) {
      this.#map.setLayoutProperty(LABEL_LAYER, 'text-size', labelSize(data.unitPx));
    }
    this.#pulses.see(data.alerts);
    if (data.pool !== before.pool && this.#ready) this.#showPool();
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

  get #many(): boolean {
    return (this.#data.pool?.cameras ?? 0) > MANY_CAMERAS;
  }

  #showPool(): void {
    const { pool } = this.#data;
    showPoolTiles(this.#map, pool?.version ?? null, this.#many);
    const { counties } = this.#options;
    if (!counties) return;
    const inWords = new Map(pool?.counties.map(({ code, cameras }) => [code, cameras.toLocaleString('en')] as const));
    this.#map.getSource<GeoJSONSource>(NAME_SOURCE)?.setData(labelPoints(counties, this.#many ? inWords : undefined));
  }

  #regroup(): void {
    const { alerts, chosen, unitPx } = this.#data;
    const cameras = this.#map.getZoom() < POINTS_FROM_ZOOM ? this.#seenFromFar() : this.#data.cameras;
    const groups = groupMarks(alerts, this.#map.getZoom(), MARK_SIZE * unitPx * 1.2);
    this.#picture = { cameras, groups, chosen, unitPx };
    this.#keepNamesClear();
    this.#draw();
  }

  /** The cameras at the city's scale: none where counts stand for them; of many without counts only those with trouble. */
  #seenFromFar(): readonly Camera[] {
    const { cameras } = this.#data;
    if (this.#many) return [];
    if (cameras.length <= MANY_CAMERAS) return cameras;
    return cameras.filter((camera) => ['offline', 'faulty'].includes(sightOf(camera)));
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

  #click(point: { x: number; y: number }): void {
    const place = this.#placeAt(point);
    const [cluster] = place ? [] : this.#poolAt(point, CLUSTER_LAYER);
    if (cluster) {
      this.#home = false;
      this.#map.easeTo({
        center: this.#map.unproject([point.x, point.y]),
        zoom: this.#map.getZoom() + 1.5,
        duration: 300,
      });
    }
    this.#options.onPlace(place);
  }

  /** What the tiles show near a point. */
  #poolAt({ x, y }: { x: number; y: number }, layer: string) {
    if (!this.#ready || !this.#many) return [];
    const near = layer === CLUSTER_LAYER ? 0 : NEAR_PX * 0.6 * this.#data.unitPx;
    const box: [[number, number], [number, number]] = [
      [x - near, y - near],
      [x + near, y + near],
    ];
    return this.#map.queryRenderedFeatures(box, { layers: [layer] });
  }

  #placeAt(point: { x: number; y: number }): Place | null {
    const nearPx = NEAR_PX * this.#data.unitPx;
    const isNear = ({ lngLat }: { lngLat: [number, number] }) => {
      const { x, y } = this.#map.project(lngLat);
      return Math.hypot(x - point.x, y - point.y) <= nearPx;
    };
    const groups = this.#picture.groups.filter(isNear);
    const cameras = this.#picture.cameras.filter(isNear);
    const registered = this.#poolAt(point, CAMERA_LAYER);
    const lngLat = groups[0]?.lngLat ?? cameras[0]?.lngLat ?? placeOf(registered[0]);
    if (!lngLat) return null;
    const alertIds = groups.flatMap(({ alerts }) => alerts.map(({ id }) => id));
    const cameraIds = new Set([
      ...cameras.map(({ id }) => id),
      ...registered.map(({ properties }) => `${properties.id}`),
    ]);
    return { lngLat, alertIds, cameraIds: [...cameraIds] };
  }
}

function placeOf(feature: MapGeoJSONFeature | undefined): [number, number] | undefined {
  if (feature?.geometry.type !== 'Point') return undefined;
  const [lng = 0, lat = 0] = feature.geometry.coordinates;
  return [lng, lat];
}
