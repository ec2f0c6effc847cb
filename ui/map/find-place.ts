import type { MapGeoJSONFeature, Map as MapLibre } from 'maplibre-gl';
import type { Case } from '#engine/contract/case.ts';
import type { DrawnCamera } from './city-layers.ts';
import { casesAt } from './city-overlays.ts';
import type { MarkGroup } from './group-marks.ts';
import { CAMERA_LAYER } from './pool-tiles.ts';

/** What lies under a click: all of it, so that nothing hides behind something else. */
export interface Place {
  lngLat: [number, number];
  alertIds: string[];
  cameraIds: string[];
  caseIds: string[];
}

/** CSS pixels from the map's top left corner. */
export interface ScreenPoint {
  x: number;
  y: number;
}

/** What the map shows that can be clicked. */
interface Clickable {
  groups: readonly MarkGroup[];
  cameras: readonly DrawnCamera[];
  cases: readonly Case[];
  /** Cameras that are only registered come from the tiles. */
  hasTiles: boolean;
  nearPx: number;
}

/** All that is near a point of the screen; null: nothing. */
export function placeAt(map: MapLibre, point: ScreenPoint, shown: Clickable): Place | null {
  const { nearPx } = shown;
  const isNear = ({ lngLat }: { lngLat: [number, number] }) => {
    const { x, y } = map.project(lngLat);
    return Math.hypot(x - point.x, y - point.y) <= nearPx;
  };
  const groups = shown.groups.filter(isNear);
  const cameras = shown.cameras.filter(isNear);
  const registered = shown.hasTiles ? registeredAt(map, point, nearPx * 0.6) : [];
  const caseIds = shown.cases.length > 0 ? casesAt(map, point, nearPx / 4) : [];
  const ofCase = shown.cases.find(({ id }) => caseIds.includes(id));
  const lngLat = groups[0]?.lngLat ?? cameras[0]?.lngLat ?? placeOf(registered[0]) ?? ofCase?.lngLat;
  if (!lngLat) return null;
  const alertIds = groups.flatMap(({ alerts }) => alerts.map(({ id }) => id));
  const cameraIds = [...cameras.map(({ id }) => id), ...registered.map(({ properties }) => `${properties.id}`)];
  return { lngLat, alertIds, cameraIds: [...new Set(cameraIds)], caseIds };
}

function registeredAt(map: MapLibre, { x, y }: ScreenPoint, nearPx: number): MapGeoJSONFeature[] {
  const box: [[number, number], [number, number]] = [
    [x - nearPx, y - nearPx],
    [x + nearPx, y + nearPx],
  ];
  return map.queryRenderedFeatures(box, { layers: [CAMERA_LAYER] });
}

function placeOf(feature: MapGeoJSONFeature | undefined): [number, number] | undefined {
  if (feature?.geometry.type !== 'Point') return undefined;
  const [lng = 0, lat = 0] = feature.geometry.coordinates;
  return [lng, lat];
}
