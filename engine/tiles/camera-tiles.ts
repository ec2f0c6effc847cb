import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { readSight, type Sight } from '../accounts/sight.ts';
import type { Viewer } from '../accounts/visible-to.ts';
import { type CameraMap, EACH_DRAWN_UP_TO } from '../contract/camera-map.ts';
import type { Store } from '../store/open-store.ts';
import { countCameras, lastCameraSeq, listEach } from './count-cameras.ts';
import { encodeTile } from './encode-tile.ts';
import { readTile } from './read-tile.ts';
import type { TileAddress } from './tile-address.ts';

/** In a city some camera changes its state each second: the map follows this often, and not more. */
const VERSION_LASTS_MS = 10_000;
/** A tile of 1,000 cameras has some 60 KB. */
const CACHED_TILES = 512;
const CACHED_MAPS = 64;

/**
 * The tiles of the cameras and their counts, for each that may see other cameras. All that is heavy is done by the
 * database; what it answered is kept for as long as the version holds.
 */
export class CameraTiles {
  readonly #store: Pick<Store, 'db'>;
  readonly #tiles = new LRUCache<string, Promise<Uint8Array>>({ max: CACHED_TILES });
  readonly #maps = new LRUCache<string, Promise<CameraMap>>({ max: CACHED_MAPS });
  #version: { seq: Promise<number>; readAtMs: number } | null = null;

  constructor(store: Pick<Store, 'db'>) {
    this.#store = store;
  }

  async map(viewer: Viewer): Promise<CameraMap> {
    const sight = await readSight(this.#store.db, viewer);
    const version = versionOf(await this.#currentVersion(), sight);
    return this.#kept(this.#maps, `${scopeOf(viewer)} ${version}`, async () => {
      const counties = await countCameras(this.#store.db, sight);
      const sum = (of: 'cameras' | 'offline') => counties.reduce((total, county) => total + county[of], 0);
      const cameras = sum('cameras');
      const each = cameras > EACH_DRAWN_UP_TO ? null : await listEach(this.#store.db, sight);
      return { version, cameras, offline: sum('offline'), counties, each };
    });
  }

  /** The bytes of a vector tile, with the version that they are of. */
  async tile(viewer: Viewer, address: TileAddress): Promise<{ bytes: Uint8Array; version: string }> {
    const sight = await readSight(this.#store.db, viewer);
    const version = versionOf(await this.#currentVersion(), sight);
    const key = `${scopeOf(viewer)} ${version} ${address.z}/${address.x}/${address.y}`;
    const bytes = await this.#kept(this.#tiles, key, async () =>
      encodeTile(address, await readTile(this.#store.db, sight, address)),
    );
    return { bytes, version };
  }

  async #currentVersion(): Promise<string> {
    const nowMs = performance.now();
    if (this.#version === null || nowMs - this.#version.readAtMs > VERSION_LASTS_MS) {
      this.#version = { seq: lastCameraSeq(this.#store.db), readAtMs: nowMs };
    }
    const reading = this.#version;
    try {
      return String(await reading.seq);
    } catch (error) {
      if (this.#version === reading) this.#version = null;
      throw error;
    }
  }

  /** Asked for twice at once, it is read once; what failed is not kept. */
  #kept<T extends object>(cache: LRUCache<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
    const known = cache.get(key);
    if (known) return known;
    const reading = read();
    cache.set(key, reading);
    reading.catch(() => cache.delete(key));
    return reading;
  }
}

/** What is granted to the viewer is part of the version: what is revoked is in no tile that is asked for afterwards. */
function versionOf(seq: string, { libraryIds }: Sight): string {
  if (libraryIds.length === 0) return seq;
  return `${seq}-${createHash('sha256').update(libraryIds.join(' ')).digest('base64url').slice(0, 11)}`;
}

const scopeOf = ({ division, department }: Viewer): string => JSON.stringify([division, department]);
