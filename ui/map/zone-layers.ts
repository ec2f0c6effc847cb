import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Camera } from '#engine/contract/camera.ts';
import { fitGround } from '#engine/contract/ground.ts';
import { MAP_FONT } from './font-faces.ts';
import { onEarth, reachedOutline } from './picture-on-ground.ts';

const SOURCE = 'zones';
/** Nearer than this a zone is larger than a camera's mark. */
const ZONES_FROM_ZOOM = 16;
/** Farther from the map's edge than this no zone of a camera reaches into it; about 500 m. */
const REACH_DEG = 0.006;

type Feature = GeoJSON.Feature<GeoJSON.Polygon>;
type View = Camera['views'][number];
export type NameOfZone = (zone: View['zones'][number]) => string;

/** The layers of the zones, over a source that holds `kind: zone | footprint` and a zone's `name`. */
export function addZoneLayers(map: MapLibre, unitPx: number, beforeId: string | undefined): void {
  map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  const near = { source: SOURCE, minzoom: ZONES_FROM_ZOOM } as const;
  map.addLayer(
    {
      id: 'zones-footprints',
      type: 'line',
      ...near,
      filter: ['==', ['get', 'kind'], 'footprint'],
      paint: { 'line-color': '#6f8aa3', 'line-width': unitPx, 'line-dasharray': [4, 4] },
    },
    beforeId,
  );
  map.addLayer(
    {
      id: 'zones-outlines',
      type: 'line',
      ...near,
      filter: ['==', ['get', 'kind'], 'zone'],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': '#c3d0dc', 'line-width': 1.4 * unitPx },
    },
    beforeId,
  );
  map.addLayer(
    {
      id: 'zones-names',
      type: 'symbol',
      ...near,
      filter: ['==', ['get', 'kind'], 'zone'],
      layout: { 'text-field': ['get', 'name'], 'text-font': [MAP_FONT], 'text-size': 14 * unitPx },
      paint: { 'text-color': '#c3d0dc', 'text-halo-color': '#0b1117', 'text-halo-width': 1.6 * unitPx },
    },
    beforeId,
  );
}

export function setZones(map: MapLibre, features: readonly Feature[]): void {
  map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: 'FeatureCollection', features: [...features] });
}

/** A view's zones on earth, and the ground that its picture shows. Empty without a usable calibration. */
export function zoneFeatures(
  camera: Pick<Camera, 'lngLat' | 'rangeM'>,
  { zones, calibration }: View,
  nameOf: NameOfZone,
): Feature[] {
  const fit = calibration && fitGround(camera, calibration);
  if (fit?.fault !== null) return [];
  const { ground } = fit;
  const footprint = featureOf(onEarth(ground, reachedOutline(ground)), { kind: 'footprint' });
  return [
    ...footprint,
    ...zones.flatMap((zone) => featureOf(onEarth(ground, zone.polygon), { kind: 'zone', name: nameOf(zone) })),
  ];
}

const featureOf = (ring: [number, number][], properties: Record<string, string>): Feature[] =>
  ring.length === 0 ? [] : [{ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } }];

/** The zones of the cameras that the map shows now: reckoned near only, and once for each revision of a camera. */
export class CityZones {
  readonly #map: MapLibre;
  readonly #nameOf: NameOfZone;
  readonly #reckoned = new Map<string, { key: string; features: Feature[] }>();
  #cameras: readonly Camera[] = [];
  #shown = '';

  constructor(map: MapLibre, nameOf: NameOfZone) {
    this.#map = map;
    this.#nameOf = nameOf;
    map.on('moveend', () => this.#draw());
  }

  show(cameras: readonly Camera[]): void {
    this.#cameras = cameras;
    this.#draw();
  }

  #draw(): void {
    if (this.#map.getZoom() < ZONES_FROM_ZOOM - 0.5) return;
    const bounds = this.#map.getBounds();
    const isNear = ({ lngLat: [lng, lat] }: Camera) =>
      lng > bounds.getWest() - REACH_DEG &&
      lng < bounds.getEast() + REACH_DEG &&
      lat > bounds.getSouth() - REACH_DEG &&
      lat < bounds.getNorth() + REACH_DEG;
    const near = this.#cameras.filter(isNear).map((camera) => this.#of(camera));
    const shown = near.map(({ key }) => key).join(' ');
    if (shown === this.#shown) return;
    this.#shown = shown;
    const features = near.flatMap((one) => one.features);
    setZones(this.#map, features);
    const zones = features.filter(({ properties }) => properties?.kind === 'zone');
    this.#map.getContainer().dataset.zones = String(zones.length);
  }

  #of(camera: Camera): { key: string; features: Feature[] } {
    const view =
      camera.views.find(({ id, calibration }) => calibration && id === camera.currentViewId) ??
      camera.views.find(({ calibration }) => calibration);
    const key = `${camera.id}@${camera.revision}/${view?.id ?? ''}`;
    const known = this.#reckoned.get(camera.id);
    if (known?.key === key) return known;
    const features = view ? zoneFeatures(camera, view, this.#nameOf) : [];
    // Where the heading is known, the camera's cone tells what it sees.
    const wanted = features.filter(({ properties }) => properties?.kind === 'zone' || camera.headingDeg === undefined);
    const reckoned = { key, features: wanted };
    this.#reckoned.set(camera.id, reckoned);
    return reckoned;
  }
}
