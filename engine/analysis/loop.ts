import { type Detector, newDetections } from '#models/detector.ts';
import type { Observation } from '../contract/observation.ts';
import type { WatchedPictures } from './pictures.ts';
import { Turns } from './turns.ts';
import type { Verifiers } from './verifiers.ts';
import type { WatchedCamera } from './watched-camera.ts';

export interface LoopListener {
  onScene(camera: WatchedCamera, analysedAtMs: number, observations: Observation[], pictures: WatchedPictures): void;
  onTrouble(of: string, error: unknown): void;
}

/**
 * The frame loop: a camera’s newest whole picture → decode → what changed → detect → track → observe → verify → report. One
 * thread, one frame at a time; what is late is replaced before it is decoded, never queued.
 */
export class FrameLoop {
  readonly #detector: Detector;
  readonly #verifiers: Verifiers;
  readonly #settings: { longestQuietMs: number; latestPictureMs: number };
  readonly #listener: LoopListener;
  readonly #detections = newDetections();
  readonly #turns = new Turns<WatchedCamera>();
  readonly #errands: (() => void | Promise<void>)[] = [];
  #running = false;

  constructor(
    detector: Detector,
    verifiers: Verifiers,
    settings: { longestQuietMs: number; latestPictureMs: number },
    on: LoopListener,
  ) {
    this.#detector = detector;
    this.#verifiers = verifiers;
    this.#settings = settings;
    this.#listener = on;
  }

  /** A picture of the camera is due. */
  ask(camera: WatchedCamera): void {
    this.#turns.ask(camera);
    this.#wake();
  }

  leave(camera: WatchedCamera): void {
    this.#turns.leave(camera);
  }

  /** Does something that decodes, when no frame is on loan. */
  between(errand: () => void | Promise<void>): void {
    this.#errands.push(errand);
    this.#wake();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running) await new Promise(setImmediate);
  }

  #wake(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    for (;;) {
      const errand = this.#errands.shift();
      const camera = this.#turns.next();
      if (!camera && !errand) break;
      try {
        await errand?.();
        if (camera) await this.#analyse(camera);
      } catch (error) {
        this.#listener.onTrouble(camera ? `camera ${camera.config.id}` : 'a picture that was asked for', error);
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
    camera.sight.take(frame);
    if (!camera.view.look(camera.sight.gray, nowMs)) return;
    const order = { nowMs, open: camera.open, longestQuietMs: this.#settings.longestQuietMs };
    if (!(await camera.sight.look(frame, this.#detector, order, this.#detections))) {
      camera.gated++;
      camera.viewer?.unchanged(nowMs);
      return;
    }
    camera.analysed++;
    camera.lastAnalysedAtMs = nowMs;
    const tracks = camera.tracker.update(this.#detections, nowMs, frame.widthPx, frame.heightPx);
    camera.viewer?.tracks(tracks, nowMs, frame.widthPx, frame.heightPx);
    const observed = camera.observer.observe(tracks, nowMs, frame.widthPx, frame.heightPx);
    const observations = await camera.facts.verify(frame, observed, this.#verifiers, (error) =>
      this.#listener.onTrouble(`the verifier at camera ${camera.config.id}`, error),
    );
    camera.settle(observations, nowMs);
    const pictures = camera.pictures.turnPage(frame, observations, due.again, this.#settings.latestPictureMs);
    this.#listener.onScene(camera, nowMs, observations, pictures);
  }
}
