import { MapLibreOverlay } from '@deck.gl/maplibre';
import { type GeoJSONSource, Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Alert } from '#engine/contract/alert.ts';
import type { Basemap } from '#engine/contract/basemap.ts';
import type { Camera } from '#engine/contract/camera.ts';
import { type CameraMap, EACH_DRAWN_UP_TO, POINTS_FROM_ZOOM } from '#engine/contract/camera-map.ts';
import type { Case, Unit } from '#engine/contract/case.ts';
import { sightOf } from '../live/camera-sight.ts';
import { addBasemap } from './basemap.ts';
import { CAMERA_SIZE, CHOSEN_SIZE, CityLayers, type CityPicture, type DrawnCamera, MARK_SIZE } from './city-layers.ts';
import { addOverlays, showCases, showCells, showHeat, showOverlays } from './city-overlays.ts';
import { type Bounds, boundsOf, type CountyCollection, labelPoints } from './counties.ts';
import { type Place, placeAt, type ScreenPoint } from './find-place.ts';
import { groupMarks, type MarkGroup } from './group-marks.ts';
import type { Sightline } from './map-address.ts';
import type { MapLayer } from './map-layers.ts';
import { COUNTY_LINES, LABEL_LAYER, labelSize, mapStyle, NAME_SOURCE } from './map-style.ts';
import { drawMarkAtlas } from './mark-atlas.ts';
import { addObstacles, setObstacles } from './obstacles.ts';
import { type OfficersShown, showOfficers } from './officer-layers.ts';
import { addPoolTiles, CLUSTER_LAYER, showPoolTiles } from './pool-tiles.ts';
import { Pulses } from './pulses.ts';
import { withRegistered } from './registered.ts';
import { addSiteLayers, showSiteLayers, showTownships, showUnits } from './site-layers.ts';
import type { LngLat, Sketch } from './sketch.ts';
import { addSketchLayers, showSketch } from './sketch-layers.ts';
import { addZoneLayers, CityZones, type NameOfZone } from './zone-layers.ts';

setWorkerUrl(workerUrl);

/** Where the pointer is while an area is drawn, and what it did there. */
export type Stroke = { act: 'move' | 'point' | 'end'; lngLat: LngLat };

export interface SceneOptions {
  counties: CountyCollection | null;
  centre: [number, number];
  zoom: number;
  unitPx: number;
  name: string;
  basemap: Basemap | null;
  /** Where to look first; null: the whole city. */
  at: Sightline | null;
  /** The alert that is open then. */
  openAlertId: string | null;
  nameOfZone: NameOfZone;
  onPlace: (place: Place | null) => void;
  onMove: () => void;
  /** The map has come to rest; null: it shows the whole city. */
  onRest: (at: Sightline | null) => void;
  /** Called while drawing only; nothing else is clicked then. */
  onStroke: (stroke: Stroke) => void;
}

export interface SceneData {
  cameras: readonly Camera[];
  alerts: readonly Alert[];
  cases: readonly Case[];
  units: readonly Unit[];
  /** null: not wanted yet, or not read. */
  townships: CountyCollection | null;
  chosen: Alert | null;
  unitPx: number;
  layers: ReadonlySet<MapLayer>;
  /** All cameras that are registered, in numbers; null until known. */
  pool: CameraMap | null;
}

