import { dirname, join } from 'node:path';
import { type CameraSource, isAnalysed } from '#config/camera.ts';
import type { DecodeDeviceName } from '#config/decode-device.ts';
import type { ExecutionProvider } from '#config/execution-provider.ts';
import type { RuleSettings } from '#config/rule-settings.ts';
import type { AlertDesk } from './alerts/desk.ts';
import type { Raised, RaisedAlert } from './alerts/raise.ts';
import type {
  CutOutcome,
  LookAnswer,
  ShardSettings,
  TakenFingerprint,
  WatchedCameraConfig,
  WatchedRule,
} from './analysis/messages.ts';
import { refreshBoundCameras } from './bindings/binding-watch.ts';
import { readBodies } from './bindings/definitions.ts';
import { readBoundRules } from './bindings/resolve.ts';
import { listAnalysed, readCameras } from './cameras/read-cameras.ts';
import type { StoredCamera } from './cameras/stored-camera.ts';
import {
  drawingOf,
  isOf,
  type KeptFingerprint,
  keepFingerprint,
  readFingerprints,
} from './cameras/view-fingerprints.ts';
import { setCameraState, setCurrentView, setPictureFault } from './cameras/write-cameras.ts';
import type { Health } from './contract/health.ts';
import type { RenditionListener } from './renditions/render.ts';
import { type OpenRendition, Renditions } from './renditions/renditions.ts';
import type { RolloutPlan } from './rollouts/plan.ts';
import type { LiveRollout } from './rollouts/read-rollout.ts';
import { Rollouts } from './rollouts/rollouts.ts';
import type { LiveCameras } from './server/live.ts';
import { Fleet, type Picture } from './shards/fleet.ts';
import { type Load, LoadWatch } from './shards/load-watch.ts';
import { fleetMetrics } from './shards/metrics.ts';
import type { VideoTap } from './shards/views.ts';
import type { SiteSettings } from './sites/site-settings.ts';
import type { Store } from './store/open-store.ts';

/** A standing alert's latest picture is renewed this often. */
const LATEST_PICTURE_MS = 30_000;

/**
 * All cameras being watched: the rows of the store on one side, the shards on the other. What the shards see goes to
 * the alert desk, what becomes of a camera goes to its row.
 */
export class Lookout implements LiveCameras {
  #store: Store;
  #settings: SiteSettings;
  #desk: AlertDesk;
  #fleet: Fleet;
  readonly #renditions: Renditions;
  readonly #load: LoadWatch;
  /** What the algorithms that were told to shards raise, by id. */
  #raised: ReadonlyMap<string, Raised> = new Map();
  readonly #rollouts: Rollouts;
  /** The name of the package in the site's model folder. */
  readonly #sites: string;
  #metrics: ReturnType<typeof fleetMetrics>;
  #say: (line: string) => void;
  /** What becomes of a camera is written one after the other, in the order in which it did. */
  #writing: Promise<void> = Promise.resolve();
  #refreshing: Promise<void> = Promise.resolve();

