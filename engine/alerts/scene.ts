import type { Kysely } from 'kysely';
import type { Box, EvidencePicture, Observation, SceneReport } from '../contract/observation.ts';
import type { Schema } from '../store/schema.ts';
import { analysedStepMs, countFrame, isGone, LONGEST_STEP_MS } from './absence.ts';
import { type FiledPicture, removePictures, writePicture } from './evidence-files.ts';
import { isSameKind, type KeptAlert, type Kind, kindOf } from './kept-alert.ts';
import { match } from './match.ts';
import { isOneThing, isSamePlace, overlapOf } from './overlap.ts';
import { overIds, readKept } from './read-kept.ts';
import { type AlertWrite, writeAlerts } from './write-alerts.ts';

/** A standing alert's row is written at most this often, and told of in a change at most that often. */
const WRITE_EVERY_MS = 5_000;
const TELL_EVERY_MS = 60_000;
/** The latest picture is renewed every 30 s; this leaves room for a frame that comes early. */
const LATEST_EVERY_MS = 28_000;
/** For how long the list of places kept quiet is good; a false alarm just called is heeded after this time. */
const QUIET_LIST_MS = 2_000;

type QuietPlace = Kind & { box: Box; until: Date };

/** A write, with the pictures that are still to be put on disk. */
interface Draft extends Omit<AlertWrite, 'pictures'> {
  wanted: EvidencePicture[];
}

/** What a report means for a camera's alerts. */
export interface Outcome {
  writes: Draft[];
  /** The standing facts that continue an alert. */
  continued: { key: string; alert: KeptAlert }[];
  /** The standing facts, really seen now, that continue none. */
  unmatched: Observation[];
}

/** A camera's alerts in hand, and the clock of its analysed frames. */
export class Scene {
  readonly cameraId: string;
  alerts: KeptAlert[];
  #rejoinMs: number;
  #lastFrame: { viewId: string; atMs: number } | null = null;
  #quiet: { places: QuietPlace[]; readAtMs: number } | null = null;

  private constructor(cameraId: string, alerts: KeptAlert[], rejoinMs: number) {
    this.cameraId = cameraId;
    this.alerts = alerts;
    this.#rejoinMs = rejoinMs;
  }

  static async read(db: Kysely<Schema>, cameraId: string, nowMs: number, rejoinMs: number): Promise<Scene> {
    return new Scene(cameraId, await readKept(db, cameraId, nowMs, rejoinMs), rejoinMs);
  }

  /** Lets go of ended alerts that nothing may rejoin any more, since their case was closed meanwhile. */
  async forgetOver(db: Kysely<Schema>): Promise<void> {
    if (!this.alerts.some((alert) => alert.presence === 'ended')) return;
    const over = new Set((await overIds(db, this.cameraId).execute()).map((row) => row.id));
    this.alerts = this.alerts.filter((alert) => alert.presence === 'standing' || !over.has(alert.id));
  }

  /** The camera did not watch for a while: what it does not see in its next frame is not missed since the last one. */
  watchAgain(): void {
    this.#lastFrame = null;
  }

  /**
   * Takes one analysed frame in; it says nothing of the camera's other views, whose alerts stay as they are. What comes of
   * it is only in hand until `write`.
   */
  look(report: SceneReport, endAfterMs: number): Outcome {
    const nowMs = report.analysedAtMs;
    const { viewId } = report;
    const beforeMs = this.#lastFrame?.viewId === viewId ? this.#lastFrame.atMs : null;
    const stepMs = analysedStepMs(beforeMs, nowMs);
    this.#lastFrame = { viewId, atMs: Math.max(beforeMs ?? nowMs, nowMs) };
    this.alerts = this.alerts.filter((alert) => alert.endedAtMs === null || nowMs <= alert.heldUntilMs);
    const standing = this.alerts.filter((alert) => alert.presence === 'standing' && alert.viewId === viewId);
    const { ofAlert, unmatched } = match(viewId, report.observations, standing);
    const outcome: Outcome = { writes: [], continued: [], unmatched: [] };
    for (const alert of standing) {
      const own = ofAlert.get(alert) ?? [];
      const draft = this.#continue(alert, own, report, stepMs, endAfterMs);
      if (draft) outcome.writes.push(draft);
      for (const { key, phase } of own) if (phase === 'standing') outcome.continued.push({ key, alert });
    }
    const fresh = unmatched.filter((one) => nowMs - one.lastSeenAtMs < endAfterMs);
    for (const observation of fresh) this.#rejoin(observation, report, outcome);
    return outcome;
  }

