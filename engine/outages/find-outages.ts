import type { OutageRule } from '#config/site.ts';
import type { OutageKind } from '../contract/outage.ts';

/** A camera that was lost just now. */
export interface LostCamera {
  id: string;
  host: string;
  subnet: string | null;
  division: string;
  department: string;
  countyCode: string | null;
  countyName: string | null;
  lostAt: Date;
  /** The open outage that it belongs to. */
  outageId: string | null;
}

/** Cameras that have a place in common and were lost together. */
export interface LostTogether {
  kind: OutageKind;
  place: string;
  cameras: LostCamera[];
}

/** The narrowest first: of two places that explain as much, that one is told. */
const KINDS: readonly OutageKind[] = ['host', 'subnet', 'area'];

const PLACE_OF: Record<OutageKind, (camera: LostCamera) => string | null> = {
  host: ({ host }) => host || null,
  subnet: ({ subnet }) => subnet,
  area: ({ division, department }) => `${division}/${department}`,
};

/** The places at which enough cameras were lost, whatever share of all that is. */
export function groupLost(lost: readonly LostCamera[], { cameras: fewest }: OutageRule): LostTogether[] {
  const groups = new Map<string, LostTogether>();
  for (const kind of KINDS) {
    for (const camera of lost) {
      const place = PLACE_OF[kind](camera);
      if (place === null) continue;
      const key = `${kind} ${place}`;
      const group = groups.get(key) ?? { kind, place, cameras: [] };
      group.cameras.push(camera);
      groups.set(key, group);
    }
  }
  return [...groups.values()].filter(({ cameras }) => cameras.length >= fewest);
}

/** What is to be written of cameras that failed together. */
export interface FoundOutage extends LostTogether {
  /** Open outages that it goes on with: the first is widened, the others become part of it. */
  outageIds: string[];
  /** Those of its cameras that no outage has yet. */
  fresh: LostCamera[];
}

/**
 * The outages among these groups: the one that explains most comes first, and no camera is told twice.
 * @param totalOf how many cameras in service a place has
 */
export function findOutages(
  groups: readonly LostTogether[],
  totalOf: (group: LostTogether) => number,
  { cameras: fewest, share }: OutageRule,
): FoundOutage[] {
  const failed = groups
    .filter((group) => group.cameras.length >= share * totalOf(group))
    .sort((a, b) => b.cameras.length - a.cameras.length || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const told = new Set<string>();
  const found: FoundOutage[] = [];
  for (const { kind, place, cameras } of failed) {
    const rest = cameras.filter(({ id }) => !told.has(id));
    if (rest.length < fewest) continue;
    for (const { id } of rest) told.add(id);
    const fresh = rest.filter(({ outageId }) => outageId === null);
    const outageIds = [...new Set(rest.flatMap(({ outageId }) => outageId ?? []))].sort();
    if (fresh.length > 0 || outageIds.length > 1) found.push({ kind, place, cameras: rest, outageIds, fresh });
  }
  return found;
}
