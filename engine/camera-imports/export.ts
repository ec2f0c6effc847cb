import type { Kysely } from 'kysely';
import type { CameraConfig } from '#config/camera.ts';
import { recordExport } from '../accounts/record-use.ts';
import { inSight, readSight } from '../accounts/sight.ts';
import type { Account } from '../contract/account.ts';
import type { Schema } from '../store/schema.ts';
import { COLUMNS, SECRET } from './columns.ts';
import { escaped } from './escape-xml.ts';
import { guarded } from './guard-cell.ts';
import { writeXlsx } from './write-xlsx.ts';

const WRITTEN = COLUMNS.filter(({ key }) => !SECRET.has(key));

/** Every camera of the account's own and of the libraries that it may export, by id; what is another's is recorded. */
async function readConfigs(db: Kysely<Schema>, account: Account): Promise<CameraConfig[]> {
  const sight = await readSight(db, account, 'export');
  const rows = await db.selectFrom('cameras').select('body').where(inSight(sight)).orderBy('id').execute();
  await recordExport(db, account, sight.libraryIds);
  return rows.map(({ body }) => body);
}

/**
 * UTF-8 with a BOM, for a spreadsheet that would take it for something else. Positions are WGS84; no address. What would
 * begin a formula is guarded, and read back as it was.
 */
export async function exportCsv(db: Kysely<Schema>, account: Account): Promise<string> {
  const lines = [WRITTEN.map(({ heading }) => heading).join(',')];
  for (const config of await readConfigs(db, account))
    lines.push(WRITTEN.map(({ cell }) => quoted(guarded(cell(config)))).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** RFC 4180. */
function quoted(cell: string): string {
  return /[",;\r\n\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The same as a workbook; guarded too, for whoever saves it as CSV. */
export async function exportXlsx(db: Kysely<Schema>, account: Account): Promise<Buffer> {
  const configs = await readConfigs(db, account);
  return writeXlsx(
    '摄像头',
    (function* () {
      yield WRITTEN.map(({ heading }) => heading);
      for (const config of configs) yield WRITTEN.map(({ cell }) => guarded(cell(config)));
    })(),
  );
}

/** A FeatureCollection of points in WGS84. */
export async function exportGeojson(db: Kysely<Schema>, account: Account): Promise<string> {
  const features = (await readConfigs(db, account)).map((config) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: config.lngLat },
    properties: Object.fromEntries(
      WRITTEN.filter(({ key }) => key !== 'lng' && key !== 'lat').map(({ key, cell }) => [key, cell(config) || null]),
    ),
  }));
  return JSON.stringify({ type: 'FeatureCollection', features });
}

const ELEMENT: Partial<Record<string, string>> = {
  gbId: 'DeviceID',
  name: 'Name',
  address: 'Address',
  divisionCode: 'CivilCode',
  lng: 'Longitude',
  lat: 'Latitude',
};

/** A GB/T 28181 catalog; what the standard has no element for goes under `<Extension>`, by its column's name. */
export async function exportCatalog(db: Kysely<Schema>, account: Account): Promise<string> {
  const configs = await readConfigs(db, account);
  const items = configs.map((config) => {
    const own = (key: string) => ELEMENT[key] !== undefined;
    const element = ({ key, cell }: (typeof WRITTEN)[number]) => {
      const name = ELEMENT[key] ?? key;
      return `<${name}>${escaped(cell(config))}</${name}>`;
    };
    const standard = WRITTEN.filter(({ key }) => own(key)).map(element);
    const further = WRITTEN.filter(({ key }) => !own(key)).map(element);
    return `<Item>${standard.join('')}<Extension>${further.join('')}</Extension></Item>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Response><CmdType>Catalog</CmdType><SumNum>${configs.length}</SumNum><DeviceList Num="${configs.length}">`,
    ...items,
    '</DeviceList></Response>',
  ].join('\n');
}
