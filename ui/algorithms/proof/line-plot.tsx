import type { ReactNode } from 'react';

interface Point {
  x: number;
  y: number;
}

interface LinePlotProps {
  title: string;
  /** What is to be seen, in words. */
  label: string;
  lines: readonly { points: readonly Point[]; kind: 'solid' | 'dashed' }[];
  /** A place that matters, with its name. */
  dot?: (Point & { name: string }) | null;
}

const SIDE = 100;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Lines in a square from 0 to 1, across and up. */
export function LinePlot({ title, label, lines, dot = null }: LinePlotProps): ReactNode {
  const at = ({ x, y }: Point) => `${(SIDE * x).toFixed(2)},${(SIDE * (1 - y)).toFixed(2)}`;
  return (
    <figure className="line-plot">
      <figcaption>{title}</figcaption>
      <div className="plot-area">
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} preserveAspectRatio="none" role="img" aria-label={`${title}: ${label}`}>
          {TICKS.map((tick) => (
            <g key={tick} className="tick">
              <line x1={0} x2={SIDE} y1={SIDE * tick} y2={SIDE * tick} />
              <line y1={0} y2={SIDE} x1={SIDE * tick} x2={SIDE * tick} />
            </g>
          ))}
          {lines.map(({ points, kind }) => (
            <polyline key={kind} className={kind} points={points.map(at).join(' ')} />
          ))}
        </svg>
        {dot && (
          <span className="plot-dot" style={{ left: `${100 * dot.x}%`, top: `${100 * (1 - dot.y)}%` }}>
            <i />
            {dot.name}
          </span>
        )}
        <span className="edge top" aria-hidden="true">
          1
        </span>
        <span className="edge bottom" aria-hidden="true">
          0
        </span>
        <span className="edge right" aria-hidden="true">
          1
        </span>
      </div>
      <p className="quiet-line">{label}</p>
    </figure>
  );
}
