import type { ShardProcess } from './shard-process.ts';

/** What a version does in all shards, since each of them started. */
export interface ModelCount {
  looks: number;
  lookMs: number;
  rssBytes: number;
  /** In how many of them it is open, and in how many not. */
  open: number;
  down: number;
}

export function countModels(shards: readonly ShardProcess[], versionId: string): ModelCount {
  const count: ModelCount = { looks: 0, lookMs: 0, rssBytes: 0, open: 0, down: 0 };
  for (const { models } of shards) {
    for (const model of models) {
      if (model.versionId !== versionId) continue;
      count.looks += model.looks;
      count.lookMs += model.lookMs;
      count.rssBytes += model.rssBytes;
      if (model.isOpen) count.open++;
      else count.down++;
    }
  }
  return count;
}
