import { MapArea } from '#engine/contract/camera-area.ts';
import { isMapLayer, type MapLayer } from './map-layers.ts';

/** Where the map is looked at from. */
export interface Sightline {
  centre: [number, number];
  zoom: number;
}

/** What of the map stands in the page's address; null: nothing is said of it. */
interface MapAddress {
  at: Sightline | null;
  layers: ReadonlySet<MapLayer> | null;
  area: MapArea | null;
}

const PLACE = /^(-?\d{1,3}(?:\.\d{1,10})?),(-?\d{1,2}(?:\.\d{1,10})?)$/;

/** Reads the query of the page's address; what makes no sense in it is left out. */
export function readMapAddress(search: string): MapAddress {
  const query = new URLSearchParams(search);
  const layers = query.get('layers');
  return {
    at: readAt(query.get('at') ?? ''),
    layers: layers === null ? null : new Set(layers.split(',').filter(isMapLayer)),
    area: readArea(query.get('area') ?? ''),
  };
}

/** The wall's address with some of its query changed, `atMs`: the instant that it shows. null takes a part away, what is not named stays. */
export function withMapAddress(
  search: string,
  changes: Partial<MapAddress> & { alertId?: string | null; atMs?: number | null },
): string {
  const query = new URLSearchParams(search);
  const set = (name: string, value: string | null) => (value === null ? query.delete(name) : query.set(name, value));
  if (changes.alertId !== undefined) set('alert', changes.alertId);
  if (changes.atMs !== undefined) set('time', changes.atMs === null ? null : new Date(changes.atMs).toISOString());
  if (changes.at !== undefined) set('at', changes.at && writeAt(changes.at));
  if (changes.layers !== undefined) set('layers', changes.layers && [...changes.layers].sort().join(','));
  if (changes.area !== undefined) set('area', changes.area && writeArea(changes.area));
  const text = query.toString().replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%3B/g, ';');
  return text === '' ? '/' : `/?${text}`;
}

function writeAt({ centre: [lng, lat], zoom }: Sightline): string {
  return `${lng.toFixed(5)},${lat.toFixed(5)},${zoom.toFixed(2)}`;
}

function readAt(text: string): Sightline | null {
  const [lng, lat, zoom, ...more] = text.split(',');
  const centre = readPlace(`${lng},${lat}`);
  if (!centre || more.length > 0 || !/^\d{1,2}(\.\d{1,4})?$/.test(zoom ?? '')) return null;
  return { centre, zoom: Number(zoom) };
}

/** `circle:lng,lat;radiusM`, `polygon:lng,lat;…`, `corridor:widthM;lng,lat;…`, `around:alertId;radiusM` */
function writeArea(area: MapArea): string {
  const place = ([lng, lat]: readonly [number, number]) => `${round(lng, 6)},${round(lat, 6)}`;
  switch (area.shape) {
    case 'circle':
      return `circle:${place(area.centre)};${round(area.radiusM, 1)}`;
    case 'polygon':
      return `polygon:${area.corners.map(place).join(';')}`;
    case 'corridor':
      return `corridor:${round(area.widthM, 1)};${area.line.map(place).join(';')}`;
    case 'around-alert':
      return `around:${area.alertId};${round(area.radiusM, 1)}`;
  }
}

function readArea(text: string): MapArea | null {
  const [kind = '', rest = ''] = text.split(/:(.*)/s);
  const parts = rest.split(';');
  const places = (of: string[]) => of.map(readPlace);
  const forms: Record<string, (() => unknown) | undefined> = {
    circle: () => ({ shape: 'circle', centre: readPlace(parts[0] ?? ''), radiusM: Number(parts[1]) }),
    polygon: () => ({ shape: 'polygon', corners: places(parts) }),
    corridor: () => ({ shape: 'corridor', widthM: Number(parts[0]), line: places(parts.slice(1)) }),
    around: () => ({ shape: 'around-alert', alertId: parts[0], radiusM: Number(parts[1]) }),
  };
  const read = MapArea.safeParse(Object.hasOwn(forms, kind) ? forms[kind]?.() : null);
  return read.success ? read.data : null;
}

function readPlace(text: string): [number, number] | null {
  const found = PLACE.exec(text);
  if (!found) return null;
  const [lng, lat] = [Number(found[1]), Number(found[2])];
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 85 ? [lng, lat] : null;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
