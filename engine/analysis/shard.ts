import { nowMs } from '#streams/clock.ts';
import { DecodeDevice } from '#streams/decode-device.ts';
import { KeyframeDecoders } from '#streams/decoders.ts';
import { SharedStreams } from '#streams/upstreams.ts';
import type { SceneReport } from '../contract/observation.ts';
import { ShardSpool } from '../spools/shard-spool.ts';
import { lookAnew } from './fresh-look.ts';
import { type AnalysedScene, FrameLoop } from './loop.ts';
import type { FromShard, LookAnswer, ShardSettings, ToShard, WatchedCameraConfig } from './messages.ts';
import { ModelsInPlay } from './models-in-play.ts';
import { encodeJpeg } from './pictures.ts';
import { Troubles } from './trouble.ts';
import { Verifiers } from './verifiers.ts';
import { type TellParent, ViewedCameras } from './viewed-cameras.ts';
import { WatchedCamera } from './watched-camera.ts';

const FIGURES_EVERY_MS = 1000;

/** One process’s share of the cameras: hears its parent, keeps the cameras’ streams, and tells what the loop sees. */
export class Shard {
  #settings: ShardSettings;
  #models: ModelsInPlay;
  #tell: TellParent;
  #troubles: Troubles;
  #device: DecodeDevice;
  #decoders: KeyframeDecoders;
  #streams = new SharedStreams();
  #loop: FrameLoop;
  #cameras = new Map<string, WatchedCamera>();
  #spool: ShardSpool | null;
  #viewed: ViewedCameras;
  #figuresTimer: NodeJS.Timeout;

  static async start(settings: ShardSettings, tell: TellParent): Promise<Shard> {
    const options = {
      threads: 1,
      ...(settings.executionProvider && { executionProvider: settings.executionProvider }),
    };
    const troubles = new Troubles((message, count) => tell({ kind: 'trouble', message, count }));
    const shard: { loop?: FrameLoop } = {};
    const models = await ModelsInPlay.open(settings, options, {
      onEnded: (versionId, how, log) => tell({ kind: 'model-ended', versionId, how, log }),
      between: (errand) => (shard.loop ? shard.loop.between(errand) : void errand()),
      takesOver: (detector) => shard.loop?.verifiers.takesOver(detector) ?? false,
      onTrouble: (of, error) => troubles.note(of, error),
    });
    const { verifiers: wanted = {}, barred } = settings;
    const verifiers = await Verifiers.open(
      wanted,
      models.first,
      options,
      (of, error) => troubles.note(of, error),
      barred,
    );
    const spool = settings.spool ? await openSpool(settings.spool, troubles) : null;
    const started = new Shard(settings, models, verifiers, spool, troubles, tell);
    shard.loop = started.#loop;
    return started;
  }

