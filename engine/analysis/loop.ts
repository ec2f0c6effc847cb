import type { Frame } from '#streams/frame.ts';
import type { Observation, SceneReport } from '../contract/observation.ts';
import { lookInLanes, notLookedFor, observeInLanes } from './look.ts';
import type { ModelsInPlay } from './models-in-play.ts';
import type { WatchedPictures } from './pictures.ts';
import type { ShadowLane, Surroundings } from './shadow-lane.ts';
import { Turns } from './turns.ts';
import type { Verifiers } from './verifiers.ts';
import type { WatchedCamera } from './watched-camera.ts';

/** What was made of a picture of a camera. */
export interface AnalysedScene {
  analysedAtMs: number;
  observations: Observation[];
  notLookedFor: string[];
  pictures: WatchedPictures;
}

export interface LoopListener {
  onScene(camera: WatchedCamera, scene: AnalysedScene): void;
  /** What a version in the shadow made of a picture. */
  onShadow(camera: WatchedCamera, versionId: string, scene: Omit<SceneReport, 'cameraId' | 'viewId'>): void;
  onTrouble(of: string, error: unknown): void;
}

/**
 * The frame loop: a camera’s newest whole picture → decode → what changed → detect → track → observe → verify → report. One
 * thread, one frame at a time; what is late is replaced before it is decoded, never queued.
 */
export class FrameLoop {
  readonly #models: ModelsInPlay;
  readonly #settings: { longestQuietMs: number; latestPictureMs: number };
  readonly #listener: LoopListener;
  readonly #turns = new Turns<WatchedCamera>();
  readonly #errands: (() => void | Promise<void>)[] = [];
  /** Second models of the rules; asked while a frame is on loan. */
  verifiers: Verifiers;
  #running = false;

  constructor(
    models: ModelsInPlay,
    verifiers: Verifiers,
    settings: { longestQuietMs: number; latestPictureMs: number },
    on: LoopListener,
  ) {
    this.#models = models;
    this.verifiers = verifiers;
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

  /** Does something that decodes, or that no frame may be on loan for; the next one waits for it. */
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
    const { sight } = camera.main;
    sight.take(frame);
    if (!camera.view.look(sight.gray, nowMs)) return;
    for (const shadow of camera.shadows) shadow.offer(frame, sight.gray, this.#around(camera, shadow));
    const { longestQuietMs, latestPictureMs } = this.#settings;
    const looked = await lookInLanes(camera.lanes, frame, this.#models, { nowMs, longestQuietMs }, (error) =>
      this.#listener.onTrouble(`a model at camera ${camera.config.id}`, error),
    );
    if (looked.length === 0) {
      camera.gated++;
      camera.viewer?.unchanged(nowMs);
      return;
    }
    camera.analysed++;
    camera.lastAnalysedAtMs = nowMs;
    const observations = await observeInLanes(camera, looked, frame, this.verifiers, (error) =>
      this.#listener.onTrouble(`the verifier at camera ${camera.config.id}`, error),
    );
    const pictures = camera.pictures.turnPage(frame, observations, due.again, latestPictureMs);
    this.#listener.onScene(camera, {
      ...{ analysedAtMs: nowMs, observations, pictures },
      notLookedFor: notLookedFor(camera, looked),
    });
  }

  #around(camera: WatchedCamera, lane: ShadowLane): Surroundings {
    return {
      models: this.#models,
      verifiers: () => this.verifiers,
      longestQuietMs: this.#settings.longestQuietMs,
      withKey: <T>(use: (frame: Frame) => Promise<T>) =>
        new Promise<T | null>((resolve, reject) => {
          this.between(async () => {
            try {
              const key = camera.currentFrame();
              resolve(key && (await use(key)));
            } catch (error) {
              reject(error);
            }
          });
        }),
      onScene: (scene) => this.#listener.onShadow(camera, lane.order.version!, scene),
      onTrouble: (error) => this.#listener.onTrouble(`the shadow at camera ${camera.config.id}`, error),
    };
  }
}
