import { sql } from 'kysely';
import type { RuleSettings } from '#config/rule-settings.ts';
import { nowMs } from '#streams/clock.ts';
import type { Observation, SceneReport } from '../contract/observation.ts';
import { HoldBack } from './hold-back.ts';
import { type Raised, type Raiser, raise } from './raise.ts';
import { Scene } from './scene.ts';
import { writeAlerts } from './write-alerts.ts';

/** What the desk goes by; asked for with each report, so that new settings count at once. */
export interface DeskSettings {
  rules: RuleSettings;
  /** What an algorithm raises that is none of the rules'; null: there is none of that id now. */
  raises?: (algorithm: string) => Raised | null;
  /** An alert ends when it was not seen for this much analysed time. */
  endAfterMs: number;
  /** An ended alert is taken up again by what appears at its place within this time. */
  rejoinMs?: number;
  /** Of the hours of control areas; absent: there are none. */
  timeZone?: string;
}

export interface DeskOptions extends Raiser {
  settings: () => DeskSettings;
  log: (line: string) => void;
}

/** What appears so soon at the place of an alert that ended is the same problem. */
export const REJOIN_MS = 60_000;

/** Which facts the shard need not send pictures of any more. */
export interface Receipt {
  filed: string[];
}

interface Waiting {
  report: SceneReport;
  answer: Promise<Receipt>;
}

/**
 * Turns what the shards see into alerts: one real problem, one alert. The only writer of an alert's presence. A camera's
 * reports are taken one after the other; while one is being written, later ones are merged, since each tells all that
 * holds.
 */
export class AlertDesk {
  #options: DeskOptions;
  #scenes = new Map<string, Scene>();
  #running = new Map<string, Promise<unknown>>();
  #waiting = new Map<string, Waiting>();
  #closed = false;
  #holdBack: HoldBack | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /**
   * Takes a report to the alerts of its camera.
   * @returns the keys of the standing facts that are in the database now, as an alert or as a place kept quiet.
   * @throws when the database does not take it; the next report brings the same facts again.
   */
  receive(report: SceneReport): Promise<Receipt> {
    const { cameraId } = report;
    const waiting = this.#waiting.get(cameraId);
    if (waiting) {
      if (report.analysedAtMs >= waiting.report.analysedAtMs) {
        waiting.report = { ...report, pictures: { ...waiting.report.pictures, ...report.pictures } };
      }
      return waiting.answer;
    }
    const running = this.#running.get(cameraId) ?? Promise.resolve();
    const entry: Waiting = { report, answer: Promise.resolve({ filed: [] }) };
    entry.answer = running.then(() => {
      this.#waiting.delete(cameraId);
      return this.#take(entry.report);
    });
    this.#waiting.set(cameraId, entry);
    const settled = entry.answer.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(cameraId, settled);
    return entry.answer;
  }

  /**
   * Ends the standing alerts whose camera was deleted, is analysed no more, or lost the view that they were seen in: nobody
   * looks at those places any more. To be called at the start and after a camera was changed or deleted.
   */
  async endWithoutView(): Promise<void> {
    const { db } = this.#options.store;
    const rows = await db
      .selectFrom('alerts')
      .leftJoin('cameras', 'cameras.id', 'alerts.camera_id')
      .select(['alerts.camera_id', 'alerts.view_id'])
      .distinct()
      .where('alerts.presence', '=', 'standing')
      .where(
        sql<boolean>`not coalesce(cameras.analysed and jsonb_path_exists(cameras.body, '$.views[*] ? (@.id == $id)',
          jsonb_build_object('id', alerts.view_id)), false)`,
      )
      .execute();
    for (const { camera_id, view_id } of rows) {
      await this.#running.get(camera_id);
      const atMs = nowMs();
      const scene = await this.#sceneOf(camera_id, atMs);
      await writeAlerts(db, scene.unwritten());
      await writeAlerts(db, scene.endView(view_id, atMs));
      this.#scenes.delete(camera_id);
    }
  }

