import type { CSSProperties, ReactNode } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import type { Box } from '#engine/contract/observation.ts';
import { useWords } from '../words/words.ts';

interface PictureMarksProps {
  camera: Camera;
  sizePx: readonly [number, number];
  /** Of the very picture that is shown. */
  boxes: readonly Box[];
}

/** The zones that a camera's rules look into, and what was found in the picture below. */
export function PictureMarks({ camera, sizePx: [widthPx, heightPx], boxes }: PictureMarksProps): ReactNode {
  const { t } = useWords();
  // Zones belong to the view that they were drawn on.
  const view = camera.views.find(({ id }) => id === camera.currentViewId);
  const isElsewhere = camera.pictureFault?.code === 'view-moved' || camera.pictureFault?.code === 'turned';
  const zones = isElsewhere ? [] : (view?.zones ?? []);
  return (
    <div className="marks" aria-hidden="true">
      <svg viewBox={`0 0 ${widthPx} ${heightPx}`} preserveAspectRatio="none" aria-hidden="true">
        {zones.map(({ kind, polygon }) => {
          const points = polygon.map(([x, y]) => `${x * widthPx},${y * heightPx}`).join(' ');
          return <polygon key={`${kind} ${points}`} className="zone" points={points} />;
        })}
        {boxes.map(({ xyxy: [left, top, right, bottom] }) => {
          const box = {
            x: left * widthPx,
            y: top * heightPx,
            width: Math.max(0, right - left) * widthPx,
            height: Math.max(0, bottom - top) * heightPx,
          };
          return (
            <g key={`${left},${top},${right},${bottom}`}>
              <rect {...box} className="halo" />
              <rect {...box} className="line" />
            </g>
          );
        })}
      </svg>
      {zones.map(({ kind, name, polygon }) => {
        const [x, y] = polygon.reduce((top, point) => (point[1] < top[1] ? point : top));
        return (
          <span key={`${kind} ${x},${y}`} className="zone-name" style={at(x, x, y)}>
            {name ?? t(`zone.${kind}`)}
          </span>
        );
      })}
      {boxes.map(({ xyxy: [left, top, right], class: thing, score }) => (
        <span
          key={`${left},${top},${thing}`}
          className={top < 0.1 ? 'box-name inside' : 'box-name'}
          style={at(left, right, top)}
        >
          {thing} {score.toFixed(2)}
        </span>
      ))}
    </div>
  );
}

/** Where a name stands: from its thing's left side to the right, near the picture's right side the other way. */
function at(left: number, right: number, top: number): CSSProperties {
  return left > 0.7 ? { right: percent(1 - right), top: percent(top) } : { left: percent(left), top: percent(top) };
}

const percent = (share: number): string => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
