import booleanPointInPolygon from '@turf/boolean-point-in-polygon';
import type { Kysely, Selectable } from 'kysely';
import { seesScope } from '../accounts/visible-to.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import type { Box, Observation, SceneReport } from '../contract/observation.ts';
import { LocalHours } from '../observations/hours.ts';
import type { Schema } from '../store/schema.ts';
import { isSameKind, type Kind, kindOf } from './kept-alert.ts';
import { mayContinue, sharedPlace } from './overlap.ts';

/** For how long the list of areas is good; one that was just made, or revoked, is heeded after this time. */
const LIST_MS = 2_000;
const WRITE_EVERY_MS = 5_000;
/** What is seen at a place again within this time is the thing that was held back there. */
const SAME_WITHIN_MS = 600_000;

interface Area extends Selectable<Schema['control_areas']> {
  polygon: { type: 'Polygon'; coordinates: [number, number][][] };
  inForce: LocalHours;
}

interface Held extends Kind {
  id: number;
  areaId: string;
  boxes: Box[];
  lastAtMs: number;
  writtenAtMs: number;
}

/** What control areas keep from being raised, counted once for each thing. */
export class HoldBack {
  readonly #db: Kysely<Schema>;
  readonly #timeZone: string;
  #areas: { list: Area[]; readAtMs: number } | null = null;
  #held = new Map<string, Held[]>();

  constructor(db: Kysely<Schema>, timeZone: string) {
    this.#db = db;
    this.#timeZone = timeZone;
  }

  /** Whether a fact that would be an alert lies in an area in force; if so it is noted there. */
  async holds(report: SceneReport, observation: Observation): Promise<boolean> {
    const found = await this.#areaOf(report, observation);
    if (found) await this.#note(found.area.id, report, observation, found.camera);
    return found !== null;
  }

  /** The same, and nothing is noted. */
  async wouldHold(report: SceneReport, observation: Observation): Promise<boolean> {
    return (await this.#areaOf(report, observation)) !== null;
  }

  async #areaOf(report: SceneReport, observation: Observation) {
    const nowMs = report.analysedAtMs;
    const areas = (await this.#read(nowMs)).filter(
      ({ polygon, inForce, rules }) =>
        inForce.includes(nowMs) &&
        (rules === null || rules.includes(observation.rule)) &&
        booleanPointInPolygon(observation.lngLat, polygon),
    );
    if (areas.length === 0) return null;
    const camera = await readCamera(this.#db, null, report.cameraId);
    const area = camera && areas.find((one) => seesScope(one, camera));
    return camera && area ? { camera, area } : null;
  }

  async #read(nowMs: number): Promise<Area[]> {
    if (this.#areas && Math.abs(nowMs - this.#areas.readAtMs) <= LIST_MS) return this.#areas.list;
    const rows = await this.#db.selectFrom('control_areas').selectAll().where('revoked_at', 'is', null).execute();
    const list = rows.map((row): Area => {
      const ring = [...row.corners, row.corners[0]!];
      const inForce = new LocalHours(row.hours ?? undefined, this.#timeZone);
      return { ...row, polygon: { type: 'Polygon', coordinates: [ring] }, inForce };
    });
    this.#areas = { list, readAtMs: nowMs };
    return list;
  }

  async #note(
    areaId: string,
    { cameraId, viewId, analysedAtMs }: SceneReport,
    observation: Observation,
    camera: NonNullable<Awaited<ReturnType<typeof readCamera>>>,
  ): Promise<void> {
    const { rule, classGroup, boxes, lngLat, startedAtMs } = observation;
    const kind = kindOf(observation, viewId);
    const own = (await this.#heldAt(cameraId, analysedAtMs)).filter(
      (one) => analysedAtMs - one.lastAtMs < SAME_WITHIN_MS,
    );
    this.#held.set(cameraId, own);
    const known = own.find(
      (one) =>
        one.areaId === areaId &&
        isSameKind(one, kind) &&
        mayContinue(sharedPlace(classGroup, boxes, one.boxes), classGroup),
    );
    if (known) {
      known.lastAtMs = analysedAtMs;
      if (analysedAtMs - known.writtenAtMs < WRITE_EVERY_MS) return;
      known.writtenAtMs = analysedAtMs;
      await this.#db
        .updateTable('held_back')
        .set({ last_at: new Date(analysedAtMs) })
        .where('id', '=', known.id)
        .execute();
      return;
    }
    const { id } = await this.#db
      .insertInto('held_back')
      .values({
        ...{ area_id: areaId, camera_id: cameraId, camera_name: camera.config.name, view_id: viewId, rule },
        algorithm: kind.algorithm,
        ...{ class_group: classGroup, box: JSON.stringify(boxes[0]), lng_lat: `(${lngLat[0]},${lngLat[1]})` },
        ...{ first_at: new Date(startedAtMs), last_at: new Date(analysedAtMs) },
        ...{ division: camera.division, department: camera.department },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    own.push({ ...kind, id, areaId, boxes, lastAtMs: analysedAtMs, writtenAtMs: analysedAtMs });
  }

  async #heldAt(cameraId: string, nowMs: number): Promise<Held[]> {
    const known = this.#held.get(cameraId);
    if (known) return known;
    const rows = await this.#db
      .selectFrom('held_back')
      .select(['id', 'area_id', 'view_id', 'algorithm', 'class_group', 'box', 'last_at'])
      .where('camera_id', '=', cameraId)
      .where('last_at', '>=', new Date(nowMs - SAME_WITHIN_MS))
      .execute();
    return rows.map((row) => ({
      ...{
        id: row.id,
        areaId: row.area_id,
        viewId: row.view_id,
        algorithm: row.algorithm,
        classGroup: row.class_group,
      },
      ...{ boxes: [row.box], lastAtMs: row.last_at.getTime(), writtenAtMs: row.last_at.getTime() },
    }));
  }
}
