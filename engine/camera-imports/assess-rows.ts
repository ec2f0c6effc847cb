import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import type { CameraConfig, Crs } from '#config/camera.ts';
import { GB_CAMERA_TYPES } from '#config/gb-28181.ts';
import { seesScope } from '../accounts/visible-to.ts';
import { readGbId } from '../cameras/gb-id.ts';
import { rowOf, type SiteArea } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import type { ImportRow } from '../contract/camera-import.ts';
import type { Schema } from '../store/schema.ts';
import { cellsIntoCamera, type Ground, type Reason, reason } from './cells-into-camera.ts';
import { CELL, SECRET } from './columns.ts';
import { cut } from './cut.ts';
import type { RegisterRow } from './register-row.ts';

/** A row as it will be applied. */
export interface AssessedRow extends Omit<ImportRow, 'n'> {
  config: CameraConfig | null;
  baseRevision: number | null;
  place: ReturnType<typeof rowOf> | null;
}

interface Held {
  config: CameraConfig;
  revision: number;
  visible: boolean;
}

interface HeldCameras {
  byId: Map<string, Held>;
  byGbId: Map<string, string[]>;
}

/** Tells what each row would do, a batch at a time; remembers the ids of the whole file. */
export class Assessor {
  #db: Kysely<Schema>;
  #by: Account;
  #area: SiteArea;
  #ground: Ground;
  #lineOfId = new Map<string, number>();
  #lineOfGbId = new Map<string, number>();

  constructor(db: Kysely<Schema>, by: Account, area: SiteArea, crs: Crs) {
    this.#db = db;
    this.#by = by;
    this.#area = area;
    this.#ground = { crs, within: (lngLat) => area.counties.of(lngLat) !== null };
  }

  async assess(rows: readonly RegisterRow[]): Promise<AssessedRow[]> {
    const held = await this.#readHeld(rows);
    return rows.map((row) => this.#assessOne(row, held));
  }

  async #readHeld(rows: readonly RegisterRow[]): Promise<HeldCameras> {
    const named = (key: 'id' | 'gbId') => rows.flatMap(({ cells }) => cells[key] || []);
    const found = await this.#db
      .selectFrom('cameras')
      .select(['id', 'body', 'revision', 'division', 'department', 'gb_id'])
      .where(sql<boolean>`id = any(${[...named('id'), ...named('gbId')]}) or gb_id = any(${named('gbId')})`)
      .execute();
    const byId = new Map<string, Held>();
    const byGbId = new Map<string, string[]>();
    for (const { id, body, revision, gb_id, ...scope } of found) {
      byId.set(id, { config: body, revision, visible: seesScope(this.#by, scope) });
      if (gb_id !== null) byGbId.set(gb_id, [...(byGbId.get(gb_id) ?? []), id]);
    }
    return { byId, byGbId };
  }

  #assessOne(row: RegisterRow, held: HeldCameras): AssessedRow {
    const reasons: Reason[] = [];
    const gbId = row.cells.gbId || null;
    const owners = gbId === null ? [] : (held.byGbId.get(gbId) ?? []);
    // Without an id of its own, a row means the camera that has its GB id; a new camera is then called by it.
    const id = row.cells.id || owners[0] || gbId;
    const before = id === null ? undefined : held.byId.get(id);
    const refused = (): AssessedRow => ({
      line: row.line,
      outcome: 'refused',
      cameraId: id === null ? null : cut(id, 80),
      name: cut(row.cells.name ?? before?.config.name ?? '', 120) || null,
      reasons,
      changes: [],
      config: null,
      baseRevision: null,
      place: null,
    });
    this.#checkIds(row, id, gbId, owners, reasons);
    if (before && !before.visible) reasons.push(reason('outside-your-scope', 'id', id));
    if (id === null || reasons.length > 0) return refused();
    const config = cellsIntoCamera(row, before?.config ?? null, id, this.#ground, reasons);
    if (config === null) return refused();
    const place = rowOf(config, this.#area);
    if (!seesScope(this.#by, place)) {
      reasons.push(reason('outside-your-scope', 'department', `${place.division} ${place.department}`));
      return refused();
    }
    if (config.divisionCode && differs(config.divisionCode, place.county_code))
      reasons.push(reason('county-differs', 'divisionCode', config.divisionCode, place.county_code));
    const outcome = !before ? 'added' : isDeepStrictEqual(before.config, config) ? 'same' : 'changed';
    return {
      line: row.line,
      outcome,
      cameraId: id,
      name: config.name,
      reasons,
      changes: before && outcome === 'changed' ? changesOf(before.config, config) : [],
      config: outcome === 'same' ? null : config,
      baseRevision: before?.revision ?? null,
      place,
    };
  }

  #checkIds(row: RegisterRow, id: string | null, gbId: string | null, owners: readonly string[], reasons: Reason[]) {
    if (id === null) reasons.push(reason('missing-id', 'id'));
    if (gbId !== null) {
      const parts = readGbId(gbId);
      if (!parts) reasons.push(reason('bad-gb-id', 'gbId', gbId, '20'));
      else if (!GB_CAMERA_TYPES.has(parts.type.code))
        reasons.push(reason('not-a-camera', 'gbId', gbId, parts.type.code));
      const other = owners.find((owner) => owner !== id);
      if (other !== undefined) reasons.push(reason('duplicate-gb-id', 'gbId', gbId));
      this.#once(this.#lineOfGbId, gbId, 'gbId', row.line, reasons);
    }
    if (id !== null && id !== gbId) this.#once(this.#lineOfId, id, 'id', row.line, reasons);
  }

  #once(lines: Map<string, number>, value: string, column: 'id' | 'gbId', line: number, reasons: Reason[]): void {
    const first = lines.get(value);
    if (first === undefined) lines.set(value, line);
    else reasons.push(reason('duplicate-in-file', column, value, String(first)));
  }
}

/** A city's or province's code covers the county. */
function differs(divisionCode: string, countyCode: string | null): boolean {
  const stated = divisionCode.slice(0, 6);
  return countyCode !== null && !stated.endsWith('00') && stated !== countyCode;
}

function changesOf(before: CameraConfig, after: CameraConfig): ImportRow['changes'] {
  const changes: ImportRow['changes'] = [];
  for (const column of SECRET) {
    const key = column as 'source' | 'subSource' | 'onvif';
    if (!isDeepStrictEqual(before[key], after[key])) changes.push({ column, before: null, after: null });
  }
  for (const [column, cell] of CELL) {
    if (cell(before) !== cell(after)) {
      changes.push({ column, before: cut(cell(before), 200), after: cut(cell(after), 200) });
    }
  }
  return changes;
}
