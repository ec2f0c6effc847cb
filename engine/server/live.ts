import type { CameraSource } from '#config/camera.ts';
import type { MeasuredLoad } from '../bindings/budget.ts';
import type { Health } from '../contract/health.ts';
import type { RenditionListener } from '../renditions/render.ts';
import type { OpenRendition } from '../renditions/renditions.ts';
import type { LiveRollout } from '../rollouts/read-rollout.ts';
import type { VideoTap } from '../shards/views.ts';
import type { NoFingerprint } from '../views/view-watch.ts';

/** What the running engine lends to the server; the composition root provides it. */
export interface LiveCameras {
  /** When the camera's latest picture was captured, epoch milliseconds; null: none since the start. */
  lastFrameAtMs(cameraId: string): number | null;
  /** The latest picture, as JPEG, of a camera that is analysed or looked at; null: none yet. */
  currentPicture(cameraId: string): Promise<{ jpeg: Uint8Array; capturedAtMs: number } | null>;
  /** The fingerprint of what the camera shows now, or why there is none; null: nobody answers. */
  fingerprintNow(cameraId: string): Promise<{ fingerprint: string } | { refusal: NoFingerprint } | null>;
  /**
   * Lends the camera's coded pictures, until what it answers with is called. One tap for each camera at a time; of an
   * analysed camera the one stream there is gives both.
   */
  view(camera: { id: string; source: CameraSource }, tap: VideoTap): () => void;
  /**
   * Lends what codes a camera's pictures again as H.264, until its `close`.
   * @throws Refusal when no more may be coded at once
   */
  render(listener: RenditionListener): OpenRendition;
  health(): Omit<Health, 'status'>;
  /** What the analysis took of late. */
  load(): MeasuredLoad;
  /** The engine's metrics in the Prometheus text format. */
  metricsText(): Promise<string>;
  /** Versions of algorithms were moved: what follows from it is in force when this resolves. */
  versionsMoved(): Promise<void>;
  /** How a version does, and at which cameras. */
  rollout(versionId: string): LiveRollout;
  /** A camera was created, changed or deleted: the shards take it up. */
  refresh(cameraId: string): Promise<void>;
  /** The same of many at once. */
  refreshAll(cameraIds: readonly string[]): Promise<void>;
}