  /** A camera's rules paused and go on: the pause is no time in which its alerts were not seen. */
  watchAgain(cameraId: string): void {
    this.#scenes.get(cameraId)?.watchAgain();
  }

  /** Writes out what is known of alerts and not yet in their rows, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running.values());
    const writes = [...this.#scenes.values()].flatMap((scene) => scene.unwritten());
    await writeAlerts(this.#options.store.db, writes);
    this.#scenes.clear();
  }

  async #take(report: SceneReport): Promise<Receipt> {
    if (this.#closed) return { filed: [] };
    try {
      return await this.#bring(await this.#sceneOf(report.cameraId, report.analysedAtMs), report);
    } catch (error) {
      // What is in hand may not be what is in the database: it is read anew with the next report.
      this.#scenes.delete(report.cameraId);
      throw error;
    }
  }

  async #bring(scene: Scene, report: SceneReport): Promise<Receipt> {
    const { store, evidenceDir, settings } = this.#options;
    const { endAfterMs } = settings();
    const { observations } = report;
    if (observations.length > 0) await scene.forgetOver(store.db);
    const outcome = scene.look(report, endAfterMs);
    await scene.write(store.db, evidenceDir, outcome.writes, report.analysedAtMs);
    const filed = outcome.continued.filter(({ alert }) => hasEvidence(alert)).map(({ key }) => key);
    for (const observation of outcome.unmatched) {
      const same = scene.findSameThing(report, observation);
      if (same ? hasEvidence(same) : await this.#isNotRaised(scene, report, observation)) filed.push(observation.key);
      else if (!same && (await this.#raise(scene, report, observation))) {
        filed.push(observation.key);
      }
    }
    return { filed };
  }

  /** Whether its place is kept quiet, or lies in an area where nothing is raised now. */
  async #isNotRaised(scene: Scene, report: SceneReport, observation: Observation): Promise<boolean> {
    const { store, settings } = this.#options;
    if (await scene.isKeptQuiet(store.db, report, observation)) return true;
    const { timeZone } = settings();
    if (timeZone === undefined) return false;
    this.#holdBack ??= new HoldBack(store.db, timeZone);
    return this.#holdBack.holds(report, observation);
  }

  async #raise(scene: Scene, report: SceneReport, observation: Observation): Promise<boolean> {
    const setting = raisedBy(this.#options.settings(), observation);
    if (!setting) return false;
    const pictures = report.pictures[observation.key] ?? [];
    const known = new Set(scene.alerts.map((alert) => alert.id));
    const alert = await raise(this.#options, { report, observation, pictures, setting, known });
    if (!alert) return false;
    scene.alerts.push(alert);
    return hasEvidence(alert);
  }

  async #sceneOf(cameraId: string, nowMs: number): Promise<Scene> {
    const known = this.#scenes.get(cameraId);
    if (known) return known;
    const rejoinMs = this.#options.settings().rejoinMs ?? REJOIN_MS;
    const scene = await Scene.read(this.#options.store.db, cameraId, nowMs, rejoinMs);
    this.#scenes.set(cameraId, scene);
    return scene;
  }
}

/** Without a picture of its onset the shard is asked to go on sending: the fact is not filed yet. */
function hasEvidence(alert: { pictures: ReadonlyMap<string, unknown> }): boolean {
  return alert.pictures.has('onset') || alert.pictures.has('first-seen');
}

/** What a fact is raised as: by its algorithm's definition, or by the site's setting of the shipped rule that it is. */
function raisedBy({ rules, raises }: DeskSettings, { algorithm, rule }: Observation): Raised | null {
  if (algorithm !== undefined && algorithm !== rule) return raises?.(algorithm) ?? null;
  return rule === 'object-present' ? null : { ...rules[rule], name: null };
}
