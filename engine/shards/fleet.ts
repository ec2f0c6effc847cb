import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CameraSource } from '#config/camera.ts';
import type {
  BarredVersion,
  CameraFigures,
  CutOutcome,
  FreshLook,
  FromShard,
  LookAnswer,
  ModelInPlay,
  ShardSettings,
  TakenFingerprint,
  ToShard,
  WatchedCameraConfig,
} from '../analysis/messages.ts';
import { type CameraFault, type CameraState, isOnline } from '../contract/camera.ts';
import type { Health } from '../contract/health.ts';
import type { SceneReport } from '../contract/observation.ts';
import type { PictureFault } from '../views/view-watch.ts';
import { ClipsWanted } from './clips-wanted.ts';
import { countModels, type ModelCount } from './model-count.ts';
import { isSameTask, keyOf } from './same-task.ts';
import { type ShardDeath, ShardProcess } from './shard-process.ts';
import { type VideoTap, Views } from './views.ts';

/** A shard is started for every so many cameras, until there is one per core. */
const CAMERAS_BEFORE_NEXT_SHARD = 8;
const ANSWER_WITHIN_MS = 5000;
/** A look waits for its turn among the cameras of its shard. */
const LOOK_WITHIN_MS = 15_000;

export interface Picture {
  jpeg: Uint8Array;
  capturedAtMs: number;
}

export interface FleetListener {
  /** @returns keys of the facts that are now safe in the database */
  onScene(report: SceneReport): Promise<string[]>;
  onCameraState(cameraId: string, state: CameraState, reason: string | null, code: CameraFault | null): void;
  onPictureFault(cameraId: string, fault: PictureFault | null): void;
  onView(cameraId: string, viewId: string | null): void;
  /** Of the view that `drawing` was drawn on. */
  onFingerprint(cameraId: string, viewId: string, drawing: string, fingerprint: string): void;
  /** What became of a clip that was wanted: once for each. */
  onClip?(alertId: string, outcome: CutOutcome): void;
  /** What a version in the shadow would have reported. */
  onShadow?(versionId: string, report: SceneReport): void;
  /** A version's process ended, or that of a shard while it asked the version. */
  onModelEnded?(versionId: string, death: ModelDeath): void;
  say(line: string): void;
}

/** How a process ended that a version was asked in. */
export interface ModelDeath {
  process: 'shard' | 'apart';
  how: string;
  log: string;
}

export type FleetSettings = Omit<ShardSettings, 'shardId' | 'spool' | 'markFile'> & {
  shards?: number | undefined;
  /** Where the shards keep what may become a clip, each in a folder of its own, and how much each; absent: nothing. */
  spool?: { folder: string; shardLimitBytes: number };
};

/** All shards of this machine, and which camera is with which. */
export class Fleet {
  #settings: FleetSettings;
  #listener: FleetListener;
  #shards: ShardProcess[] = [];
  #home = new Map<string, ShardProcess>();
  #figures = new Map<string, CameraFigures>();
  /** Outlives the shard that saw the frame. */
  #lastFrameAtMs = new Map<string, number>();
  #states = new Map<string, CameraState>();
  #wanted = new Map<number, (picture: Picture | null) => void>();
  #fingerprintsWanted = new Map<number, (taken: TakenFingerprint | null) => void>();
  #looksWanted = new Map<number, (look: LookAnswer) => void>();
  #nextRequestId = 1;
  #views = new Views();
  #clips: ClipsWanted;

  constructor(settings: FleetSettings, listener: FleetListener) {
    this.#settings = settings;
    this.#clips = new ClipsWanted((alertId, outcome) => listener.onClip?.(alertId, outcome));
    this.#listener = listener;
  }

