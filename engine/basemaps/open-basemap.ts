import type { BasemapConfig } from '#config/site.ts';
import type { BasemapSurroundings, BasemapTiles } from './basemap-tiles.ts';
import { openPmtilesFile } from './pmtiles-file.ts';
import { openTileProxy } from './tile-proxy.ts';

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
