import { type GeoJSONSource, Map as MapLibre, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { OfficerArea } from '#engine/contract/officer.ts';
import { Site } from '#engine/contract/site.ts';
import { measureUnitPx } from '../design/room.ts';
import { MARK_COLOR } from '../design/severity-mark.tsx';
import type { Severity } from '../live/alert-order.ts';
import { ask } from '../live/ask.ts';
import { addBasemap } from '../map/basemap.ts';
import { readCounties } from '../map/counties.ts';
import { MAP_FONT } from '../map/font-faces.ts';
import { COUNTY_LINES, mapStyle } from '../map/map-style.ts';
import type { Whereabouts } from './whereabouts.ts';

setWorkerUrl(workerUrl);

type Features = GeoJSON.Feature[];
interface ShownCase {
  id: string;
  lngLat: [number, number];
  severity: Severity;
  name: string;
}

/** The map of one officer's day. */
export interface DayScene {
  show(cases: readonly ShownCase[], areas: readonly OfficerArea[]): void;
  showOwn(place: Whereabouts | null, name: string): void;
  close(): void;
}

/** Throws when the browser has no WebGL2. Without a network the districts may be missing, and the cases are shown all the same. */
export async function openDayScene(
  container: HTMLElement,
  name: string,
  onCase: (caseId: string) => void,
): Promise<DayScene> {
  const unitPx = measureUnitPx();
  const [site, counties] = await Promise.all([
    ask(Site, '/api/site').catch(() => null),
    readCounties(new AbortController().signal).catch(() => null),
  ]);
  const map = new MapLibre({
    container,
    style: mapStyle(counties, unitPx),
    center: site?.centre ?? [116.36, 37.43],
    zoom: site?.zoom ?? 10,
    maxZoom: 19,
    attributionControl: false,
    fadeDuration: 0,
    renderWorldCopies: false,
    dragRotate: false,
    locale: { 'Map.Title': name },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
  await new Promise<void>((resolve) => map.once('idle', () => resolve()));
  addBasemap(map, site?.basemap ?? null, COUNTY_LINES);
  for (const source of ['areas', 'cases', 'own'])
    map.addSource(source, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  map.addLayer({ id: 'areas', type: 'line', source: 'areas', paint: { 'line-color': '#9ecbf5', 'line-width': 2 } });
  const dot = (id: string, color: string, radius: number) =>
    map.addLayer({
      id,
      type: 'circle',
      source: id,
      paint: {
        'circle-radius': radius * unitPx,
        'circle-color': id === 'cases' ? ['get', 'color'] : color,
        'circle-stroke-color': '#ffffff',
        'circle-stroke-width': 2.5 * unitPx,
      },
    });
  dot('cases', '', 11);
  dot('own', '#2c7be5', 8);
  for (const source of ['cases', 'own']) {
    map.addLayer({
      id: `${source}-names`,
      type: 'symbol',
      source,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': [MAP_FONT],
        'text-size': 15 * unitPx,
        'text-anchor': 'top',
        'text-offset': [0, 1],
      },
      paint: { 'text-color': '#e6edf4', 'text-halo-color': '#0b1117', 'text-halo-width': 2 * unitPx },
    });
  }
  map.on('click', 'cases', ({ features }) => {
    const id: unknown = features?.[0]?.properties.id;
    if (typeof id === 'string') onCase(id);
  });
  const set = (source: string, features: Features) =>
    map.getSource<GeoJSONSource>(source)?.setData({ type: 'FeatureCollection', features });
  const point = (coordinates: [number, number], properties: Record<string, string>): Features[number] => ({
    ...{ type: 'Feature', properties, geometry: { type: 'Point', coordinates } },
  });
  let fitted = '';
  return {
    show(cases, areas) {
      set(
        'cases',
        cases.map(({ id, lngLat, severity, name: said }) =>
          point(lngLat, { id, name: said, color: MARK_COLOR[severity] }),
        ),
      );
      set(
        'areas',
        areas.flatMap((area) =>
          area.kind === 'polygon'
            ? [
                {
                  type: 'Feature' as const,
                  properties: {},
                  geometry: { type: 'Polygon' as const, coordinates: [[...area.corners, area.corners[0]!]] },
                },
              ]
            : [],
        ),
      );
      const key = cases.map(({ id }) => id).join();
      if (key === fitted || cases.length === 0) return;
      fitted = key;
      const lngs = cases.map(({ lngLat }) => lngLat[0]);
      const lats = cases.map(({ lngLat }) => lngLat[1]);
      const corners: [number, number, number, number] = [
        ...[Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)],
      ] as [number, number, number, number];
      map.fitBounds(corners, { padding: 60 * unitPx, maxZoom: 15, animate: false });
    },
    showOwn(place, said) {
      set('own', place ? [point(place.lngLat, { name: said })] : []);
    },
    close() {
      map.remove();
    },
  };
}
