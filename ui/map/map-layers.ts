/** What the map can show, each to be switched on and off. */
export const MAP_LAYERS = [
  ...['cameras', 'alerts', 'cases', 'units', 'officers', 'heat', 'counties', 'townships', 'cells', 'basemap'],
] as const;
export type MapLayer = (typeof MAP_LAYERS)[number];

const AT_FIRST: ReadonlySet<MapLayer> = new Set(['cameras', 'alerts', 'counties', 'basemap']);

export const isMapLayer = (name: string): name is MapLayer => (MAP_LAYERS as readonly string[]).includes(name);

/** Where a person's choice is kept in this browser. */
const keptAs = (accountId: string): string => `chengnao.layers.${accountId}`;

export function keptLayers(accountId: string): ReadonlySet<MapLayer> {
  const kept = localStorage.getItem(keptAs(accountId));
  return kept === null ? AT_FIRST : new Set(kept.split(',').filter(isMapLayer));
}

export function keepLayers(accountId: string, layers: ReadonlySet<MapLayer>): void {
  localStorage.setItem(keptAs(accountId), [...layers].join(','));
}
