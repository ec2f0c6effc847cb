import type { Camera, CameraPatch, ShippedRule } from '#engine/contract/camera.ts';
import { type CalibratedCamera, fitGround, type GroundFit } from '#engine/contract/ground.ts';
import type { Point } from '#engine/contract/homography.ts';
import { polygonFault } from '#engine/contract/polygon.ts';

type View = Camera['views'][number];
export type Zone = View['zones'][number];

/** A reference point under work: where it is in the picture and on earth, as far as that was told. */
export interface Pair {
  xy: [number, number] | null;
  lngLat: [number, number] | null;
}

export interface DraftView {
  id: string;
  zones: Zone[];
  pairs: Pair[];
}

/** What a person makes of a camera's drawings before it is saved. */
export interface Draft {
  views: DraftView[];
  rules: ShippedRule[];
}

export function draftOf({ views, algorithms }: Pick<Camera, 'views' | 'algorithms'>): Draft {
  return {
    views: views.map(({ id, zones, calibration = [] }) => ({ id, zones, pairs: calibration })),
    rules: algorithms.map(({ rule }) => rule),
  };
}

/** What to send; settings that are not drawn here stay as the camera has them. */
export function patchOf(draft: Draft, { views, algorithms, revision }: Camera): CameraPatch {
  return {
    revision,
    views: views.map((view) => {
      const { calibration: _, ...kept } = view;
      const drawn = draft.views.find(({ id }) => id === view.id);
      if (!drawn) return view;
      const calibration = wholePairs(drawn.pairs);
      return { ...kept, zones: drawn.zones, ...(calibration.length > 0 && { calibration }) };
    }),
    algorithms: draft.rules.map((rule) => algorithms.find((bound) => bound.rule === rule) ?? { rule }),
  };
}

export const isSame = (a: Draft, b: Draft): boolean => JSON.stringify(a) === JSON.stringify(b);

type WholePair = { xy: [number, number]; lngLat: [number, number] };

export const wholePairs = (pairs: readonly Pair[]): WholePair[] =>
  pairs.flatMap(({ xy, lngLat }) => (xy && lngLat ? [{ xy, lngLat }] : []));

/** What the whole pairs say of the ground; null: there is none. */
export function fitOf(camera: CalibratedCamera, pairs: readonly Pair[]): GroundFit | null {
  const whole = wholePairs(pairs);
  return whole.length === 0 ? null : fitGround(camera, whole);
}

/** Why a draft cannot be saved as it is. */
export type Hindrance = 'zone' | 'unfinished' | 'calibration';

export function hindranceOf(draft: Draft, camera: CalibratedCamera): Hindrance | null {
  for (const { zones, pairs } of draft.views) {
    if (zones.some(({ polygon }) => polygonFault(polygon) !== null)) return 'zone';
    if (pairs.some(({ xy, lngLat }) => !xy || !lngLat)) return 'unfinished';
    if ((fitOf(camera, pairs)?.fault ?? null) !== null) return 'calibration';
  }
  return null;
}

const share = (value: number): number => Math.min(1, Math.max(0, Math.round(value * 1e5) / 1e5));

/** A point within the picture, to a hundred-thousandth of its sides. */
export const inPicture = ([x, y]: Point): [number, number] => [share(x), share(y)];

/** Degrees to seven places: a centimetre. */
export const onMap = ([lng, lat]: Point): [number, number] => [
  Math.round(lng * 1e7) / 1e7,
  Math.round(lat * 1e7) / 1e7,
];

/** Reads "116.30741, 37.45342"; null: it is no place on earth. */
export function readPlace(text: string): [number, number] | null {
  const parts = text
    .trim()
    .split(/[\s,，]+/)
    .map(Number);
  const [lng = Number.NaN, lat = Number.NaN] = parts;
  const good = parts.length === 2 && Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
  return good ? onMap([lng, lat]) : null;
}