  #continue(
    alert: KeptAlert,
    own: readonly Observation[],
    report: SceneReport,
    stepMs: number,
    endAfterMs: number,
  ): Draft | null {
    const nowMs = report.analysedAtMs;
    const sightedAtMs = own.length === 0 ? null : Math.max(...own.map((one) => one.lastSeenAtMs));
    const isSighted = sightedAtMs !== null && sightedAtMs > alert.lastSeenAtMs;
    // Where nobody looked for it, that it is not seen says nothing.
    if (isSighted || !report.notLookedFor?.includes(alert.algorithm)) countFrame(alert, sightedAtMs, nowMs, stepMs);
    if (isSighted) {
      alert.lastSeenAtMs = sightedAtMs;
      alert.dirty = true;
    }
    // A pending fact keeps the alert; what it shows may yet turn out to be something else.
    const main = own.find((one) => one.phase === 'standing');
    if (main && main.lastSeenAtMs >= alert.lastSeenAtMs) {
      alert.boxes = main.boxes;
      alert.confidence = main.confidence;
    }
    const ended = isGone(alert, endAfterMs);
    if (ended) end(alert, nowMs, this.#rejoinMs);
    const wanted = own.flatMap((one) => picturesWanted(alert, report.pictures[one.key] ?? [], nowMs));
    return this.#draft(alert, nowMs, ended, wanted);
  }

  #draft(alert: KeptAlert, nowMs: number, presenceChanged: boolean, wanted: EvidencePicture[]): Draft | null {
    const tell = presenceChanged || wanted.length > 0 || (alert.dirty && nowMs - alert.toldAtMs >= TELL_EVERY_MS);
    const due = alert.dirty && nowMs - alert.writtenAtMs >= WRITE_EVERY_MS;
    return tell || due ? { alert, tell, presenceChanged, wanted } : null;
  }

  /**
   * What appears at the place of an alert soon after its end is the same problem: once it stands, the alert does again.
   * While it is pending it holds the alert for that.
   */
  #rejoin(observation: Observation, report: SceneReport, outcome: Outcome): void {
    const { key, phase, lastSeenAtMs, boxes, confidence } = observation;
    const nowMs = report.analysedAtMs;
    const ended = this.alerts.filter((alert) => alert.endedAtMs !== null && lastSeenAtMs > alert.lastSeenAtMs);
    const [alert] = match(report.viewId, [observation], ended).ofAlert.keys();
    if (phase === 'pending') {
      if (alert) alert.heldUntilMs = Math.max(alert.heldUntilMs, nowMs + LONGEST_STEP_MS);
    } else if (alert) {
      Object.assign(alert, { presence: 'standing', endedAtMs: null, absentMs: 0, absentFrames: 0, dirty: true });
      Object.assign(alert, { boxes, confidence, lastSeenAtMs });
      const wanted = picturesWanted(alert, report.pictures[key] ?? [], nowMs);
      outcome.writes.push({ alert, tell: true, presenceChanged: true, wanted });
      outcome.continued.push({ key, alert });
    } else {
      outcome.unmatched.push(observation);
    }
  }

  /** The standing alert that an observation shows a second time: two boxes around one thing. */
  findSameThing(report: SceneReport, observation: Observation): KeptAlert | undefined {
    const { boxes } = observation;
    const kind = kindOf(observation, report.viewId);
    return this.alerts.find(
      (alert) =>
        alert.presence === 'standing' && isSameKind(kind, alert) && isOneThing(overlapOf(boxes[0]!, alert.boxes[0]!)),
    );
  }

  /** Whether an operator called what is at that place a false alarm, and the time for which that holds is not over. */
  async isKeptQuiet(db: Kysely<Schema>, report: SceneReport, observation: Observation): Promise<boolean> {
    const nowMs = report.analysedAtMs;
    if (this.#quiet === null || Math.abs(nowMs - this.#quiet.readAtMs) > QUIET_LIST_MS) {
      this.#quiet = { places: await readQuietPlaces(db, this.cameraId), readAtMs: nowMs };
    }
    const { classGroup, boxes } = observation;
    const kind = kindOf(observation, report.viewId);
    return this.#quiet.places.some(
      (place) =>
        place.until.getTime() > nowMs &&
        isSameKind(kind, place) &&
        isSamePlace(overlapOf(boxes[0]!, place.box), classGroup),
    );
  }

  /** Puts the pictures on disk, then the alerts into the database; after that what was replaced is removed. */
  async write(db: Kysely<Schema>, evidenceDir: string, drafts: readonly Draft[], nowMs: number): Promise<void> {
    const writes: AlertWrite[] = [];
    for (const { wanted, ...write } of drafts) {
      const pictures: FiledPicture[] = [];
      for (const picture of wanted) pictures.push(await writePicture(evidenceDir, write.alert.id, picture));
      writes.push({ ...write, pictures });
    }
    await writeAlerts(db, writes);
    const replaced: string[] = [];
    for (const { alert, tell, pictures } of writes) {
      alert.dirty = false;
      alert.writtenAtMs = nowMs;
      if (tell) alert.toldAtMs = nowMs;
      for (const { picture, path } of pictures) {
        const before = alert.pictures.get(picture.moment);
        if (before && before.path !== path) replaced.push(before.path);
        alert.pictures.set(picture.moment, { capturedAtMs: picture.capturedAtMs, path });
      }
    }
    await removePictures(evidenceDir, replaced);
  }

  /** What is in hand of standing alerts and not yet in their rows. */
  unwritten(): AlertWrite[] {
    return this.alerts
      .filter((alert) => alert.dirty)
      .map((alert) => ({ alert, tell: false, presenceChanged: false, pictures: [] }));
  }

  /** Ends all that stand in a view. */
  endView(viewId: string, nowMs: number): AlertWrite[] {
    const standing = this.alerts.filter((alert) => alert.presence === 'standing' && alert.viewId === viewId);
    return standing.map((alert) => {
      end(alert, nowMs, this.#rejoinMs);
      return { alert, tell: true, presenceChanged: true, pictures: [] };
    });
  }
}

