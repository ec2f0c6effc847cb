import type { Shape } from './decoders/decoder.ts';

/** A point of the source picture, px. */
type PointPx = [x: number, y: number];

/**
 * One thing in a picture that is shown to a person, in pixels of the source picture. It is made where somebody looks: the
 * frame loop knows boxes alone and keeps them in columns ({@link Detections}).
 */
export interface Finding {
  label: string;
  /** 0..1. */
  score: number;
  boxXyxyPx: [number, number, number, number];
  /** The four corners of a turned box, around which the box lies. */
  cornersPx?: PointPx[];
  keypoints?: { atPx: PointPx; score: number }[];
  /** The outline of the largest piece of its mask; empty where the mask is. */
  outlinePx?: PointPx[];
}

/** From the decoder's unit to pixels of the source: x · scaleX + offsetX. */
export interface ToSource {
  scaleX: number;
  scaleY: number;
  offsetXPx: number;
  offsetYPx: number;
}

function points(flat: readonly number[], { scaleX, scaleY, offsetXPx, offsetYPx }: ToSource): PointPx[] {
  const all: PointPx[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    all.push([flat[i]! * scaleX + offsetXPx, flat[i + 1]! * scaleY + offsetYPx]);
  }
  return all;
}

/** What a decoder knows of a row's shape, in pixels of the source. */
export function shapeInSource(shape: Shape, to: ToSource): Pick<Finding, 'cornersPx' | 'keypoints' | 'outlinePx'> {
  const { corners, keypoints, outline } = shape;
  return {
    ...(corners && { cornersPx: points(corners, to) }),
    ...(keypoints && {
      keypoints: points(keypoints.points, to).map((atPx, i) => ({ atPx, score: keypoints.scores[i]! })),
    }),
    ...(outline && { outlinePx: points(outline, to) }),
  };
}
