import type { Health } from '../contract/health.ts';

/** What the running engine lends to the server; the composition root provides it. */
export interface LiveCameras {
  /** When the camera's latest picture was captured, epoch milliseconds; null: none since the start. */
  lastFrameAtMs(cameraId: string): number | null;
  /** The camera's latest picture as JPEG; null: none yet. */
  currentPicture(cameraId: string): Promise<{ jpeg: Uint8Array; capturedAtMs: number } | null>;
  health(): Omit<Health, 'status'>;
  /** The engine's metrics in the Prometheus text format. */
  metricsText(): Promise<string>;
  /** A camera was created, changed or deleted: the shards take it up. */
  refresh(cameraId: string): Promise<void>;
}
