import type { LookedAt, Zone } from '#config/camera.ts';
import { type RuleName, ZONE_KIND_OF_RULE, type ZoneKind } from '#config/rule.ts';

/** A part of the picture that a model looks at by itself, in whole even pixels. */
export interface Region {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
}

/** The base is looked at before its tiles and covers all of them. */
export interface RegionPlan {
  base: Region;
  tiles: Region[];
}

export interface SizePx {
  width: number;
  height: number;
}

/** What of a camera says where its rules look. */
export interface WatchedGround {
  regions?: LookedAt | undefined;
  zones: readonly Zone[];
  algorithms: readonly { rule: RuleName; zoneKind?: ZoneKind | null | undefined; regions?: LookedAt | undefined }[];
}

/**
 * Around the zones, as a share of the longer side of their rectangle. A thing is in a zone by its bottom centre: half its
 * width sticks out sideways, and all its height at the top. How large it is nobody knows, but a zone holds at least one,
 * so its longer side says it: a van at the far kerb of a long strip is higher than the strip.
 */
const MARGIN_SHARE = 0.25;
const TOP_MARGIN_SHARE = 0.5;
/** Below this, linear, a region shows a thing hardly larger than the whole picture does. */
const LEAST_ENLARGEMENT = 1.25;
/** A tile's side is at most so many of the model's: a thing of 40 px is 20 px for it. */
const TILE_INPUTS = 2;
/** Two neighbours share so much of a tile's side: what is smaller is whole in one of them, what is larger in the base. */
const OVERLAP_SHARE = 0.25;
/** These rules need what is outside their zones: whoever leads the dog. */
const NEED_ALL = new Set<RuleName>(['unleashed-dog']);

/** Where the model looks in a picture of `picture` pixels, for a model whose input has `input` pixels. */
export function planRegions(ground: WatchedGround, picture: SizePx, input: SizePx): RegionPlan {
  const whole: Region = { leftPx: 0, topPx: 0, widthPx: picture.width, heightPx: picture.height };
  if (ground.regions === 'whole') return { base: whole, tiles: [] };
  const around = aroundZones(ground, picture, input);
  const enlarges = around && Math.sqrt(areaPx(whole) / areaPx(around)) >= LEAST_ENLARGEMENT;
  const base = enlarges ? around : whole;
  return { base, tiles: ground.regions === 'tiles' ? tilesOf(base, input) : [] };
}

function areaPx({ widthPx, heightPx }: Region): number {
  return widthPx * heightPx;
}

/** null: a rule needs all of the picture, or there is no zone. */
function aroundZones({ zones, algorithms }: WatchedGround, picture: SizePx, input: SizePx): Region | null {
  const needsAll = algorithms.some(
    ({ rule, zoneKind, regions }) => NEED_ALL.has(rule) || zoneKind === null || regions === 'whole',
  );
  if (needsAll) return null;
  const kinds = new Set(algorithms.map(({ rule, zoneKind }) => zoneKind ?? ZONE_KIND_OF_RULE[rule]));
  const points = zones.flatMap((zone) => (kinds.has(zone.kind) ? zone.polygon : []));
  if (points.length === 0) return null;
  const xsPx = points.map(([x]) => x * picture.width);
  const ysPx = points.map(([, y]) => y * picture.height);
  const left = Math.min(...xsPx);
  const right = Math.max(...xsPx);
  const top = Math.min(...ysPx);
  const bottom = Math.max(...ysPx);
  const longerPx = Math.max(right - left, bottom - top);
  const x = spread(left - MARGIN_SHARE * longerPx, right + MARGIN_SHARE * longerPx, picture.width);
  const y = spread(top - TOP_MARGIN_SHARE * longerPx, bottom + MARGIN_SHARE * longerPx, picture.height);
  return shaped(x, y, picture, input);
}

type Span = readonly [fromPx: number, toPx: number];

function spread(fromPx: number, toPx: number, sidePx: number): Span {
  return [Math.max(0, fromPx), Math.min(sidePx, toPx)];
}

/**
 * Grows the rectangle to the model's input at least, as pixels larger than their own show nothing more, and until things
 * are no more squeezed in it than in the whole picture: its shape lies between the input's and the picture's.
 */
function shaped(x: Span, y: Span, picture: SizePx, input: SizePx): Region {
  let width = Math.max(x[1] - x[0], Math.min(input.width, picture.width));
  let height = Math.max(y[1] - y[0], Math.min(input.height, picture.height));
  const shapes = [input.width / input.height, picture.width / picture.height];
  width = Math.min(picture.width, Math.max(width, Math.min(...shapes) * height));
  height = Math.min(picture.height, Math.max(height, width / Math.max(...shapes)));
  const [leftPx, widthPx] = placed((x[0] + x[1]) / 2, width, picture.width);
  const [topPx, heightPx] = placed((y[0] + y[1]) / 2, height, picture.height);
  return { leftPx, topPx, widthPx, heightPx };
}

/** A span of so many pixels around a middle, inside the side: even, and what is cut off at one end comes at the other. */
function placed(middlePx: number, lengthPx: number, sidePx: number): [fromPx: number, lengthPx: number] {
  const length = Math.min(sidePx, 2 * Math.ceil(lengthPx / 2));
  const from = Math.min(sidePx - length, Math.max(0, middlePx - length / 2));
  return [2 * Math.floor(from / 2), length];
}

function tilesOf(base: Region, input: SizePx): Region[] {
  const [acrossPx, widthPx] = steps(base.leftPx, base.widthPx, TILE_INPUTS * input.width);
  const [downPx, heightPx] = steps(base.topPx, base.heightPx, TILE_INPUTS * input.height);
  if (acrossPx.length * downPx.length === 1) return [];
  return downPx.flatMap((topPx) => acrossPx.map((leftPx) => ({ leftPx, topPx, widthPx, heightPx })));
}

/** Where tiles begin that cover a side, as few and as short as the overlap allows, and how long each is. */
function steps(fromPx: number, sidePx: number, longestPx: number): [fromsPx: number[], lengthPx: number] {
  if (sidePx <= longestPx) return [[fromPx], sidePx];
  const count = Math.ceil((sidePx / longestPx - OVERLAP_SHARE) / (1 - OVERLAP_SHARE));
  const lengthPx = 2 * Math.ceil(sidePx / (count - (count - 1) * OVERLAP_SHARE) / 2);
  const last = sidePx - lengthPx;
  const froms = Array.from({ length: count }, (_, i) => fromPx + 2 * Math.floor((i * last) / (count - 1) / 2));
  return [froms, lengthPx];
}
