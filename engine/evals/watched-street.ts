import type { Zone } from '#config/camera.ts';
import type { AlertDesk } from '../alerts/desk.ts';
import { makeCamera, WatchedScene, type Xyxy } from '../alerts/scene-for-tests.ts';
import type { Observation } from '../contract/observation.ts';
import { type BoundRule, Observer } from '../observations/observe.ts';
import type { Store } from '../store/open-store.ts';
import type { DetectedBoxes } from '../tracks/live-track.ts';
import type { Track, TrackedClass } from '../tracks/track.ts';
import { Tracker } from '../tracks/tracker.ts';

export const WHOLE_PICTURE: Zone['polygon'] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

const TIME_ZONE = 'Asia/Shanghai';

export interface Street {
  cameraId: string;
  classes: readonly TrackedClass[];
  widthPx: number;
  heightPx: number;
  zones: Zone[];
  algorithms: BoundRule[];
  /** Epoch milliseconds of its clock at time 0. */
  startMs: number;
}

/** An alert of the street, as the database has it. */
export interface RaisedAlert {
  id: string;
  presence: 'standing' | 'ended';
  startedAtMs: number;
  raisedAtMs: number;
  xyxy: Xyxy;
}

/** One camera from its detections to its alerts, as shard and parent do it together, by a clock of its own. */
export class WatchedStreet {
  readonly #store: Store;
  readonly #desk: AlertDesk;
  readonly #street: Street;
  readonly #scene: WatchedScene;
  readonly #tracker: Tracker;
  readonly #observer: Observer;

  private constructor(store: Store, desk: AlertDesk, street: Street) {
    this.#store = store;
    this.#desk = desk;
    this.#street = street;
    this.#scene = new WatchedScene(street.cameraId, street.startMs);
    this.#tracker = new Tracker(street.classes);
    this.#observer = new Observer(
      { ...street, id: street.cameraId, viewId: 'default', lngLat: [116.3, 37.45] },
      TIME_ZONE,
    );
  }

  static async open(store: Store, desk: AlertDesk, street: Street): Promise<WatchedStreet> {
    const { cameraId, zones } = street;
    const algorithms = street.algorithms.flatMap(({ rule, dwellMs }) =>
      rule === 'object-present' ? [] : [{ rule, dwellMs }],
    );
    await makeCamera(store, cameraId, { zones, algorithms });
    return new WatchedStreet(store, desk, street);
  }

  /** Takes in what was detected `atMs` after the street's start; answers with its tracks and what the rules make of them. */
  async look(detected: DetectedBoxes, atMs: number): Promise<{ tracks: readonly Track[]; facts: Observation[] }> {
    const { widthPx, heightPx, startMs } = this.#street;
    const nowMs = startMs + atMs;
    const tracks = this.#tracker.update(detected, nowMs, widthPx, heightPx);
    const facts = this.#observer.observe(tracks, nowMs, widthPx, heightPx);
    this.#scene.nowMs = nowMs;
    await this.#desk.receive(this.#scene.report(facts));
    return { tracks, facts };
  }

  /** All alerts that it ever raised, the oldest first; times since its start. */
  async alerts(): Promise<RaisedAlert[]> {
    const { cameraId, startMs } = this.#street;
    const rows = await this.#store.db
      .selectFrom('alerts')
      .select(['id', 'presence', 'started_at', 'raised_at', 'boxes'])
      .where('camera_id', '=', cameraId)
      .orderBy('raised_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      presence: row.presence,
      startedAtMs: row.started_at.getTime() - startMs,
      raisedAtMs: row.raised_at.getTime() - startMs,
      xyxy: row.boxes[0]!.xyxy,
    }));
  }
}
