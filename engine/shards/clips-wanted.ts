import type { CutOutcome } from '../analysis/messages.ts';
import type { ShardProcess } from './shard-process.ts';

/** The clips that shards were asked for and have not answered: one of a shard that ended is answered for it. */
export class ClipsWanted {
  readonly #of = new Map<string, ShardProcess>();
  readonly #onClip: (alertId: string, outcome: CutOutcome) => void;

  constructor(onClip: (alertId: string, outcome: CutOutcome) => void) {
    this.#onClip = onClip;
  }

  /** @param shard where the camera is watched; absent: nowhere */
  ask(shard: ShardProcess | undefined, alert: { id: string; cameraId: string; onsetMs: number }): void {
    const { id: alertId, cameraId, onsetMs } = alert;
    if (shard?.pid === undefined) {
      this.#onClip(alertId, 'analysis-ended');
      return;
    }
    this.#of.set(alertId, shard);
    shard.tell({ kind: 'clip-wanted', cameraId, alertId, onsetMs });
  }

  answered(alertId: string, outcome: CutOutcome): void {
    if (this.#of.delete(alertId)) this.#onClip(alertId, outcome);
  }

  shardEnded(shard: ShardProcess): void {
    for (const [alertId, asked] of this.#of) if (asked === shard) this.answered(alertId, 'analysis-ended');
  }
}
