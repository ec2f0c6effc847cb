import type { CameraSource } from '#config/camera.ts';
import type { FromShard } from '../analysis/messages.ts';
import type { CameraState } from '../contract/camera.ts';
import type { Box } from '../contract/observation.ts';
import { readVideoUnit, type VideoUnit } from '../contract/video-unit.ts';
import type { ShardProcess } from './shard-process.ts';

/** Takes what a viewed camera gives. */
export interface VideoTap {
  /** The number that its pictures carry; told before the first of them. */
  onOpened(channel: number): void;
  /** @param message the picture as the page gets it, header and all */
  onUnit(message: Uint8Array, unit: VideoUnit): void;
  onBoxes(capturedAtMs: number, boxes: Box[]): void;
  onState(state: CameraState): void;
}

type VideoMessage = Extract<FromShard, { kind: 'units' | 'boxes' | 'view-state' }>;

/** Which cameras are viewed, through which shard, and for whom. */
export class Views {
  readonly #taps = new Map<number, { shard: ShardProcess; cameraId: string; tap: VideoTap }>();
  #nextChannel = 1;

  open(shard: ShardProcess, camera: { id: string; source: CameraSource }, tap: VideoTap): () => void {
    const channel = this.#nextChannel++;
    this.#taps.set(channel, { shard, cameraId: camera.id, tap });
    tap.onOpened(channel);
    shard.view({ channel, cameraId: camera.id, source: camera.source });
    return () => {
      this.#taps.delete(channel);
      if (shard.viewed.get(camera.id)?.channel === channel) shard.unview(camera.id);
    };
  }

  /** Where the camera is viewed now; there it is best analysed too, since both take one stream. */
  shardOf(cameraId: string): ShardProcess | undefined {
    for (const view of this.#taps.values()) if (view.cameraId === cameraId) return view.shard;
    return undefined;
  }

  hear(message: VideoMessage): void {
    if (message.kind !== 'units') {
      const tap = this.#taps.get(message.channel)?.tap;
      if (message.kind === 'boxes') tap?.onBoxes(message.capturedAtMs, message.boxes);
      else tap?.onState(message.state);
      return;
    }
    for (const bytes of message.units) {
      const unit = readVideoUnit(bytes);
      if (unit) this.#taps.get(unit.channel)?.tap.onUnit(bytes, unit);
    }
  }

  /** It is started again with what it had; until then nothing comes. */
  shardEnded(shard: ShardProcess): void {
    for (const view of this.#taps.values()) if (view.shard === shard) view.tap.onState('offline');
  }
}
