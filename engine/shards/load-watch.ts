import { availableParallelism } from 'node:os';
import type { Fleet } from './fleet.ts';

const SAMPLE_EVERY_MS = 5000;
const WINDOW_MS = 60_000;
/** Less than this says nothing. */
const LEAST_MS = 10_000;

interface Sample {
  atMs: number;
  cpuMs: Map<string, number>;
  cameras: Map<string, { looked: number; dropped: number }>;
}

/** What the analysis took of late, and how often it looked at each camera. */
export interface Load {
  cores: number;
  /** Over how long it was measured; 0: not yet. */
  measuredMs: number;
  /** null: not measured yet. */
  usedCores: number | null;
  /** By camera: how often it was looked at, and how many due pictures made way. */
  cameras: ReadonlyMap<string, { looked: number; dropped: number; overMs: number }>;
}

/**
 * Keeps the shards' counters of the last minute. They run from a shard's start: what went back belongs to one that was
 * started again, and is left out until two counts of it are there.
 */
export class LoadWatch {
  readonly #fleet: Pick<Fleet, 'shards' | 'figures'>;
  readonly #nowMs: () => number;
  #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(fleet: Pick<Fleet, 'shards' | 'figures'>, nowMs = () => performance.now()) {
    this.#fleet = fleet;
    this.#nowMs = nowMs;
    this.#timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS);
    this.#timer.unref();
  }

  sample(): void {
    const atMs = this.#nowMs();
    const cameras = new Map(
      [...this.#fleet.figures].map(
        ([id, { analysed, gated, passedOver, dropped }]) =>
          [id, { looked: analysed + gated + passedOver, dropped }] as const,
      ),
    );
    const cpuMs = new Map(this.#fleet.shards.map((shard) => [shard.settings.shardId, shard.cpuMs] as const));
    this.#samples = [...this.#samples.filter((one) => atMs - one.atMs <= WINDOW_MS), { atMs, cpuMs, cameras }];
  }

  read(): Load {
    const last = this.#samples.at(-1);
    const first = this.#samples[0];
    const measuredMs = last && first ? last.atMs - first.atMs : 0;
    const cores = availableParallelism();
    if (!last || measuredMs < LEAST_MS) return { cores, measuredMs: 0, usedCores: null, cameras: new Map() };
    let usedMs = 0;
    for (let i = 1; i < this.#samples.length; i++) {
      for (const [shard, cpuMs] of this.#samples[i]!.cpuMs) {
        const before = this.#samples[i - 1]!.cpuMs.get(shard);
        if (before !== undefined && cpuMs >= before) usedMs += cpuMs - before;
      }
    }
    return { cores, measuredMs, usedCores: usedMs / measuredMs, cameras: this.#cameras() };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #cameras(): Load['cameras'] {
    const read = new Map<string, { looked: number; dropped: number; overMs: number }>();
    for (let i = 1; i < this.#samples.length; i++) {
      const [before, now] = [this.#samples[i - 1]!, this.#samples[i]!];
      for (const [id, count] of now.cameras) {
        const was = before.cameras.get(id);
        if (!was || count.looked < was.looked) continue;
        const sum = read.get(id) ?? { looked: 0, dropped: 0, overMs: 0 };
        sum.looked += count.looked - was.looked;
        sum.dropped += Math.max(0, count.dropped - was.dropped);
        sum.overMs += now.atMs - before.atMs;
        read.set(id, sum);
      }
    }
    return read;
  }
}
