import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import type { TileAddress } from '../tiles/tile-address.ts';

/** A map of yesterday is as good as one of today; one of last year is not. */
const KEPT_MS = 30 * 86_400_000;
/** A picture's name says its type, so that nothing else need be kept of it. */
const ENDINGS: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' };

interface KeptTile {
  file: string;
  bytes: number;
}

/** Pictures of tiles on disk: what was not asked for longest goes when they would take more than `capBytes`. */
export class TileCache {
  readonly #folder: string;
  readonly #kept: LRUCache<string, KeptTile>;
  readonly #leaving = new Set<Promise<void>>();

  constructor(folder: string, capBytes: number) {
    this.#folder = folder;
    this.#kept = new LRUCache<string, KeptTile>({
      maxSize: capBytes,
      ttl: KEPT_MS,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ file }, _key, reason) => {
        // What is replaced has another file's name, or the same one with newer bytes.
        if (reason !== 'set') this.#remove(file);
      },
    });
  }

  /** Finds what an earlier run has left. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) {
      const file = path.join(this.#folder, name);
      const tile = /^(\d+-\d+-\d+)\.(png|jpg|webp)$/.exec(name);
      const { size, mtimeMs } = await stat(file);
      const ageMs = Date.now() - mtimeMs;
      if (!tile || ageMs > KEPT_MS) await rm(file, { force: true });
      else this.#kept.set(tile[1]!, { file, bytes: Math.max(1, size) }, { start: performance.now() - ageMs });
    }
  }

  async get(address: TileAddress): Promise<{ bytes: Uint8Array; mediaType: string } | null> {
    const tile = this.#kept.get(keyOf(address));
    if (!tile) return null;
    const ending = path.extname(tile.file).slice(1);
    const mediaType = Object.keys(ENDINGS).find((type) => ENDINGS[type] === ending)!;
    // Somebody may have emptied the folder: then it is asked for again.
    return readFile(tile.file).then(
      (bytes) => ({ bytes, mediaType }),
      () => null,
    );
  }

  async keep(address: TileAddress, { bytes, mediaType }: { bytes: Uint8Array; mediaType: string }): Promise<void> {
    const key = keyOf(address);
    const file = path.join(this.#folder, `${key}.${ENDINGS[mediaType]}`);
    await writeFile(`${file}.new`, bytes);
    await rename(`${file}.new`, file);
    this.#kept.set(key, { file, bytes: Math.max(1, bytes.byteLength) });
    // Larger than all that may be kept, it is not.
    if (!this.#kept.has(key)) this.#remove(file);
  }

  /** Resolves when what was to go has gone. */
  async close(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  #remove(file: string): void {
    const leaving = rm(file, { force: true }).catch(() => undefined);
    this.#leaving.add(leaving);
    void leaving.finally(() => this.#leaving.delete(leaving));
  }
}

const keyOf = ({ z, x, y }: TileAddress): string => `${z}-${x}-${y}`;
