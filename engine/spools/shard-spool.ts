import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nowMs } from '#streams/clock.ts';
import { ClipKeeper } from './clip-keeper.ts';

/** Some two hundred cameras with 10 s of every frame at 2 Mbit/s. */
const LIMIT_BYTES = 512 * 1024 * 1024;

interface SpoolFigures {
  /** Held now. */
  bytes: number;
  /** Let go before their time, since the spool was full. */
  letGoBytes: number;
  clipsCut: number;
}

/** All that a shard keeps for clips, within a limit: the oldest pictures make way, whosesoever they are. */
export class ShardSpool {
  readonly #folder: string;
  readonly #limitBytes: number;
  readonly #keepers = new Set<ClipKeeper>();
  #count = 0;
  readonly figures: SpoolFigures = { bytes: 0, letGoBytes: 0, clipsCut: 0 };

  /**
   * What a shard that was killed left in the folder is removed.
   * @param folder of this shard alone
   */
  static async open(folder: string, limitBytes = LIMIT_BYTES): Promise<ShardSpool> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return new ShardSpool(folder, limitBytes);
  }

  private constructor(folder: string, limitBytes: number) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  keeper(): ClipKeeper {
    const name = String(this.#count++);
    const keeper: ClipKeeper = new ClipKeeper(this.#folder, name, {
      onBytes: (change) => {
        this.figures.bytes += change;
        if (change > 0 && this.figures.bytes > this.#limitBytes) this.#makeRoom();
      },
      onCut: () => {
        this.figures.clipsCut++;
      },
      onClose: () => this.#keepers.delete(keeper),
    });
    this.#keepers.add(keeper);
    return keeper;
  }

  /** Where a finished cut is put for whoever makes a clip of it. */
  cutFile(name: string): string {
    return join(this.#folder, `cut-${name}`);
  }

  /** Called now and then. */
  tidy(): void {
    for (const keeper of this.#keepers) keeper.tidy(nowMs());
  }

  #makeRoom(): void {
    let oldest: ClipKeeper | null = null;
    for (const keeper of this.#keepers) {
      if (keeper.oldestAtMs !== null && (oldest === null || keeper.oldestAtMs < oldest.oldestAtMs!)) oldest = keeper;
    }
    if (oldest) this.figures.letGoBytes += oldest.letOldestGo();
  }
}
