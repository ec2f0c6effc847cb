import type { Kysely } from 'kysely';
import { ulid } from 'ulid';
import { analysedStepMs, countFrame, isGone } from '../alerts/absence.ts';
import { REJOIN_MS } from '../alerts/desk.ts';
import { HoldBack } from '../alerts/hold-back.ts';
import { isSameKind, type KeptAlert, kindOf } from '../alerts/kept-alert.ts';
import { match } from '../alerts/match.ts';
import { isOneThing, isSamePlace, overlapOf } from '../alerts/overlap.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import type { Observation, SceneReport } from '../contract/observation.ts';
import type { Schema } from '../store/schema.ts';

const WRITE_EVERY_MS = 5_000;

interface Options {
  db: Kysely<Schema>;
  endAfterMs: () => number;
  /** Of the hours of control areas; absent: none is heeded. */
  timeZone?: string | undefined;
  say(line: string): void;
}

/** What one version sees at one camera. */
interface Scene {
  alerts: KeptAlert[];
  lastAtMs: number | null;
  viewId: string;
}

/**
 * What versions in the shadow would have raised, one row for each real problem, as at the desk of alerts: matched by its
 * place, ended when it is not seen. Nothing of it is an alert.
 */
export class ShadowDesk {
  readonly #o: Options;
  readonly #scenes = new Map<string, Scene>();
  readonly #holdBack: HoldBack | null;
  #work: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#o = options;
    this.#holdBack = options.timeZone === undefined ? null : new HoldBack(options.db, options.timeZone);
  }

  /** One after the other; what cannot be written is said, and the next report tells it again. */
  receive(versionId: string, report: SceneReport): Promise<void> {
    const key = `${versionId} ${report.cameraId}`;
    this.#work = this.#work
      .then(() => this.#take(versionId, key, report))
      .catch((error) => {
        this.#scenes.delete(key);
        this.#o.say(`the shadow of ${report.cameraId}: ${error instanceof Error ? error.message : error}`);
      });
    return this.#work;
  }

  /** These versions are in the shadow no more, or are again: what stands of others is over. */
  async keepOnly(versionIds: readonly string[]): Promise<void> {
    const kept = this.#work.then(async () => {
      for (const key of this.#scenes.keys()) {
        if (!versionIds.includes(key.split(' ')[0]!)) this.#scenes.delete(key);
      }
      await this.#o.db
        .updateTable('shadow_alerts')
        .set((of) => ({ ended_at: of.ref('last_seen_at') }))
        .where('ended_at', 'is', null)
        .$if(versionIds.length > 0, (query) => query.where('version_id', 'not in', versionIds))
        .execute();
    });
    // Whoever asked hears of a failure; what comes after it is not held up.
    this.#work = kept.catch(() => undefined);
    await kept;
  }

  async close(): Promise<void> {
    await this.#work;
  }

  async #take(versionId: string, key: string, report: SceneReport): Promise<void> {
    const { viewId, analysedAtMs: nowMs } = report;
    const scene = await this.#sceneOf(versionId, key, report);
    const stepMs = analysedStepMs(scene.viewId === viewId ? scene.lastAtMs : null, nowMs);
    scene.lastAtMs = nowMs;
    scene.viewId = viewId;
    const standing = scene.alerts.filter((alert) => alert.viewId === viewId);
    const { ofAlert, unmatched } = match(viewId, report.observations, standing);
    for (const alert of standing) await this.#continue(alert, ofAlert.get(alert) ?? [], nowMs, stepMs);
    scene.alerts = scene.alerts.filter(({ endedAtMs, heldUntilMs }) => endedAtMs === null || nowMs <= heldUntilMs);
    for (const observation of unmatched.filter((one) => one.lastSeenAtMs === nowMs)) {
      if (await this.#rejoin(scene, report, observation)) continue;
      if (observation.phase !== 'standing' || isSeenTwice(scene, viewId, observation)) continue;
      const raised = await this.#raise(versionId, report, observation);
      if (raised) scene.alerts.push(raised);
    }
  }

  /** What appears soon at the place of one that ended is the same problem, as at the desk of alerts. */
  async #rejoin(scene: Scene, { viewId, analysedAtMs }: SceneReport, observation: Observation): Promise<boolean> {
    const ended = scene.alerts.filter(({ presence }) => presence === 'ended');
    const [alert] = match(viewId, [observation], ended).ofAlert.keys();
    if (!alert) return false;
    if (observation.phase === 'pending') {
      alert.heldUntilMs = Math.max(alert.heldUntilMs, analysedAtMs + REJOIN_MS);
      return true;
    }
    const { boxes, confidence, lastSeenAtMs } = observation;
    Object.assign(alert, { presence: 'standing', endedAtMs: null, absentMs: 0, absentFrames: 0, boxes, confidence });
    alert.lastSeenAtMs = lastSeenAtMs;
    await this.#o.db
      .updateTable('shadow_alerts')
      .set({ ended_at: null, last_seen_at: new Date(lastSeenAtMs), confidence })
      .where('id', '=', alert.id)
      .execute();
    return true;
  }

  async #continue(alert: KeptAlert, own: readonly Observation[], nowMs: number, stepMs: number): Promise<void> {
    const sightedAtMs = own.length === 0 ? null : Math.max(...own.map((one) => one.lastSeenAtMs));
    countFrame(alert, sightedAtMs, nowMs, stepMs);
    const main = own.find((one) => one.phase === 'standing');
    if (main) Object.assign(alert, { boxes: main.boxes, confidence: main.confidence });
    if (sightedAtMs !== null) alert.lastSeenAtMs = Math.max(alert.lastSeenAtMs, sightedAtMs);
    const ended = isGone(alert, this.#o.endAfterMs());
    if (ended) Object.assign(alert, { presence: 'ended', endedAtMs: nowMs, heldUntilMs: nowMs + REJOIN_MS });
    if (!ended && nowMs - alert.writtenAtMs < WRITE_EVERY_MS) return;
    alert.writtenAtMs = nowMs;
    await this.#o.db
      .updateTable('shadow_alerts')
      .set({
        last_seen_at: new Date(alert.lastSeenAtMs),
        ended_at: ended ? new Date(nowMs) : null,
        confidence: alert.confidence,
      })
      .where('id', '=', alert.id)
      .execute();
  }

  async #raise(versionId: string, report: SceneReport, observation: Observation): Promise<KeptAlert | null> {
    const { db } = this.#o;
    const { cameraId, viewId, analysedAtMs: nowMs } = report;
    const { rule, classGroup, boxes, confidence, dwellMs, startedAtMs, lastSeenAtMs } = observation;
    const { algorithm } = kindOf(observation, viewId);
    const camera = await readCamera(db, null, cameraId);
    if (!camera || (await this.#isKeptQuiet(report, observation))) return null;
    const id = ulid();
    const picture = report.pictures[observation.key]?.[0];
    await db
      .insertInto('shadow_alerts')
      .values({
        id,
        version_id: versionId,
        camera_id: cameraId,
        camera_name: camera.config.name,
        view_id: viewId,
        rule,
        algorithm,
        class_group: classGroup,
        boxes: JSON.stringify(boxes),
        confidence,
        dwell_ms: dwellMs,
        started_at: new Date(startedAtMs),
        raised_at: new Date(nowMs),
        last_seen_at: new Date(lastSeenAtMs),
        model: JSON.stringify(report.model),
        picture: picture ? Buffer.from(picture.jpeg) : null,
        division: camera.division,
        department: camera.department,
      })
      .execute();
    return keptOf({ id, algorithm, classGroup, viewId, boxes, confidence, lastSeenAtMs }, nowMs);
  }

  /** What the version that counts keeps quiet, as a person called it false or nothing is raised there, is no fault of this one. */
  async #isKeptQuiet(report: SceneReport, observation: Observation): Promise<boolean> {
    if ((await this.#holdBack?.wouldHold(report, observation)) === true) return true;
    const { cameraId, viewId, analysedAtMs } = report;
    const { classGroup, boxes } = observation;
    const places = await this.#o.db
      .selectFrom('suppressions')
      .select('box')
      .where('camera_id', '=', cameraId)
      .where('view_id', '=', viewId)
      // Those made before algorithms were defined name the rule alone.
      .where((of) => of(of.fn.coalesce('algorithm', 'rule'), '=', kindOf(observation, viewId).algorithm))
      .where('class_group', '=', classGroup)
      .where('revoked_at', 'is', null)
      .where('until', '>', new Date(analysedAtMs))
      .execute();
    return places.some(({ box }) => isSamePlace(overlapOf(boxes[0]!, box), classGroup));
  }

  async #sceneOf(versionId: string, key: string, report: SceneReport): Promise<Scene> {
    const known = this.#scenes.get(key);
    if (known) return known;
    const rows = await this.#o.db
      .selectFrom('shadow_alerts')
      .select(['id', 'algorithm', 'class_group', 'view_id', 'boxes', 'confidence', 'last_seen_at'])
      .where('version_id', '=', versionId)
      .where('camera_id', '=', report.cameraId)
      .where('ended_at', 'is', null)
      .execute();
    const alerts = rows.map(
      ({ id, algorithm, class_group: classGroup, view_id: viewId, boxes, confidence, last_seen_at }) =>
        keptOf(
          { id, algorithm, classGroup, viewId, boxes, confidence, lastSeenAtMs: last_seen_at.getTime() },
          report.analysedAtMs,
        ),
    );
    const scene: Scene = { alerts, lastAtMs: null, viewId: report.viewId };
    this.#scenes.set(key, scene);
    return scene;
  }
}

/** Two boxes around one thing are one problem. */
function isSeenTwice(scene: Scene, viewId: string, observation: Observation): boolean {
  const kind = kindOf(observation, viewId);
  return scene.alerts.some(
    (alert) =>
      alert.presence === 'standing' &&
      isSameKind(kind, alert) &&
      isOneThing(overlapOf(observation.boxes[0]!, alert.boxes[0]!)),
  );
}

type Seen = Pick<KeptAlert, 'id' | 'algorithm' | 'classGroup' | 'viewId' | 'boxes' | 'confidence' | 'lastSeenAtMs'>;

function keptOf(seen: Seen, nowMs: number): KeptAlert {
  return {
    ...seen,
    presence: 'standing',
    endedAtMs: null,
    heldUntilMs: 0,
    absentMs: 0,
    absentFrames: 0,
    writtenAtMs: nowMs,
    toldAtMs: nowMs,
    dirty: false,
    pictures: new Map(),
  };
}
