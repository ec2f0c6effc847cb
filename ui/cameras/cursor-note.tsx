import type { CSSProperties, ReactNode } from 'react';
import type { Point } from '#engine/contract/homography.ts';
import type { PlacedPoint } from '../map/picture-on-ground.ts';
import { sayLngLat } from '../words/say.ts';
import { useWords } from '../words/words.ts';

interface CursorNoteProps {
  at: Point;
  /** null: beyond the calibration's reach. */
  placed: PlacedPoint | null;
  reachM: number;
}

/** Where the point under the cursor lies on earth, and how far off an alert there may be. */
export function CursorNote({ at: [x, y], placed, reachM }: CursorNoteProps): ReactNode {
  const { t } = useWords();
  const side = (share: number, near: string, far: string): CSSProperties =>
    share > 0.6 ? { [far]: `calc(${(1 - share) * 100}% + 18px)` } : { [near]: `calc(${share * 100}% + 18px)` };
  return (
    <p
      className="cursor-note"
      data-testid="cursor-note"
      style={{ ...side(x, 'left', 'right'), ...side(y, 'top', 'bottom') }}
    >
      {placed ? (
        <>
          <b>{t('calibration.here', { metres: placed.error.majorM.toFixed(1) })}</b>
          <span>
            {t('calibration.cursorPlace', {
              place: sayLngLat(placed.lngLat),
              metres: placed.distanceM.toFixed(0),
            })}
          </span>
        </>
      ) : (
        t('calibration.beyond', { metres: reachM })
      )}
    </p>
  );
}
