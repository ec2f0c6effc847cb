import { sql } from 'kysely';
import { ulid } from 'ulid';
import type { Zone } from '#config/camera.ts';
import type { RuleSetting } from '#config/rule.ts';
import type { Counties } from '../cameras/counties.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import type { StoredCamera } from '../cameras/stored-camera.ts';
import type { AlgorithmName } from '../contract/alert.ts';
import type { EvidencePicture, Observation, SceneReport } from '../contract/observation.ts';
import { recordAlerts } from '../store/changes.ts';
import type { Store } from '../store/open-store.ts';
import { type FiledPicture, removeFolder, writePicture } from './evidence-files.ts';
import type { KeptAlert } from './kept-alert.ts';
import { match } from './match.ts';
import { readKept } from './read-kept.ts';
import { insertPictures, type Trx } from './write-alerts.ts';

/** Keeps two processes from raising the same alert at once: one camera, one raiser. */
const RAISE_LOCK = 7022;

export interface Raiser {
  store: Store;
  evidenceDir: string;
  counties: Counties;
  /** Told of each alert that was raised, once it is in the database: a clip of its onset is wanted. Absent: none is kept. */
  wantClip?: (alert: RaisedAlert) => void;
}

/** An alert whose clip is wanted. */
export interface RaisedAlert {
  id: string;
  cameraId: string;
  onsetMs: number;
}

/** The class, and the name where it is no shipped rule, that what an algorithm finds is raised under. */
export type Raised = Pick<RuleSetting, 'severity' | 'codeset' | 'code'> & { name: AlgorithmName | null };

export interface Raising {
  report: SceneReport;
  observation: Observation;
  pictures: readonly EvidencePicture[];
  setting: Raised;
  /** The ids of the alerts that the observation was compared with already. */
  known: ReadonlySet<string>;
}

/**
 * Raises an alert for a fact that stands and continues no alert: its pictures first, then, in one transaction, its row,
 * its evidence and its change. Another process may have raised it meanwhile; then that one is taken up.
 * @returns null when the camera, or the view, is not there any more.
 */
export async function raise(raiser: Raiser, raising: Raising): Promise<KeptAlert | null> {
  const { store, evidenceDir } = raiser;
  const { report, observation, pictures } = raising;
  const id = ulid();
  const filed = await Promise.all(pictures.map((picture) => writePicture(evidenceDir, id, picture)));
  // When the commit's answer is lost the row may be there: the pictures stay, and the next report finds the alert.
  const raised = await store.db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${RAISE_LOCK}, hashtext(${report.cameraId}))`.execute(trx);
    const camera = await readCamera(trx, null, report.cameraId);
    const view = camera?.config.views.find(({ id }) => id === report.viewId);
    if (!camera || !view) return null;
    const kept = await readKept(trx, report.cameraId, report.analysedAtMs, 0);
    const others = kept.filter((alert) => alert.presence === 'standing' && !raising.known.has(alert.id));
    const [raisedElsewhere] = match(report.viewId, [observation], others).ofAlert.keys();
    if (raisedElsewhere) return raisedElsewhere;
    await insertAlert(trx, raiser, raising, id, camera, view.zones);
    await insertPictures(trx, id, filed);
    if (raiser.wantClip) await trx.insertInto('alert_clips').values({ alert_id: id }).execute();
    await recordAlerts(trx, [id]);
    return keptOf(raising, id, filed);
  });
  if (raised?.id !== id) await removeFolder(evidenceDir, id);
  else raiser.wantClip?.({ id, cameraId: report.cameraId, onsetMs: report.analysedAtMs });
  return raised;
}

async function insertAlert(
  trx: Trx,
  { counties }: Raiser,
  { report, observation, setting }: Raising,
  id: string,
  camera: StoredCamera,
  zones: readonly Zone[],
): Promise<void> {
  const { rule, classGroup, zoneKind, zoneIndex, boxes, confidence, dwellMs, lngLat, errorM } = observation;
  const zone = zoneIndex === null ? undefined : zones[zoneIndex];
  const county = counties.of(lngLat);
  await trx
    .insertInto('alerts')
    .values({
      id,
      seq: 0,
      rule,
      severity: setting.severity,
      codeset: setting.codeset,
      code: setting.code,
      presence: 'standing',
      camera_id: camera.id,
      camera_name: camera.config.name,
      view_id: report.viewId,
      class_group: classGroup,
      zone_kind: zoneKind,
      zone_index: zoneIndex,
      zone_name: zone?.kind === zoneKind ? (zone?.name ?? null) : null,
      algorithm: observation.algorithm ?? rule,
      algorithm_name: setting.name && JSON.stringify(setting.name),
      dwell_ms: dwellMs,
      started_at: new Date(observation.startedAtMs),
      raised_at: new Date(report.analysedAtMs),
      last_seen_at: new Date(observation.lastSeenAtMs),
      lng_lat: `(${lngLat[0]},${lngLat[1]})`,
      error_m: errorM,
      county_code: county?.code ?? null,
      county_name: county?.name ?? null,
      confidence,
      boxes: JSON.stringify(boxes),
      model: JSON.stringify(observation.model ?? report.model),
      verification: observation.verification ? JSON.stringify(observation.verification) : null,
      // Who may see a camera may see its alerts, even when the place lies across a border.
      division: camera.division,
      department: camera.department,
    })
    .execute();
}

function keptOf({ report, observation }: Raising, id: string, filed: readonly FiledPicture[]): KeptAlert {
  const { rule, algorithm, classGroup, lastSeenAtMs, boxes, confidence } = observation;
  const nowMs = report.analysedAtMs;
  return {
    id,
    algorithm: algorithm ?? rule,
    classGroup,
    viewId: report.viewId,
    presence: 'standing',
    endedAtMs: null,
    heldUntilMs: 0,
    lastSeenAtMs,
    boxes,
    confidence,
    absentMs: 0,
    absentFrames: 0,
    writtenAtMs: nowMs,
    toldAtMs: nowMs,
    dirty: false,
    pictures: new Map(filed.map(({ picture, path }) => [picture.moment, { capturedAtMs: picture.capturedAtMs, path }])),
  };
}
