import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { PMTiles, type RangeResponse, type Source, TileType } from 'pmtiles';
import type { BasemapConfig } from '#config/site.ts';
import type { BasemapTiles } from './basemap-tiles.ts';

const MEDIA_TYPES: Partial<Record<TileType, string>> = {
  [TileType.Mvt]: 'application/vnd.mapbox-vector-tile',
  [TileType.Png]: 'image/png',
  [TileType.Jpeg]: 'image/jpeg',
  [TileType.Webp]: 'image/webp',
  [TileType.Avif]: 'image/avif',
};

/**
 * A PMTiles file of the site folder, read tile by tile.
 * @throws Error that names the file, when it is missing, no PMTiles of version 3, or of a tile type that no page draws
 */
export async function openPmtilesFile(
  config: Extract<BasemapConfig, { kind: 'pmtiles' }>,
  siteDir: string,
): Promise<BasemapTiles> {
  const file = path.resolve(siteDir, config.path);
  const handle = await open(file, 'r').catch((cause: Error) => {
    throw new Error(`${config.path} cannot be opened: ${cause.message}`, { cause });
  });
  try {
    const tiles = new PMTiles(new OpenFile(handle, file));
    const { tileType, minZoom, maxZoom, minLon, minLat, maxLon, maxLat } = await tiles.getHeader();
    const mediaType = MEDIA_TYPES[tileType];
    if (mediaType === undefined) throw new Error(`got tile type ${tileType}, expected MVT, PNG, JPEG, WebP or AVIF`);
    const kind = tileType === TileType.Mvt ? 'shapes' : 'pictures';
    const vectorLayers = kind === 'shapes' ? layersOf(await tiles.getMetadata()) : [];
    return {
      about: {
        kind,
        minZoom,
        maxZoom,
        bounds: [minLon, minLat, maxLon, maxLat],
        vectorLayers,
        attribution: config.attribution,
      },
      async tile({ z, x, y }) {
        const found = await tiles.getZxy(z, x, y);
        return found ? { bytes: new Uint8Array(found.data), mediaType } : null;
      },
      close: () => handle.close(),
    };
  } catch (cause) {
    await handle.close();
    throw new Error(`${config.path} is no base map: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

class OpenFile implements Source {
  readonly #handle: FileHandle;
  readonly #key: string;

  constructor(handle: FileHandle, key: string) {
    this.#handle = handle;
    this.#key = key;
  }

  getKey(): string {
    return this.#key;
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await this.#handle.read(bytes, 0, length, offset);
    return { data: bytes.buffer.slice(0, bytesRead) };
  }
}

function layersOf(metadata: unknown): string[] {
  const layers = typeof metadata === 'object' && metadata !== null && 'vector_layers' in metadata;
  const listed: unknown = layers ? metadata.vector_layers : [];
  return Array.isArray(listed)
    ? listed.flatMap((layer: { id?: unknown }) => (layer?.id ? [String(layer.id)] : []))
    : [];
}
