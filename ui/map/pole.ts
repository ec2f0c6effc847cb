/** A ring of a polygon: [x, y] points, the last equal to the first or not. */
export type Ring = readonly (readonly [number, number])[];

/**
 * The place inside a polygon farthest from its outline: where a label reads best. The pole of inaccessibility by a
 * quadtree that always splits the most promising cell, after V. Agafonkin's "polylabel".
 * @param rings the outline, then its holes
 * @param precision how near to the best is near enough, in the polygon's own units
 */
export function poleOf(rings: readonly Ring[], precision: number): [number, number] {
  const outline = rings[0] ?? [];
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = Math.min(right - left, top - bottom);
  if (!(size > 0)) return [left, bottom];
  const cells: Cell[] = [];
  for (let x = left; x < right; x += size) {
    for (let y = bottom; y < top; y += size) cells.push(cellAt(x + size / 2, y + size / 2, size / 2, rings));
  }
  let best = cellAt((left + right) / 2, (bottom + top) / 2, 0, rings);
  while (cells.length > 0) {
    cells.sort((a, b) => a.most - b.most);
    const cell = cells.pop();
    if (!cell || cell.most - best.clear <= precision) break;
    if (cell.clear > best.clear) best = cell;
    const half = cell.half / 2;
    for (const dx of [-half, half])
      for (const dy of [-half, half]) cells.push(cellAt(cell.x + dx, cell.y + dy, half, rings));
  }
  return [best.x, best.y];
}

interface Cell {
  x: number;
  y: number;
  half: number;
  /** How far the middle is from the outline; negative outside. */
  clear: number;
  /** No point of the cell can be farther from the outline than this. */
  most: number;
}

function cellAt(x: number, y: number, half: number, rings: readonly Ring[]): Cell {
  const clear = clearance(x, y, rings);
  return { x, y, half, clear, most: clear + half * Math.SQRT2 };
}

function clearance(x: number, y: number, rings: readonly Ring[]): number {
  let inside = false;
  let nearest = Number.POSITIVE_INFINITY;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i];
      const b = ring[j];
      if (!a || !b) continue;
      if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
      nearest = Math.min(nearest, squareDistance(x, y, a, b));
    }
  }
  return (inside ? 1 : -1) * Math.sqrt(nearest);
}

function squareDistance(x: number, y: number, a: readonly [number, number], b: readonly [number, number]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / length));
  return (x - a[0] - along * dx) ** 2 + (y - a[1] - along * dy) ** 2;
}