  /** Takes up new and changed cameras and lets the others go. A camera that did not change is not touched. */
  setCameras(cameras: readonly WatchedCameraConfig[]): void {
    const wanted = new Set(cameras.map((camera) => camera.id));
    for (const id of [...this.#home.keys()]) if (!wanted.has(id)) this.remove(id);
    this.#grow(cameras.length);
    // Cameras with one source are in one shard, where they share one connection.
    const shardOfSource = new Map(
      this.#shards.flatMap((shard) => [...shard.cameras.values()].map(({ source }) => [keyOf(source), shard] as const)),
    );
    const batches = new Map<ShardProcess, WatchedCameraConfig[]>();
    for (const camera of cameras) {
      const shard = this.#shardFor(camera, shardOfSource);
      shardOfSource.set(keyOf(camera.source), shard);
      const before = shard.cameras.get(camera.id);
      if (before && isSameTask(before, camera)) continue;
      this.#home.set(camera.id, shard);
      shard.cameras.set(camera.id, camera);
      batches.set(shard, [...(batches.get(shard) ?? []), camera]);
    }
    for (const [shard, batch] of batches) shard.watch(batch);
  }

  setCamera(camera: WatchedCameraConfig): void {
    this.changeCameras([camera]);
  }

  /** Takes up these; the others stay as they are. */
  changeCameras(changed: readonly WatchedCameraConfig[]): void {
    const ids = new Set(changed.map(({ id }) => id));
    const others = this.watched.filter(({ id }) => !ids.has(id));
    this.setCameras([...others, ...changed]);
  }

  /** These versions are in play from now on, and these verify nothing: to be said before the cameras that they look at. */
  play(models: ModelInPlay[], barred: BarredVersion[]): void {
    this.#settings = { ...this.#settings, models, barred };
    for (const shard of this.#shards) shard.play(models, barred);
  }

  /** What a version does now, in all shards. */
  countOf(versionId: string): ModelCount {
    return countModels(this.#shards, versionId);
  }

  /** Cameras as they are watched now. */
  get watched(): WatchedCameraConfig[] {
    return this.#shards.flatMap((shard) => [...shard.cameras.values()]);
  }

  remove(cameraId: string): void {
    this.#home.get(cameraId)?.unwatch([cameraId]);
    this.#home.delete(cameraId);
    this.#figures.delete(cameraId);
    this.#lastFrameAtMs.delete(cameraId);
    this.#states.delete(cameraId);
  }

  lastFrameAtMs(cameraId: string): number | null {
    return this.#lastFrameAtMs.get(cameraId) ?? null;
  }

  /** The last whole picture of a camera that is analysed or viewed; null when there is none yet or the shard does not answer. */
  currentPicture(cameraId: string): Promise<Picture | null> {
    return this.#ask(cameraId, (requestId) => ({ kind: 'picture-wanted', requestId, cameraId }), this.#wanted);
  }

  /** The fingerprint of what the camera shows now; null when the shard does not answer. */
  fingerprintNow(cameraId: string): Promise<TakenFingerprint | null> {
    return this.#ask(
      cameraId,
      (requestId) => ({ kind: 'fingerprint-wanted', requestId, cameraId }),
      this.#fingerprintsWanted,
    );
  }

  /**
   * Has a camera's newest picture looked at now for an algorithm, at these places too; null when there is none or the shard does
   * not answer.
   */
  lookAnew(cameraId: string, algorithm: string, places: FreshLook['boxes'][number]['xyxy'][]): Promise<LookAnswer> {
    return this.#ask(
      cameraId,
      (requestId) => ({ kind: 'look-wanted', requestId, cameraId, algorithm, places }),
      this.#looksWanted,
      LOOK_WITHIN_MS,
    );
  }

  /** Asks for the clip of an alert that was raised just now; the listener is told what became of it. */
  wantClip(alert: { id: string; cameraId: string; onsetMs: number }): void {
    this.#clips.ask(this.#home.get(alert.cameraId), alert);
  }

  /**
   * Lends the camera's coded pictures while somebody looks, analysed or not. One tap for each camera: whoever has many
   * viewers hands on what it gets.
   * @returns what ends it
   */
  view(camera: { id: string; source: CameraSource }, tap: VideoTap): () => void {
    this.#grow(Math.max(1, this.#home.size));
    const shard = this.#home.get(camera.id) ?? this.#emptiest();
    return this.#views.open(shard, camera, tap);
  }

  health(): Omit<Health, 'status'> {
    const online = [...this.#states.values()].filter(isOnline).length;
    return {
      cameras: { online, offline: this.#home.size - online },
      shards: this.#shards.map((shard) => ({
        id: shard.settings.shardId,
        state: shard.state,
        cameras: shard.cameras.size,
        provider: shard.provider,
        verifiers: shard.verifiers,
        restarts: shard.restarts,
        uptimeMs: Math.round(performance.now() - shard.startedAtMs),
      })),
    };
  }

  get shards(): readonly ShardProcess[] {
    return this.#shards;
  }

  get figures(): ReadonlyMap<string, CameraFigures> {
    return this.#figures;
  }

  get states(): ReadonlyMap<string, CameraState> {
    return this.#states;
  }

  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
    for (const answer of [
      ...this.#wanted.values(),
      ...this.#fingerprintsWanted.values(),
      ...this.#looksWanted.values(),
    ])
      answer(null);
  }

