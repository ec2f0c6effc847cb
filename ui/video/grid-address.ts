import { liveAddress } from '../addresses.ts';

export const GRIDS = [1, 4, 9, 16] as const;
export type Grid = (typeof GRIDS)[number];

/** What the grid page shows; all of it is in its address, so that it can be handed on. */
export interface GridView {
  readonly grid: Grid;
  /** A camera's id for each tile, null for an empty one; as many as `grid` says. No camera twice. */
  readonly cameras: readonly (string | null)[];
  /** Zones and boxes are drawn. */
  readonly marks: boolean;
  /** The camera that fills the page alone; null: the grid. */
  readonly enlarged: string | null;
}

/** Reads the query of the page's address; what makes no sense in it is left out. */
export function readGrid(search: string): GridView {
  const query = new URLSearchParams(search);
  const asked = (query.get('cameras') ?? '').split(',').map((id) => id.trim() || null);
  const named = asked.filter((id) => id !== null).length;
  const least = GRIDS.find((grid) => grid >= asked.length) ?? 16;
  const grid = GRIDS.find((one) => String(one) === query.get('grid')) ?? (named === 0 ? 4 : least);
  const seen = new Set<string>();
  const cameras = Array.from({ length: grid }, (_, at) => {
    const id = asked[at] ?? null;
    if (id === null || seen.has(id)) return null;
    seen.add(id);
    return id;
  });
  const enlarged = query.get('enlarged');
  return {
    grid,
    cameras,
    marks: query.get('marks') === '1',
    enlarged: enlarged !== null && seen.has(enlarged) ? enlarged : null,
  };
}

export function gridAddress({ grid, cameras, marks, enlarged }: GridView): string {
  const ids = cameras.map((id) => (id === null ? '' : encodeURIComponent(id)));
  while (ids.at(-1) === '') ids.pop();
  const parts = [`grid=${grid}`];
  if (ids.length > 0) parts.push(`cameras=${ids.join(',')}`);
  if (marks) parts.push('marks=1');
  if (enlarged !== null) parts.push(`enlarged=${encodeURIComponent(enlarged)}`);
  return `${liveAddress()}?${parts.join('&')}`;
}

/** Another number of tiles: cameras keep their order, and those that find no place are dropped. */
export function withGrid(view: GridView, grid: Grid): GridView {
  const named = view.cameras.filter((id) => id !== null);
  const cameras = grid >= view.grid ? view.cameras : named;
  return {
    ...view,
    grid,
    cameras: Array.from({ length: grid }, (_, at) => cameras[at] ?? null),
    enlarged: null,
  };
}

/** Puts a camera into a tile; where it was before is empty then. null empties the tile. */
export function withCamera(view: GridView, tile: number, id: string | null): GridView {
  const cameras = view.cameras.map((before, at) => (at === tile ? id : before === id ? null : before));
  return { ...view, cameras, enlarged: cameras.includes(view.enlarged) ? view.enlarged : null };
}
