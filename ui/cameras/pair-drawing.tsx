import { type ReactNode, useMemo } from 'react';
import type { Ground } from '#engine/contract/ground.ts';
import type { Point } from '#engine/contract/homography.ts';
import { gridInPicture, reachedOutline } from '../map/picture-on-ground.ts';
import { useWords } from '../words/words.ts';
import type { Pair } from './draft.ts';
import { Handle } from './handle.tsx';
import { PairMark } from './pair-mark.tsx';
import type { BoardFrame } from './picture-board.tsx';

interface PairDrawingProps {
  frame: BoardFrame;
  pairs: readonly Pair[];
  editable: boolean;
  onMove: (index: number, xy: [number, number], act: string) => void;
  onDelete: (index: number) => void;
  onFocus: (xy: [number, number]) => void;
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

/** The reference points over the picture. */
export function PairDrawing({ frame, pairs, editable, onMove, onDelete, onFocus }: PairDrawingProps): ReactNode {
  const { t } = useWords();
  return pairs.map(({ xy }, i) => {
    if (!xy) return null;
    const [x, y] = xy;
    return (
      <Handle
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair is known by its number
        key={i}
        left={percent(x)}
        top={percent(y)}
        label={t('calibration.pairInPicture', { number: i + 1 })}
        className="pair"
        testId="pair-in-picture"
        fixed={!editable}
        onFocus={() => onFocus(xy)}
        onDrag={(client, act) => onMove(i, frame.shareOf(client), act)}
        onStep={([right, down], large) => {
          const px = large ? 10 : 1;
          const to: Point = [x + (right * px) / frame.sizePx[0], y + (down * px) / frame.sizePx[1]];
          onMove(i, [Math.min(1, Math.max(0, to[0])), Math.min(1, Math.max(0, to[1]))], `pair-${i}`);
        }}
        onDelete={() => onDelete(i)}
      >
        <PairMark index={i} />
      </Handle>
    );
  });
}

/** The ground's grid as the picture shows it, and how far up the calibration is believed. */
export function GroundGrid({ ground }: { ground: Ground }): ReactNode {
  const { t } = useWords();
  const { spacingM, lines, outline } = useMemo(
    () => ({ ...gridInPicture(ground), outline: reachedOutline(ground) }),
    [ground],
  );
  return (
    <>
      <svg
        className="ground-grid"
        viewBox="0 0 1 1"
        preserveAspectRatio="none"
        aria-hidden="true"
        data-testid="ground-grid"
        data-spacing={spacingM}
      >
        {lines.map(([from, to]) => (
          <line key={`${from} ${to}`} x1={from?.[0]} y1={from?.[1]} x2={to?.[0]} y2={to?.[1]} />
        ))}
        <polyline
          className="reach"
          points={outline
            .slice(1, -1)
            .map(([x, y]) => `${x},${y}`)
            .join(' ')}
        />
      </svg>
      <span className="grid-note">{t('calibration.grid', { metres: spacingM })}</span>
    </>
  );
}
