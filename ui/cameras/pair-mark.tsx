import type { ReactNode } from 'react';

/** A circle, a square, a diamond, a triangle: a pair has the same on the picture and on the map. */
const OUTLINES = [
  'M16 3a13 13 0 1 0 0 26 13 13 0 0 0 0-26z',
  'M4.5 4.5h23v23h-23z',
  'M16 1.5 30.5 16 16 30.5 1.5 16z',
  'M16 1.5 31 29H1z',
] as const;

/** The mark of a pair: its number in its shape. The middle of it is the point. */
export function PairMark({ index }: { index: number }): ReactNode {
  const shape = index % OUTLINES.length;
  return (
    <svg className="pair-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d={OUTLINES[shape]} className="halo" />
      <path d={OUTLINES[shape]} className="line" />
      <circle cx="16" cy="16" r="1.6" className="dot" />
      <text x="16" y={shape === 3 ? 25.5 : 13.2} textAnchor="middle">
        {index + 1}
      </text>
    </svg>
  );
}
