import { type CSSProperties, type ReactNode, useState } from 'react';
import type { Inspection } from '#engine/contract/inspection.ts';
import { useWords } from '../words/words.ts';

type Sample = Inspection['samples'][number];
const LEAST_KEYPOINT = 0.3;

/** A sample picture with what was found in it drawn over it: boxes, turned boxes, outlines, keypoints. */
export function SamplePicture({ sample, src }: { sample: Sample; src: string }): ReactNode {
  const { t } = useWords();
  const [failed, setFailed] = useState(false);
  const { widthPx, heightPx, found } = sample;
  const flat = (points: readonly (readonly number[])[]) => points.map((point) => point.join(',')).join(' ');
  return (
    <div className="sample-picture" style={{ aspectRatio: `${widthPx} / ${heightPx}` } as CSSProperties}>
      {failed ? (
        <p className="no-picture">{t('algorithms.sampleMissing')}</p>
      ) : (
        <img src={src} alt={sample.name} onError={() => setFailed(true)} />
      )}
      <svg viewBox={`0 0 ${widthPx} ${heightPx}`} preserveAspectRatio="none" aria-hidden="true">
        {found.map(({ boxXyxyPx, cornersPx, outlinePx, keypoints = [] }) => {
          const [left, top, right, bottom] = boxXyxyPx;
          const box = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
          return (
            <g key={boxXyxyPx.join(',')} data-testid="sample-box">
              {!cornersPx && <rect {...box} className="halo" />}
              {!cornersPx && <rect {...box} className="line" />}
              {cornersPx && <polygon points={flat(cornersPx)} className="halo" />}
              {cornersPx && <polygon points={flat(cornersPx)} className="line" />}
              {outlinePx && <polygon points={flat(outlinePx)} className="outline" />}
              {keypoints
                .filter(({ score }) => score >= LEAST_KEYPOINT)
                .map(({ atPx: [cx, cy] }) => (
                  <circle key={`${cx},${cy}`} cx={cx} cy={cy} r={widthPx / 200} className="keypoint" />
                ))}
            </g>
          );
        })}
      </svg>
      {found.slice(0, 40).map(({ label, score, boxXyxyPx: [left, top, right] }) => (
        <span
          key={`${left},${top},${label}`}
          className={top / heightPx < 0.1 ? 'box-name inside' : 'box-name'}
          style={
            left / widthPx > 0.7
              ? { right: `${100 * (1 - right / widthPx)}%`, top: `${(100 * top) / heightPx}%` }
              : { left: `${(100 * left) / widthPx}%`, top: `${(100 * top) / heightPx}%` }
          }
        >
          {label} {score.toFixed(2)}
        </span>
      ))}
    </div>
  );
}