  constructor(o: {
    store: Store;
    settings: SiteSettings;
    desk: AlertDesk;
    modelFolder: string;
    /** The name of the package that lies there. */
    sites: string;
    /** Where versions of packages lie. */
    versionsFolder: string;
    shards: number | undefined;
    executionProvider: ExecutionProvider;
    decodeDevice: DecodeDeviceName;
    /** Cameras whose video is coded again at once. */
    renditions: number;
    /** Where what may become a clip is kept. */
    spoolDir: string;
    onClip: (alertId: string, outcome: CutOutcome) => void;
    say: (line: string) => void;
  }) {
    this.#store = o.store;
    this.#renditions = new Renditions(o.renditions);
    this.#settings = o.settings;
    this.#desk = o.desk;
    this.#say = o.say;
    this.#fleet = new Fleet(
      {
        modelFolder: o.modelFolder,
        timeZone: o.settings.timeZone,
        longestQuietMs: o.settings.longestQuietMs,
        latestPictureMs: LATEST_PICTURE_MS,
        shards: o.shards,
        executionProvider: o.executionProvider,
        decodeDevice: o.decodeDevice,
        spool: { folder: o.spoolDir, shardLimitBytes: o.settings.spoolBytes },
        verifiers: verifiersOf(o.settings.rules, dirname(o.modelFolder)),
      },
      {
        onScene: async (report) => (await this.#desk.receive(report)).filed,
        onCameraState: (id, state, reason, code) =>
          this.#write(`state of camera ${id}`, (db) => setCameraState(db, id, state, reason, code)),
        onPictureFault: (id, fault) => {
          if (fault === null) this.#desk.watchAgain(id);
          this.#write(`picture fault of camera ${id}`, (db) =>
            setPictureFault(db, id, fault && { code: fault.code, since: new Date(fault.sinceMs) }),
          );
        },
        onView: (id, viewId) => this.#write(`view of camera ${id}`, (db) => setCurrentView(db, id, viewId)),
        onFingerprint: (id, viewId, drawing, fingerprint) =>
          this.#write(`fingerprint of camera ${id}`, (db) => keepFingerprint(db, id, viewId, { drawing, fingerprint })),
        onClip: o.onClip,
        onShadow: (versionId, report) => this.#rollouts.shadowSaw(versionId, report),
        onModelEnded: (versionId, death) => void this.#rollouts.died(versionId, death),
        say: o.say,
      },
    );
    this.#sites = o.sites;
    this.#rollouts = new Rollouts({
      timeZone: o.settings.timeZone,
      db: o.store.db,
      versionsFolder: o.versionsFolder,
      sites: o.sites,
      endAfterMs: () => this.#settings.endAfterMs,
      watched: () => this.#fleet.watched,
      countOf: (versionId) => this.#fleet.countOf(versionId),
      onPlan: (plan) => this.#follow(plan),
      say: o.say,
    });
    this.#metrics = fleetMetrics(this.#fleet);
    this.#load = new LoadWatch(this.#fleet);
  }

  async start(): Promise<void> {
    await this.#rollouts.start();
    await refreshBoundCameras(this.#store.db);
    // Tens of thousands may be registered; only those with rules are opened.
    const cameras = await listAnalysed(this.#store.db);
    const kept = await readFingerprints(
      this.#store.db,
      cameras.map((camera) => camera.id),
    );
    const bound = await this.#boundRules(null);
    this.#fleet.setCameras(cameras.map((camera) => this.#toWatch(camera, kept.get(camera.id), bound.get(camera.id))));
    this.#rollouts.bindingsChanged();
  }

  /** Versions were moved: what follows from it is in force when this resolves. */
  versionsMoved(): Promise<void> {
    return this.#rollouts.moved();
  }

  rollout(versionId: string): LiveRollout {
    const { open, down, rssBytes } = this.#fleet.countOf(versionId);
    const { looks, lookMs } = this.#rollouts.minuteOf(versionId);
    const cameras = this.#rollouts.camerasOf(versionId);
    return { runs: this.#rollouts.runsOf(versionId), open, down, looks, lookMs, rssBytes, cameras };
  }

  /** Asks for the clip of an alert that was raised just now. */
  wantClip(alert: RaisedAlert): void {
    this.#fleet.wantClip(alert);
  }

  lastFrameAtMs(cameraId: string): number | null {
    return this.#fleet.lastFrameAtMs(cameraId);
  }

  currentPicture(cameraId: string): Promise<Picture | null> {
    return this.#fleet.currentPicture(cameraId);
  }

  /** Has the camera's newest picture looked at now for an algorithm, whatever changed in it. */
  lookAnew(...look: Parameters<Fleet['lookAnew']>): Promise<LookAnswer> {
    return this.#fleet.lookAnew(...look);
  }

  fingerprintNow(cameraId: string): Promise<TakenFingerprint | null> {
    return this.#fleet.fingerprintNow(cameraId);
  }

  view(camera: { id: string; source: CameraSource }, tap: VideoTap): () => void {
    return this.#fleet.view(camera, tap);
  }

  render(listener: RenditionListener): OpenRendition {
    return this.#renditions.open(listener);
  }

  load(): Load {
    return this.#load.read();
  }

  /** What an algorithm raises that is no shipped rule; null: there is none of that id. */
  raises(algorithm: string): Raised | null {
    return this.#raised.get(algorithm) ?? null;
  }

  health(): Omit<Health, 'status'> {
    return this.#fleet.health();
  }

  metricsText(): Promise<string> {
    return this.#metrics.metrics();
  }

  refresh(cameraId: string): Promise<void> {
    return this.refreshAll([cameraId]);
  }

  /** One after the other, or what was read first could be applied last. */
  refreshAll(cameraIds: readonly string[]): Promise<void> {
    const refreshed = this.#refreshing.then(() => this.#refresh(cameraIds));
    this.#refreshing = refreshed.catch(() => undefined);
    return refreshed;
  }

  async #refresh(cameraIds: readonly string[]): Promise<void> {
    const { db } = this.#store;
    const cameras = (await readCameras(db, cameraIds)).filter(({ config, bound }) => isAnalysed(config, bound));
    const ids = cameras.map(({ id }) => id);
    const [kept, bound] = [await readFingerprints(db, ids), await this.#boundRules(ids)];
    const watched = new Set(ids);
    for (const id of cameraIds) if (!watched.has(id)) this.#fleet.remove(id);
    if (ids.length > 0)
      this.#fleet.changeCameras(
        cameras.map((camera) => this.#toWatch(camera, kept.get(camera.id), bound.get(camera.id))),
      );
    this.#rollouts.bindingsChanged();
    await this.#desk.endWithoutView();
  }

  async close(): Promise<void> {
    this.#renditions.close();
    this.#load.close();
    await this.#rollouts.close();
    await this.#fleet.close();
    await this.#writing;
  }

  #toWatch(
    { config, lease }: StoredCamera,
    kept: ReadonlyMap<string, KeptFingerprint> | undefined,
    bound: readonly WatchedRule[] = [],
  ): WatchedCameraConfig {
    if (!config.source) throw new Error(`camera ${config.id} has rules and no stream`);
    return {
      id: config.id,
      source: config.source,
      lngLat: config.lngLat,
      ...(config.rangeM !== undefined && { rangeM: config.rangeM }),
      views: config.views.map(({ name: _, ...view }) => {
        const own = kept?.get(view.id);
        return own && isOf(own, view) ? { ...view, ...own } : { ...view, drawing: drawingOf(view), fingerprint: null };
      }),
      decode: config.decode,
      ...(config.samplePeriodMs !== undefined && { samplePeriodMs: config.samplePeriodMs }),
      regions: config.regions,
      ...(lease && { turned: true }),
      ...this.#looked(
        config.id,
        withBound(
          config.algorithms.map((binding) => ownRule(binding, this.#settings.rules, this.#sites)),
          bound,
        ),
      ),
    };
  }

  /** What bindings give to the cameras, and with it what that is raised as. */
  async #boundRules(cameraIds: readonly string[] | null): Promise<ReadonlyMap<string, WatchedRule[]>> {
    const { db } = this.#store;
    const rules = await readBoundRules(db, this.#settings, cameraIds);
    if (rules.size > 0) {
      const bodies = [...(await readBodies(db, this.#settings))];
      this.#raised = new Map(
        bodies.flatMap(([id, { body }]) => (body.raises ? [[id, { ...body.raises, name: body.name }] as const] : [])),
      );
    }
    return rules;
  }

  #looked(cameraId: string, algorithms: WatchedCameraConfig['algorithms']) {
    return { algorithms, lanes: this.#rollouts.plan.lanesOf(cameraId, algorithms) };
  }

  /** Who is in play, before the cameras that they look at. */
  #follow(plan: RolloutPlan): void {
    this.#fleet.play(plan.models, plan.barred);
    this.#fleet.setCameras(
      this.#fleet.watched.map((camera) => ({ ...camera, lanes: plan.lanesOf(camera.id, camera.algorithms) })),
    );
  }

  #write(what: string, write: (db: Store['db']) => Promise<unknown>): void {
    this.#writing = this.#writing
      .then(() => write(this.#store.db))
      .then(() => undefined)
      .catch((error) => this.#say(`${what} not written: ${error instanceof Error ? error.message : error}`));
  }
}

/** The second models that the site's rules ask for: folders beside that of the first. */
function verifiersOf(rules: RuleSettings, modelsFolder: string): ShardSettings['verifiers'] {
  const asked = Object.entries(rules).flatMap(([rule, { verifier }]) => (verifier ? [[rule, verifier] as const] : []));
  return Object.fromEntries(
    asked.map(([rule, { model, threshold }]) => [
      rule,
      { model, folder: join(modelsFolder, model), ...(threshold !== undefined && { threshold }) },
    ]),
  );
}

/** A camera's own rule counts before what a binding would give it. */
function withBound(own: WatchedRule[], bound: readonly WatchedRule[]): WatchedRule[] {
  const named = new Set<string>(own.map(({ rule }) => rule));
  return [...own, ...bound.filter(({ algorithm, rule }) => !named.has(algorithm ?? rule))];
}

type Binding = StoredCamera['config']['algorithms'][number];

/** The binding with the site's settings where it has none of its own. */
function ownRule(binding: Binding, rules: RuleSettings, sites: string): WatchedRule {
  const site = rules[binding.rule];
  const threshold = binding.threshold ?? site.threshold;
  const hours = binding.hours ?? site.hours;
  return {
    rule: binding.rule,
    ...(binding.model !== undefined && binding.model !== sites && { model: binding.model }),
    dwellMs: binding.dwellMs ?? site.dwellMs,
    ...(threshold !== undefined && { threshold }),
    ...(hours && { hours }),
    ...(binding.leashLengths !== undefined && { leashLengths: binding.leashLengths }),
  };
}
