import type { Detections, Detector } from '#models/detector.ts';
import type { Region } from './regions.ts';
import type { WatchedRegion } from './watched-region.ts';

/** Two boxes of one group from different regions are one thing: their scale differs, and so do their edges. */
const SAME_IOU = 0.5;
/** So much of a smaller, surer box inside a larger one of its group: the larger is a mistake, as in the model's selection. */
const CONTAINED_SHARE = 0.8;
/** A box that a tile cut off is the rest of one that covers so much of it. */
const COVERED_SHARE = 0.7;
/** A box ends at a tile's edge when it comes so near, as a share of the tile's side. */
const EDGE_SHARE = 0.015;

interface Row {
  from: WatchedRegion;
  index: number;
  group: string;
  isCut: boolean;
  score: number;
}

/**
 * Writes what was found in all regions as of one picture, surest first. Only what still looks as it did when it was
 * found counts; of what was found in several regions the surest box stays, and one that is cut by a tile's inner edge
 * gives way to one that covers it.
 */
export function uniteRegions(
  regions: readonly WatchedRegion[],
  gray: Uint8Array,
  classes: Detector['classes'],
  out: Detections,
): void {
  const base = regions[0]!.region;
  const rows: Row[] = [];
  for (const from of regions) {
    const { count, classIds, scores } = from.found;
    for (let index = 0; index < count; index++) {
      if (!from.stands(index, gray)) continue;
      const { group } = classes[classIds[index]!]!;
      rows.push({ from, index, group, isCut: isCut(from, index, base), score: scores[index]! });
    }
  }
  const kept: Row[] = [];
  for (const row of rows.sort((a, b) => Number(a.isCut) - Number(b.isCut) || b.score - a.score)) {
    if (kept.length === out.scores.length) break;
    if (!kept.some((other) => other.from !== row.from && other.group === row.group && isSame(row, other)))
      kept.push(row);
  }
  kept.sort((a, b) => b.score - a.score);
  kept.forEach(({ from, index, score }, i) => {
    out.boxesXyxyPx.set(from.found.boxesXyxyPx.subarray(4 * index, 4 * index + 4), 4 * i);
    out.scores[i] = score;
    out.classIds[i] = from.found.classIds[index]!;
  });
  out.count = kept.length;
}

function isCut({ region, found }: WatchedRegion, index: number, base: Region): boolean {
  if (region === base) return false;
  const [left, top, right, bottom] = found.boxesXyxyPx.subarray(4 * index, 4 * index + 4);
  const { leftPx, topPx, widthPx, heightPx } = region;
  const nearX = EDGE_SHARE * widthPx;
  const nearY = EDGE_SHARE * heightPx;
  const ends = (px: number, edgePx: number, baseEdgePx: number, nearPx: number) =>
    Math.abs(edgePx - baseEdgePx) > nearPx && Math.abs(px - edgePx) <= nearPx;
  return (
    ends(left!, leftPx, base.leftPx, nearX) ||
    ends(top!, topPx, base.topPx, nearY) ||
    ends(right!, leftPx + widthPx, base.leftPx + base.widthPx, nearX) ||
    ends(bottom!, topPx + heightPx, base.topPx + base.heightPx, nearY)
  );
}

/** Whether a box shows what one does that comes before it. */
function isSame(row: Row, other: Row): boolean {
  const a = row.from.found.boxesXyxyPx;
  const b = other.from.found.boxesXyxyPx;
  const i = 4 * row.index;
  const k = 4 * other.index;
  const width = Math.min(a[i + 2]!, b[k + 2]!) - Math.max(a[i]!, b[k]!);
  const height = Math.min(a[i + 3]!, b[k + 3]!) - Math.max(a[i + 1]!, b[k + 1]!);
  if (width <= 0 || height <= 0) return false;
  const shared = width * height;
  const own = (a[i + 2]! - a[i]!) * (a[i + 3]! - a[i + 1]!);
  const others = (b[k + 2]! - b[k]!) * (b[k + 3]! - b[k + 1]!);
  if (shared > SAME_IOU * (own + others - shared)) return true;
  return row.isCut ? shared >= COVERED_SHARE * own : own > others && shared >= CONTAINED_SHARE * others;
}
