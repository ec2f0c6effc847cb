import { type Detector, newDetections, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { KeyframeDecoders } from '#streams/decoders.ts';
import type { EvidencePicture, Observation, SceneReport } from '../contract/observation.ts';
import type { FromShard, ShardSettings, ToShard, WatchedCameraConfig } from './messages.ts';
import { encodeJpeg } from './pictures.ts';
import { Troubles } from './trouble.ts';
import { Turns } from './turns.ts';
import { WatchedCamera } from './watched-camera.ts';

const FIGURES_EVERY_MS = 1000;

/**
 * The frame loop: a camera’s newest whole picture → decode → gate → detect → track → observe → report. One thread, one
 * frame at a time; what is late is replaced before it is decoded, never queued.
 */
export class Shard {
  #settings: ShardSettings;
  #detector: Detector;
  #tell: (message: FromShard) => void;
  #troubles: Troubles;
  #decoders = new KeyframeDecoders();
  #detections = newDetections();
  #cameras = new Map<string, WatchedCamera>();
  #turns = new Turns<WatchedCamera>();
  #wantedPictures: { requestId: number; cameraId: string }[] = [];
  #running = false;
  #figuresTimer: NodeJS.Timeout;

  static async start(settings: ShardSettings, tell: (message: FromShard) => void): Promise<Shard> {
    const detector = await openDetector(await readPackage(settings.modelFolder), {
      threads: 1,
      ...(settings.executionProvider && { executionProvider: settings.executionProvider }),
    });
    return new Shard(settings, detector, tell);
  }

  private constructor(settings: ShardSettings, detector: Detector, tell: (message: FromShard) => void) {
    this.#settings = settings;
    this.#detector = detector;
    this.#tell = tell;
    this.#troubles = new Troubles((message, count) => tell({ kind: 'trouble', message, count }));
    this.#figuresTimer = setInterval(() => this.#tellFigures(), FIGURES_EVERY_MS);
    tell({ kind: 'running', ...detector.runsOn });
  }

  async hear(message: ToShard): Promise<void> {
    switch (message.kind) {
      case 'watch':
        for (const camera of message.cameras) await this.#watch(camera);
        return;
      case 'unwatch':
        for (const id of message.cameraIds) await this.#unwatch(id);
        return;
      case 'filed':
        this.#cameras.get(message.cameraId)?.pictures.filed(message.keys);
        return;
      case 'picture-wanted':
        this.#wantedPictures.push(message);
        this.#wake();
        return;
      case 'start':
      case 'stop':
        return;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#figuresTimer);
    this.#troubles.close();
    await Promise.all([...this.#cameras.keys()].map((id) => this.#unwatch(id)));
    while (this.#running) await new Promise(setImmediate);
    this.#decoders.close();
    await this.#detector.close();
  }

  async #watch(config: WatchedCameraConfig): Promise<void> {
    const known = this.#cameras.get(config.id);
    if (known && sameStream(known.config, config)) return known.rebind(config, this.#settings.timeZone);
    if (known) await this.#unwatch(config.id);
    const camera = new WatchedCamera(config, this.#settings.timeZone, this.#detector.classes, this.#decoders, {
      onDue: (due) => {
        this.#turns.ask(due);
        this.#wake();
      },
      onState: (state, reason, code) => this.#tell({ kind: 'camera-state', cameraId: config.id, state, reason, code }),
      onPictureFault: (fault) => this.#tell({ kind: 'picture-fault', cameraId: config.id, fault }),
      onFingerprint: (drawing, fingerprint) =>
        this.#tell({ kind: 'view-fingerprint', cameraId: config.id, drawing, fingerprint }),
    });
    this.#cameras.set(config.id, camera);
  }

  async #unwatch(id: string): Promise<void> {
    const camera = this.#cameras.get(id);
    if (!camera) return;
    this.#cameras.delete(id);
    this.#turns.leave(camera);
    await camera.close();
  }

  #wake(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    for (;;) {
      const wanted = this.#wantedPictures.shift();
      if (wanted) this.#showPicture(wanted);
      const camera = this.#turns.next();
      if (!camera && !wanted) break;
      if (camera && this.#cameras.get(camera.config.id) === camera) {
        try {
          await this.#analyse(camera);
        } catch (error) {
          this.#troubles.note(`camera ${camera.config.id}`, error);
        }
      }
      // Sockets and messages have their turn between two frames.
      await new Promise(setImmediate);
    }
    this.#running = false;
  }

  async #analyse(camera: WatchedCamera): Promise<void> {
    const due = camera.takeDue();
    if (!due) return;
    const { frame } = due;
    const nowMs = frame.capturedAtMs;
    const quietMs = nowMs - camera.lastAnalysedAtMs;
    const moved = camera.gate.moved(frame);
    if (!camera.view.look(camera.gate.gray, nowMs)) return;
    if (!moved && !camera.unsettled && quietMs < this.#settings.longestQuietMs) {
      camera.gated++;
      return;
    }
    const beganAtMs = performance.now();
    await this.#detector.detect(frame, this.#detections);
    camera.inferenceMs += performance.now() - beganAtMs;
    camera.analysed++;
    camera.lastAnalysedAtMs = nowMs;
    camera.gate.keepAsReference();
    const tracks = camera.tracker.update(this.#detections, nowMs, frame.widthPx, frame.heightPx);
    const observations = camera.observer.observe(tracks, nowMs, frame.widthPx, frame.heightPx);
    camera.settle(observations, nowMs);
    const pictures = camera.pictures.turnPage(frame, observations, due.again, this.#settings.latestPictureMs);
    this.#report(camera, nowMs, observations, pictures);
  }

  #report(
    camera: WatchedCamera,
    analysedAtMs: number,
    observations: Observation[],
    pictures: Map<string, Promise<EvidencePicture[]>>,
  ): void {
    const { id: cameraId, viewId } = camera.config;
    const model = this.#detector.identity;
    const send = (encoded: SceneReport['pictures']) =>
      this.#tell({
        kind: 'scene',
        report: { cameraId, viewId, analysedAtMs, model, observations, pictures: encoded },
      });
    camera.sending = camera.sending
      .then(async () => {
        const encoded: SceneReport['pictures'] = {};
        for (const [key, list] of pictures) encoded[key] = await list;
        send(encoded);
      })
      .catch((error) => this.#troubles.note(`pictures of camera ${cameraId}`, error));
  }

  #showPicture({ requestId, cameraId }: { requestId: number; cameraId: string }): void {
    const answer = (picture: Extract<FromShard, { kind: 'picture' }>['picture']) => {
      this.#tell({ kind: 'picture', requestId, picture });
    };
    const frame = this.#cameras.get(cameraId)?.currentFrame();
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
    });
  }
}

function sameStream(a: WatchedCameraConfig, b: WatchedCameraConfig): boolean {
  return (
    JSON.stringify(a.source) === JSON.stringify(b.source) &&
    a.decode === b.decode &&
    a.viewId === b.viewId &&
    a.samplePeriodMs === b.samplePeriodMs
  );
}