const NEAR_PX = 20;
const NONE: readonly Alert[] = [];
const FIT_PADDING = 36;
/** Near enough to tell the cameras of a crossing apart. */
const STREET_ZOOM = 16;

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
  readonly #zones: CityZones;
  #data: SceneData;
  #picture: CityPicture;
  readonly #layers = new CityLayers(this.#atlas);
  #grouped: { by: Parameters<typeof groupMarks> | null; groups: MarkGroup[] } = { by: null, groups: [] };
  #home = true;
  #drawing = false;
  /** Nobody has moved the map yet from where the address put it. */
  #asGiven: boolean;
  #ready = false;
  #closed = false;

  /** Throws when the browser has no WebGL2. */
  constructor(container: HTMLElement, options: SceneOptions) {
    this.#options = options;
    this.#bounds = options.counties ? boundsOf(options.counties) : null;
    this.#data = {
      cameras: [],
      alerts: [],
      cases: [],
      units: [],
      townships: null,
      chosen: null,
      unitPx: options.unitPx,
      layers: new Set(),
      pool: null,
    };
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
    this.#zones = new CityZones(this.#map, options.nameOfZone);
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#asGiven = options.at !== null;
    if (options.at) this.#goTo(options.at);
    else this.home();
    this.#map.on('resize', () => this.#keepInView());
    this.#map.on('dragstart', () => this.#leave());
    this.#map.on('zoomstart', ({ originalEvent }) => {
      if (originalEvent) this.#leave();
    });
    this.#map.on('move', options.onMove);
    this.#map.on('zoomend', () => this.#regroup());
    this.#map.on('moveend', () => this.#rest());
    this.#map.on('click', ({ point, lngLat }) => {
      if (this.#drawing) options.onStroke({ act: 'point', lngLat: [lngLat.lng, lngLat.lat] });
      else this.#click(point);
    });
    this.#map.on('dblclick', ({ lngLat }) => {
      if (this.#drawing) options.onStroke({ act: 'end', lngLat: [lngLat.lng, lngLat.lat] });
    });
    this.#map.on('mousemove', ({ point, lngLat, originalEvent }) => {
      if (this.#drawing) {
        this.#map.getCanvas().style.cursor = 'crosshair';
        options.onStroke({ act: 'move', lngLat: [lngLat.lng, lngLat.lat] });
        return;
      }
      // Who drags the map looks for nothing under the pointer.
      if (originalEvent.buttons !== 0) return;
      const found = this.#placeAt(point) !== null || this.#isCluster(point);
      this.#map.getCanvas().style.cursor = found ? 'pointer' : '';
    });
  }

  /** Resolves when the map is drawn and the layers may be added: added earlier, they would cover the labels. */
  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#map.once('idle', () => resolve()));
    if (this.#closed) return;
    const { unitPx } = this.#data;
    addBasemap(this.#map, this.#options.basemap, COUNTY_LINES);
    addOverlays(this.#map, unitPx);
    addSiteLayers(this.#map, unitPx);
    addPoolTiles(this.#map, this.#atlas, unitPx);
    addObstacles(this.#map);
    addSketchLayers(this.#map, unitPx);
    addZoneLayers(this.#map, this.#data.unitPx, LABEL_LAYER);
    this.#map.addControl(this.#overlay);
    this.#ready = true;
    this.#showPool();
    this.#showLayers(null);
    this.#regroup();
    this.#zones.show(this.#data.cameras);
  }

  show(data: SceneData): void {
    if (this.#closed) return;
    const before = this.#data;
    this.#data = data;
    if (data.unitPx !== before.unitPx && this.#ready) {
      this.#map.setLayoutProperty(LABEL_LAYER, 'text-size', labelSize(data.unitPx));
    }
    this.#pulses.see(data.alerts);
    if ((data.pool !== before.pool || data.layers !== before.layers) && this.#ready) this.#showPool();
    this.#showLayers(before);
    if (this.#ready) this.#zones.show(data.cameras);
    this.#regroup();
    // An address that says from where to look is followed, whatever is open.
    if (data.chosen?.id === before.chosen?.id) return;
    if (data.chosen && data.chosen.id !== this.#options.openAlertId) this.#asGiven = false;
    this.#keepInView();
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
    this.#leave();
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 250 });
  }

  /** Goes near to a place, or only there when one is near already. */
  approach(centre: LngLat): void {
    this.#leave();
    this.#map.easeTo({ center: centre, zoom: Math.max(STREET_ZOOM, this.#map.getZoom()), duration: 400 });
  }

  /** Brings what is drawn into view. */
  fit(points: readonly LngLat[]): void {
    const lngs = points.map(([lng]) => lng);
    const lats = points.map(([, lat]) => lat);
    const bounds: Bounds = [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
    this.#leave();
    this.#map.fitBounds(bounds, { padding: 60 * this.#data.unitPx, maxZoom: STREET_ZOOM, duration: 400 });
  }

  get sightline(): Sightline {
    const { lng, lat } = this.#map.getCenter();
    return { centre: [lng, lat], zoom: this.#map.getZoom() };
  }

  /** While drawing, clicks and the pointer's way are told as strokes. */
  setDrawing(drawing: boolean): void {
    this.#drawing = drawing;
    this.#map.getCanvas().style.cursor = drawing ? 'crosshair' : '';
    if (drawing) this.#map.doubleClickZoom.disable();
    else this.#map.doubleClickZoom.enable();
  }

  showSketch(sketch: Sketch | null): void {
    if (this.#ready) showSketch(this.#map, sketch);
  }

  isWithin(element: Element): boolean {
    return element.contains(this.#map.getContainer());
  }

  focus(): void {
    this.#map.getCanvas().focus();
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

  #goTo({ centre, zoom }: Sightline): void {
    this.#home = false;
    this.#map.jumpTo({ center: centre, zoom });
  }

  /** Somebody moves the map: it neither stays at the whole city nor where the address put it. */
  #leave(): void {
    this.#home = false;
    this.#asGiven = false;
  }

  #rest(): void {
    if (this.#closed) return;
    if (this.#ready && this.#data.layers.has('cells')) void showCells(this.#map);
    this.#options.onRest(this.#home ? null : this.sightline);
  }

  showOfficers(...[officers, trails, said]: OfficersShown): void {
    if (this.#ready && !this.#closed) showOfficers(this.#map, officers, trails, said);
  }

  #showLayers(before: SceneData | null): void {
    if (!this.#ready) return;
    const { layers, alerts, cases, units, townships } = this.#data;
    const isNew = (layer: MapLayer) => layers.has(layer) && !before?.layers.has(layer);
    if (layers !== before?.layers) showOverlays(this.#map, layers);
    if (layers !== before?.layers) showSiteLayers(this.#map, layers);
    if (layers.has('units') && (isNew('units') || units !== before?.units)) showUnits(this.#map, units);
    if (townships !== (before?.townships ?? null)) showTownships(this.#map, townships);
    if (layers.has('heat') && (isNew('heat') || alerts !== before?.alerts)) showHeat(this.#map, alerts);
    if (layers.has('cases') && (isNew('cases') || cases !== before?.cases)) showCases(this.#map, cases);
    if (isNew('cells')) void showCells(this.#map);
  }

  #keepInView(): void {
    if (this.#home) this.home();
    const { chosen, unitPx } = this.#data;
    if (!chosen || this.#asGiven) return;
    const { x, y } = this.#map.project(chosen.lngLat);
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const margin = 48 * unitPx;
    const inView = x > margin && y > margin && x < clientWidth - margin && y < clientHeight - margin;
    if (!inView) this.#map.easeTo({ center: chosen.lngLat, duration: 400 });
  }

  get #many(): boolean {
    return this.#data.pool?.each === null;
  }

  #showPool(): void {
    const { pool } = this.#data;
    const shown = this.#data.layers.has('cameras') ? (pool?.version ?? null) : null;
    showPoolTiles(this.#map, shown, this.#many);
    const { counties } = this.#options;
    if (!counties) return;
    const inWords = new Map(pool?.counties.map(({ code, cameras }) => [code, cameras.toLocaleString('en')] as const));
    this.#map.getSource<GeoJSONSource>(NAME_SOURCE)?.setData(labelPoints(counties, this.#many ? inWords : undefined));
  }

  #regroup(): void {
    const { chosen, unitPx, layers } = this.#data;
    const near = this.#map.getZoom() < POINTS_FROM_ZOOM ? this.#seenFromFar() : this.#eachCamera();
    const cameras = layers.has('cameras') ? near : [];
    const alerts = layers.has('alerts') ? this.#data.alerts : NONE;
    const by: Parameters<typeof groupMarks> = [alerts, this.#map.getZoom(), MARK_SIZE * unitPx * 1.2];
    // Each change of the city comes by here; thousands of alerts are grouped anew only when they are others.
    if (by.some((value, i) => value !== this.#grouped.by?.[i])) this.#grouped = { by, groups: groupMarks(...by) };
    this.#picture = { cameras, groups: this.#grouped.groups, chosen, unitPx };
    this.#keepNamesClear();
    this.#draw();
  }

  /** All that are drawn one by one: what is live, and where the city has few cameras those that are only registered. */
  #eachCamera(): readonly DrawnCamera[] {
    const { cameras, pool } = this.#data;
    return pool?.each ? withRegistered(cameras, pool.each) : cameras;
  }

  /** The cameras at the city's scale: none where counts stand for them; of many without counts only those with trouble. */
  #seenFromFar(): readonly DrawnCamera[] {
    if (this.#many) return [];
    const cameras = this.#eachCamera();
    if (cameras.length <= EACH_DRAWN_UP_TO) return cameras;
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
    this.#overlay.setProps({ layers: this.#layers.of(this.#picture, this.#pulses.now()) });
  }

  #isCluster({ x, y }: ScreenPoint): boolean {
    if (!this.#ready || !this.#many) return false;
    return this.#map.queryRenderedFeatures([x, y], { layers: [CLUSTER_LAYER] }).length > 0;
  }

  #click(point: ScreenPoint): void {
    const place = this.#placeAt(point);
    const cluster = !place && this.#isCluster(point);
    if (cluster) {
      this.#leave();
      this.#map.easeTo({
        center: this.#map.unproject([point.x, point.y]),
        zoom: this.#map.getZoom() + 1.5,
        duration: 300,
      });
    }
    this.#options.onPlace(place);
  }

  #placeAt(point: ScreenPoint): Place | null {
    const { cases, layers, unitPx } = this.#data;
    return placeAt(this.#map, point, {
      ...this.#picture,
      cases: this.#ready && layers.has('cases') ? cases : [],
      hasTiles: this.#ready && this.#many,
      nearPx: NEAR_PX * unitPx,
    });
  }
}
