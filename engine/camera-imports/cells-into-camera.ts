import { CameraConfig, type Crs, type LngLat } from '#config/camera.ts';
import { toWgs84 } from '../cameras/crs.ts';
import type { ColumnKey, ImportRow } from '../contract/camera-import.ts';
import { SECRET } from './columns.ts';
import { cut } from './cut.ts';
import type { RegisterRow } from './register-row.ts';

export type Reason = ImportRow['reasons'][number];

export function reason(
  code: Reason['code'],
  column: ColumnKey | null = null,
  got: string | null = null,
  expected: string | null = null,
): Reason {
  return { code, column, got: got === null ? null : cut(got, 80), expected };
}

type Settings = Record<string, unknown>;
type Put = (cell: string, settings: Settings, reasons: Reason[]) => void;

const text =
  (name: string): Put =>
  (cell, settings) => {
    settings[name] = cell === '' ? undefined : cell;
  };

const number =
  (name: ColumnKey): Put =>
  (cell, settings, reasons) => {
    const value = Number(cell);
    if (cell !== '' && !Number.isFinite(value)) reasons.push(reason('bad-value', name, cell, 'a number'));
    else settings[name] = cell === '' ? undefined : value;
  };

/** An empty cell takes no address away: registers are often written without them. */
const address =
  (name: 'source' | 'subSource'): Put =>
  (cell, settings) => {
    if (cell !== '') settings[name] = { kind: 'url', url: cell };
  };

const YES = new Set(['是', 'true', '1', 'yes', 'y']);
const NO = new Set(['', '否', 'false', '0', 'no', 'n']);

/** How each column's cell becomes a setting; the position is told apart, for it takes two cells. */
const PUT: Record<Exclude<ColumnKey, 'id' | 'lng' | 'lat'>, Put> = {
  name: (cell, settings, reasons) => {
    if (cell === '') reasons.push(reason('missing-name', 'name'));
    else settings.name = cell;
  },
  department: (cell, settings) => {
    if (cell !== '') settings.department = cell;
  },
  gbId: text('gbId'),
  address: text('address'),
  divisionCode: text('divisionCode'),
  headingDeg: number('headingDeg'),
  fovDeg: number('fovDeg'),
  rangeM: number('rangeM'),
  mountHeightM: number('mountHeightM'),
  source: address('source'),
  subSource: address('subSource'),
  onvif: (cell, settings, reasons) => {
    try {
      if (cell !== '') settings.onvif = JSON.parse(cell);
    } catch {
      reasons.push(reason('bad-address', 'onvif'));
    }
  },
  resolution: (cell, settings, reasons) => {
    const sides = /^(\d{1,5})\s*[x×*]\s*(\d{1,5})$/i.exec(cell);
    if (cell === '') settings.resolution = undefined;
    else if (sides) settings.resolution = { widthPx: Number(sides[1]), heightPx: Number(sides[2]) };
    else reasons.push(reason('bad-value', 'resolution', cell, '1920x1080'));
  },
  tags: (cell, settings) => {
    const tags = cell.split(/[;；,，、|]/).flatMap((tag) => tag.trim() || []);
    settings.tags = tags.length === 0 ? undefined : [...new Set(tags)];
  },
  inspection: (cell, settings, reasons) => {
    const said = cell.toLowerCase();
    if (YES.has(said)) settings.inspection = true;
    else if (NO.has(said)) settings.inspection = undefined;
    else reasons.push(reason('bad-value', 'inspection', cell, '是 / 否'));
  },
};

export interface Ground {
  crs: Crs;
  /** Whether a WGS84 place is within the site. */
  within(lngLat: LngLat): boolean;
}

/**
 * A camera as it is with what a row says of it; null when a reason was found that forbids it. Nothing that the row does
 * not say is touched, and what is absent afterwards has no key.
 */
export function cellsIntoCamera(
  row: RegisterRow,
  before: CameraConfig | null,
  id: string,
  ground: Ground,
  reasons: Reason[],
): CameraConfig | null {
  const settings: Settings = before ? { ...before } : { id, algorithms: [] };
  for (const [key, put] of Object.entries(PUT)) {
    const cell = row.cells[key as ColumnKey];
    if (cell !== undefined) put(cell, settings, reasons);
  }
  putPosition(row, before, ground, settings, reasons);
  if (!before && settings.name === undefined && row.cells.name === undefined)
    reasons.push(reason('missing-name', 'name'));
  if (reasons.length > 0) return null;
  for (const [name, value] of Object.entries(settings)) if (value === undefined) delete settings[name];
  const read = CameraConfig.safeParse(settings);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues.slice(0, 8)) {
    const column = (path[0] === 'lngLat' ? 'lng' : path[0]) as ColumnKey;
    // What stood there is a secret, whatever is wrong with it.
    if (SECRET.has(column)) reasons.push(reason('bad-address', column));
    else if (column === 'id') reasons.push(reason('bad-id', 'id', id, message));
    else if (column === 'gbId') reasons.push(reason('bad-gb-id', 'gbId', row.cells.gbId ?? null, '20'));
    else reasons.push(reason('bad-value', column, row.cells[column] ?? null, message.slice(0, 200)));
  }
  return null;
}

function putPosition(
  { cells }: RegisterRow,
  before: CameraConfig | null,
  { crs, within }: Ground,
  settings: Settings,
  reasons: Reason[],
): void {
  const { lng, lat } = cells;
  if (!lng && !lat) {
    if (!before) reasons.push(reason('missing-position', 'lng'));
    return;
  }
  const stated: LngLat = [Number(lng || 'x'), Number(lat || 'x')];
  const swapped: LngLat = [stated[1], stated[0]];
  const got = `${lng ?? ''}, ${lat ?? ''}`;
  if (!stated.every(Number.isFinite)) {
    reasons.push(reason('bad-position', 'lng', got));
  } else if (isOnEarth(stated) && within(toWgs84(stated, crs))) {
    const lngLat = toWgs84(stated, crs);
    // A place that is as it was keeps its origin: an export in WGS84 that comes back changes nothing.
    if (before && before.lngLat[0] === lngLat[0] && before.lngLat[1] === lngLat[1]) return;
    settings.lngLat = lngLat;
    settings.statedPosition = crs === 'WGS84' ? undefined : { crs, lngLat: stated };
  } else if (isOnEarth(swapped) && within(toWgs84(swapped, crs))) {
    reasons.push(reason('swapped-position', 'lng', got));
  } else {
    reasons.push(reason(isOnEarth(stated) ? 'outside-city' : 'bad-position', 'lng', got));
  }
}

function isOnEarth([lng, lat]: LngLat): boolean {
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}