  #ask<T>(
    cameraId: string,
    question: (requestId: number) => ToShard,
    wanted: Map<number, (answer: T | null) => void>,
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<T | null> {
    const requestId = this.#nextRequestId++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(null), withinMs);
      const answer = (given: T | null) => {
        clearTimeout(timer);
        wanted.delete(requestId);
        resolve(given);
      };
      wanted.set(requestId, answer);
      const shard = this.#home.get(cameraId) ?? this.#views.shardOf(cameraId);
      if (!shard?.tell(question(requestId))) answer(null);
    });
  }

  #grow(cameraCount: number): void {
    const wanted =
      this.#settings.shards ??
      Math.max(1, Math.min(availableParallelism(), Math.ceil(cameraCount / CAMERAS_BEFORE_NEXT_SHARD)));
    const { shards: _, spool, ...settings } = this.#settings;
    while (this.#shards.length < wanted) {
      const shardId = `shard-${this.#shards.length + 1}`;
      const own = spool && {
        spool: { folder: join(spool.folder, shardId), limitBytes: spool.shardLimitBytes },
        markFile: join(spool.folder, `${shardId}.mark`),
      };
      this.#shards.push(
        new ShardProcess(
          { ...settings, shardId, ...own },
          {
            onMessage: (shard, message) => this.#hear(shard, message),
            onUnreadable: (shard, problem) => this.#listener.say(`${shard.settings.shardId}: ${problem}`),
            onExit: (shard, death) => this.#shardEnded(shard, death),
          },
        ),
      );
    }
  }

  /** A camera stays where it is, unless its source became one that another shard has. */
  #shardFor({ id, source }: WatchedCameraConfig, shardOfSource: ReadonlyMap<string, ShardProcess>): ShardProcess {
    const home = this.#home.get(id);
    const before = home?.cameras.get(id);
    if (home && before && keyOf(before.source) === keyOf(source)) return home;
    const shard = shardOfSource.get(keyOf(source)) ?? home ?? this.#views.shardOf(id) ?? this.#emptiest();
    if (home && home !== shard) home.unwatch([id]);
    return shard;
  }

  #emptiest(): ShardProcess {
    return this.#shards.reduce((best, shard) => (shard.cameras.size < best.cameras.size ? shard : best));
  }

  #hear(shard: ShardProcess, message: FromShard): void {
    switch (message.kind) {
      case 'scene':
        void this.#file(shard, message.report);
        return;
      case 'shadow-scene':
        if (this.#home.get(message.report.cameraId) === shard)
          this.#listener.onShadow?.(message.versionId, message.report);
        return;
      case 'model-ended':
        this.#modelEnded(shard, message.versionId, { process: 'apart', how: message.how, log: message.log });
        return;
      case 'camera-state':
        if (this.#home.get(message.cameraId) !== shard) return;
        this.#states.set(message.cameraId, message.state);
        this.#listener.onCameraState(message.cameraId, message.state, message.reason, message.code);
        return;
      case 'picture-fault':
        if (this.#home.get(message.cameraId) === shard) this.#listener.onPictureFault(message.cameraId, message.fault);
        return;
      case 'view-shown':
        if (this.#home.get(message.cameraId) === shard) this.#listener.onView(message.cameraId, message.viewId);
        return;
      case 'fingerprint':
        this.#fingerprintsWanted.get(message.requestId)?.(message.taken);
        return;
      case 'look':
        this.#looksWanted.get(message.requestId)?.(message.look);
        return;
      case 'view-fingerprint':
        if (this.#home.get(message.cameraId) === shard) this.#keepFingerprint(shard, message);
        return;
      case 'figures':
        for (const figures of message.cameras) {
          if (this.#home.get(figures.id) !== shard) continue;
          this.#figures.set(figures.id, figures);
          if (figures.lastFrameAtMs !== null) this.#lastFrameAtMs.set(figures.id, figures.lastFrameAtMs);
        }
        return;
      case 'units':
      case 'boxes':
      case 'view-state':
        this.#views.hear(message);
        return;
      case 'clip':
        this.#clips.answered(message.alertId, message.outcome);
        return;
      case 'picture':
        this.#wanted.get(message.requestId)?.(message.picture);
        return;
      case 'trouble':
        this.#listener.say(
          `${shard.settings.shardId}: ${message.message}${message.count > 1 ? ` (×${message.count})` : ''}`,
        );
        return;
      case 'running':
        if (message.refusal) this.#listener.say(`${shard.settings.shardId}: ${message.refusal}`);
        return;
    }
  }

  /** A shard that is started again is given it; this one has it. */
  #keepFingerprint(shard: ShardProcess, message: Extract<FromShard, { kind: 'view-fingerprint' }>): void {
    const { cameraId, viewId, drawing, fingerprint } = message;
    const camera = shard.cameras.get(cameraId);
    if (!camera?.views.some((view) => view.id === viewId && view.drawing === drawing)) return;
    const views = camera.views.map((view) => (view.id === viewId ? { ...view, fingerprint } : view));
    shard.cameras.set(cameraId, { ...camera, views });
    this.#listener.onFingerprint(cameraId, viewId, drawing, fingerprint);
  }

  async #file(shard: ShardProcess, report: SceneReport): Promise<void> {
    if (this.#home.get(report.cameraId) !== shard) return;
    // It was on its way as the view was taken from the camera: its alerts have ended.
    if (!shard.cameras.get(report.cameraId)?.views.some(({ id }) => id === report.viewId)) return;
    try {
      const keys = await this.#listener.onScene(report);
      if (keys.length > 0) shard.tell({ kind: 'filed', cameraId: report.cameraId, keys });
    } catch (error) {
      // Nothing is lost: the next report says as much, and pictures are sent until they are filed.
      this.#listener.say(`camera ${report.cameraId}: not filed: ${error instanceof Error ? error.message : error}`);
    }
  }

  #modelEnded(shard: ShardProcess, versionId: string, death: ModelDeath): void {
    const last = death.log.split('\n').at(-1);
    this.#listener.say(`${shard.settings.shardId}: ${versionId} ended (${death.how})${last ? `: ${last}` : ''}`);
    this.#listener.onModelEnded?.(versionId, death);
  }

  #shardEnded(shard: ShardProcess, { how, asking, log }: ShardDeath): void {
    if (asking !== null) this.#modelEnded(shard, asking, { process: 'shard', how, log });
    this.#listener.say(
      `${shard.settings.shardId} ended (${how}); its ${shard.cameras.size} cameras are taken up again.`,
    );
    this.#views.shardEnded(shard);
    this.#clips.shardEnded(shard);
    for (const cameraId of shard.cameras.keys()) {
      this.#figures.delete(cameraId);
      this.#states.set(cameraId, 'offline');
      this.#listener.onCameraState(cameraId, 'offline', 'the analysis process ended', 'analysis-ended');
    }
  }
}
