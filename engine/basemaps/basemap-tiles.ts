import type { Counties } from '../cameras/counties.ts';
import type { Basemap } from '../contract/basemap.ts';
import type { TileAddress } from '../tiles/tile-address.ts';

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

/** What a base map is opened with. */
export interface BasemapSurroundings {
  siteDir: string;
  cacheDir: string;
  key: string | null;
  counties: Counties;
  say: (line: string) => void;
}