function end(alert: KeptAlert, nowMs: number, rejoinMs: number): void {
  alert.presence = 'ended';
  alert.endedAtMs = nowMs;
  alert.heldUntilMs = nowMs + rejoinMs;
  alert.dirty = true;
}

/** Of the pictures that came, those that the alert has not, and a later one when its latest has aged. */
function picturesWanted(alert: KeptAlert, came: readonly EvidencePicture[], nowMs: number): EvidencePicture[] {
  return came.filter(({ moment, capturedAtMs }) => {
    const had = alert.pictures.get(moment);
    if (!had) return true;
    return moment === 'latest' && capturedAtMs > had.capturedAtMs && nowMs - had.capturedAtMs >= LATEST_EVERY_MS;
  });
}

async function readQuietPlaces(db: Kysely<Schema>, cameraId: string): Promise<QuietPlace[]> {
  const rows = await db
    .selectFrom('suppressions')
    .select(['view_id', 'rule', 'algorithm', 'class_group', 'box', 'until'])
    .where('camera_id', '=', cameraId)
    .where('revoked_at', 'is', null)
    .execute();
  return rows.map(({ view_id, rule, algorithm, class_group, box, until }) => ({
    viewId: view_id,
    algorithm: algorithm ?? rule,
    classGroup: class_group,
    box,
    until,
  }));
}
