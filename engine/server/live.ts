import type { Health } from '../contract/health.ts';
import type { NoFingerprint } from '../views/view-watch.ts';

/** What the running engine lends to the server; the composition root provides it. */
export interface LiveCameras {
  /** When the camera's latest picture was captured, epoch milliseconds; null: none since the start. */
  lastFrameAtMs(cameraId: string): number | null;
  /** The camera's latest picture as JPEG; null: none yet. */
  currentPicture(cameraId: string): Promise<{ jpeg: Uint8Array; capturedAtMs: number } | null>;
  /** The fingerprint of what the camera shows now, or why there is none; null: nobody answers. */
  fingerprintNow(cameraId: string): Promise<{ fingerprint: string } | { refusal: NoFingerprint } | null>;
  health(): Omit<Health, 'status'>;
  /** The engine's metrics in the Prometheus text format. */
  metricsText(): Promise<string>;
  /** A camera was created, changed or deleted: the shards take it up. */
  refresh(cameraId: string): Promise<void>;
}
