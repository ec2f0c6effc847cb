import type { BasemapConfig } from '#config/site.ts';
import type { Counties } from '../cameras/counties.ts';
import type { Basemap } from '../contract/basemap.ts';
import type { TileAddress } from '../tiles/tile-address.ts';
import { openPmtilesFile } from './pmtiles-file.ts';
import { openTileProxy } from './tile-proxy.ts';

export interface BasemapTile {
  bytes: Uint8Array;
  mediaType: string;
}

/** The site's base map. */
export interface BasemapTiles {
  about: Basemap;
  /** null: there is no such tile. @throws BasemapFault when it cannot be had now */
  tile(address: TileAddress): Promise<BasemapTile | null>;
  close(): Promise<void>;
}

/** Why a tile cannot be had now; says neither key nor address. */
export class BasemapFault extends Error {}

export interface BasemapSurroundings {
  siteDir: string;
  cacheDir: string;
  key: string | null;
  counties: Counties;
  say: (line: string) => void;
}

/** null: the site has none, or it does not open, which is said; the counties are drawn all the same. */
export async function openBasemap(
  config: BasemapConfig | undefined,
  surroundings: BasemapSurroundings,
): Promise<BasemapTiles | null> {
  if (!config) return null;
  try {
    return config.kind === 'pmtiles'
      ? await openPmtilesFile(config, surroundings.siteDir)
      : await openTileProxy(config, surroundings);
  } catch (error) {
    surroundings.say(`The base map is not shown: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}