  private constructor(
    settings: ShardSettings,
    models: ModelsInPlay,
    verifiers: Verifiers,
    spool: ShardSpool | null,
    troubles: Troubles,
    tell: TellParent,
  ) {
    this.#settings = settings;
    this.#models = models;
    this.#spool = spool;
    this.#troubles = troubles;
    this.#tell = tell;
    this.#device = new DecodeDevice(settings.decodeDevice ?? 'cpu', (refusal) => troubles.note('decoding', refusal));
    this.#decoders = new KeyframeDecoders(this.#device);
    this.#viewed = new ViewedCameras(this.#streams, tell);
    this.#loop = new FrameLoop(models, verifiers, settings, {
      onScene: (camera, scene) => this.#report(camera, scene),
      onShadow: (camera, versionId, scene) => {
        const { viewId } = camera;
        const report = { cameraId: camera.config.id, viewId, ...scene };
        this.#tell({ kind: 'shadow-scene', versionId, report });
      },
      onTrouble: (of, error) => this.#troubles.note(of, error),
    });
    this.#figuresTimer = setInterval(() => {
      for (const camera of this.#cameras.values()) camera.freeIdle(nowMs());
      this.#spool?.tidy();
      this.#tellFigures();
    }, FIGURES_EVERY_MS);
    this.#tellRunning();
  }

  async hear(message: ToShard): Promise<void> {
    switch (message.kind) {
      case 'watch':
        for (const camera of message.cameras) await this.#watch(camera);
        return;
      case 'unwatch':
        for (const id of message.cameraIds) {
          await this.#unwatch(id);
          this.#viewed.unwatched(id);
        }
        return;
      case 'models':
        await this.#renew(message);
        return;
      case 'view':
        for (const camera of message.cameras) await this.#viewed.view(camera, this.#cameras.get(camera.cameraId));
        return;
      case 'unview':
        for (const id of message.cameraIds) await this.#viewed.unview(id);
        return;
      case 'filed':
        this.#cameras.get(message.cameraId)?.pictures.filed(message.keys);
        return;
      case 'picture-wanted':
        this.#loop.between(() => this.#showPicture(message));
        return;
      case 'look-wanted':
        this.#loop.between(() => this.#lookAnew(message));
        return;
      case 'fingerprint-wanted': {
        const taken = this.#cameras.get(message.cameraId)?.view.fingerprintNow() ?? { refusal: 'no-picture' };
        this.#tell({ kind: 'fingerprint', requestId: message.requestId, taken });
        return;
      }
      case 'clip-wanted':
        void this.#cutClip(message);
        return;
      case 'start':
      case 'stop':
        return;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#figuresTimer);
    this.#troubles.close();
    await Promise.all([this.#viewed.close(), ...[...this.#cameras.keys()].map((id) => this.#unwatch(id))]);
    await this.#loop.idle();
    this.#decoders.close();
    this.#device.close();
    await this.#loop.verifiers.close();
    await this.#models.close();
  }

  /** The fleet hears of it at once, and the cameras go on with what they know. */
  async #renew({ models, barred }: Extract<ToShard, { kind: 'models' }>): Promise<void> {
    const { verifiers } = this.#loop;
    verifiers.bar(barred);
    await this.#models.renew(models);
    await verifiers.openMissing(this.#models.first);
    this.#tellRunning();
    this.#tellFigures();
  }

  #tellRunning(): void {
    const runsOn = this.#models.first?.runsOn ?? { provider: 'cpu' as const, refusal: null };
    this.#tell({ kind: 'running', ...runsOn, verifiers: this.#loop.verifiers.states });
  }

  async #watch(config: WatchedCameraConfig): Promise<void> {
    const known = this.#cameras.get(config.id);
    if (known && sameStream(known.config, config)) return known.rebind(config);
    if (known) await this.#unwatch(config.id);
    const camera = new WatchedCamera(
      config,
      this.#settings.timeZone,
      this.#models.first?.classes ?? [],
      this.#decoders,
      this.#streams,
      {
        onDue: (due) => this.#loop.ask(due),
        onState: (state, reason, code) => {
          this.#tell({ kind: 'camera-state', cameraId: config.id, state, reason, code });
          this.#viewed.became(config.id, state);
        },
        onPictureFault: (fault) => this.#tell({ kind: 'picture-fault', cameraId: config.id, fault }),
        onView: (viewId) => this.#tell({ kind: 'view-shown', cameraId: config.id, viewId }),
        onFingerprint: ({ id: viewId, drawing }, fingerprint) =>
          this.#tell({ kind: 'view-fingerprint', cameraId: config.id, viewId, drawing, fingerprint }),
      },
      this.#spool?.keeper(),
    );
    this.#cameras.set(config.id, camera);
    await this.#viewed.watched(camera);
  }

  async #unwatch(id: string): Promise<void> {
    const camera = this.#cameras.get(id);
    if (!camera) return;
    this.#cameras.delete(id);
    this.#loop.leave(camera);
    await camera.close();
  }

  #report(camera: WatchedCamera, { pictures, notLookedFor, ...scene }: AnalysedScene): void {
    const { viewId } = camera;
    const { id: cameraId } = camera.config;
    const unseen = notLookedFor.length > 0 && { notLookedFor };
    const model = camera.lanes.find(({ identity }) => identity !== null)!.identity!;
    const send = (encoded: SceneReport['pictures']) =>
      this.#tell({
        kind: 'scene',
        report: { cameraId, viewId, model, ...scene, ...unseen, pictures: encoded },
      });
    camera.sending = camera.sending
      .then(async () => {
        const encoded: SceneReport['pictures'] = {};
        for (const [key, list] of pictures) encoded[key] = await list;
        send(encoded);
      })
      .catch((error) => this.#troubles.note(`pictures of camera ${cameraId}`, error));
  }

  async #cutClip({
    cameraId,
    alertId,
    onsetMs,
  }: {
    cameraId: string;
    alertId: string;
    onsetMs: number;
  }): Promise<void> {
    const clips = this.#cameras.get(cameraId)?.clips;
    const outcome = clips ? await clips.cut(onsetMs, this.#spool!.cutFile(alertId)) : 'analysis-ended';
    this.#tell({ kind: 'clip', alertId, outcome });
  }

  async #lookAnew({ requestId, cameraId, ...wanted }: Extract<ToShard, { kind: 'look-wanted' }>): Promise<void> {
    const camera = this.#cameras.get(cameraId);
    try {
      const look = camera ? await this.#lookFor(camera, wanted) : null;
      this.#tell({ kind: 'look', requestId, look });
    } catch (error) {
      this.#troubles.note(`a look at camera ${cameraId}`, error);
      this.#tell({ kind: 'look', requestId, look: null });
    }
  }

  /** With the lane of the algorithm: the others' models know nothing of it. */
  async #lookFor(
    camera: WatchedCamera,
    { algorithm, places }: Pick<Extract<ToShard, { kind: 'look-wanted' }>, 'algorithm' | 'places'>,
  ): Promise<LookAnswer> {
    const lane = camera.laneOf(algorithm);
    const detector = lane && this.#models.of(lane.order)?.detector;
    if (detector) return lookAnew(camera, lane, detector, places);
    return lane?.order.version ? null : 'not-running';
  }

  #showPicture({ requestId, cameraId }: { requestId: number; cameraId: string }): void {
    const answer = (picture: Extract<FromShard, { kind: 'picture' }>['picture']) => {
      this.#tell({ kind: 'picture', requestId, picture });
    };
    const watched = this.#cameras.get(cameraId);
    const key = watched ? null : this.#viewed.lastKey(cameraId);
    const frame = watched ? watched.currentPicture() : key && this.#decoders.decodeToShow(key);
    if (!frame) {
      answer(null);
      return;
    }
    const { capturedAtMs, widthPx, heightPx } = frame;
    encodeJpeg(frame.copyRgb(), widthPx, heightPx).then(
      (jpeg) => answer({ jpeg, capturedAtMs }),
      (error) => {
        this.#troubles.note(`picture of camera ${cameraId}`, error);
        answer(null);
      },
    );
  }

  #tellFigures(): void {
    const { user, system } = process.cpuUsage();
    this.#tell({
      kind: 'figures',
      cpuMs: (user + system) / 1000,
      rssBytes: process.memoryUsage.rss(),
      cameras: [...this.#cameras.values()].map((camera) => camera.figures()),
      models: this.#models.figures,
      ...(this.#spool && { spool: { ...this.#spool.figures } }),
    });
  }
}

/** A folder that cannot be written to is no reason not to watch: there are no clips, and each alert says so. */
async function openSpool({ folder, limitBytes }: { folder: string; limitBytes: number }, troubles: Troubles) {
  try {
    return await ShardSpool.open(folder, limitBytes);
  } catch (error) {
    troubles.note('the spool of clips', error);
    return null;
  }
}

function sameStream(a: WatchedCameraConfig, b: WatchedCameraConfig): boolean {
  return JSON.stringify(a.source) === JSON.stringify(b.source) && a.decode === b.decode;
}
