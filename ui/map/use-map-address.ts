import { useCallback, useMemo, useState } from 'react';
import type { MapArea } from '#engine/contract/camera-area.ts';
import { go, useAddress } from '../addresses.ts';
import { useDesk } from '../live/use-live.ts';
import { readMapAddress, type Sightline, withMapAddress } from './map-address.ts';
import { keepLayers, keptLayers, type MapLayer } from './map-layers.ts';

/** What of the map stands in the address, and how it is put there. */
interface MapView {
  at: Sightline | null;
  layers: ReadonlySet<MapLayer>;
  area: MapArea | null;
  setAt: (at: Sightline | null) => void;
  setLayers: (layers: ReadonlySet<MapLayer>) => void;
  setArea: (area: MapArea | null) => void;
  /** The address with all of it, also what this person has by habit. */
  sharedAddress: (at: Sightline) => string;
}

/** The address goes before what the person chose here last; a choice is remembered and written into the address. */
export function useMapAddress(): MapView {
  const { account } = useDesk();
  const { search } = useAddress();
  const [kept, setKept] = useState(() => keptLayers(account.id));
  const said = useMemo(() => readMapAddress(search), [search]);
  const layers = said.layers ?? kept;
  const named = [...layers].sort().join();
  // The same layers are the same set, however often the map moves.
  // biome-ignore lint/correctness/useExhaustiveDependencies: their names are all that counts
  const stable = useMemo(() => layers, [named]);
  const setAt = useCallback((at: Sightline | null) => go(withMapAddress(location.search, { at }), 'replace'), []);
  return {
    at: said.at,
    layers: stable,
    area: said.area,
    setAt,
    setLayers: (next) => {
      keepLayers(account.id, next);
      setKept(next);
      go(withMapAddress(location.search, { layers: next }), 'replace');
    },
    setArea: (area) => go(withMapAddress(location.search, { area })),
    sharedAddress: (at) => withMapAddress(location.search, { at, layers: stable }),
  };
}
