import type { ReactNode } from 'react';
import { useWords } from '../words/words.ts';
import { areaOf, atPointer, figuresOf } from './sketch.ts';
import type { AreaDrawing } from './use-area-drawing.ts';
import { useAreaWords } from './use-area-words.ts';

/** What is told of an area while it is drawn, and the steps of drawing it. */
export function AreaSteps({ drawing }: { drawing: AreaDrawing }): ReactNode {
  const { t } = useWords();
  const { sayLength, saySize } = useAreaWords();
  const { sketch } = drawing;
  if (!sketch) return null;
  const { radiusM, lengthM, areaM2 } = figuresOf(atPointer(sketch));
  return (
    <div className="area-drawing">
      <p>{t(`area.hint.${sketch.tool}`)}</p>
      <p className="area-figures" aria-live="polite" data-testid="area-figures">
        {radiusM !== null && <span>{t('area.radius', { length: sayLength(radiusM) })}</span>}
        {lengthM !== null && <span>{t('area.length', { length: sayLength(lengthM) })}</span>}
        <span>{t('area.size', { size: saySize(areaM2) })}</span>
      </p>
      <div className="area-steps">
        <button type="button" className="button" onClick={drawing.addMiddle}>
          {t('area.middle')}
        </button>
        <button type="button" className="button" disabled={sketch.points.length === 0} onClick={drawing.undo}>
          {t('area.undo')}
        </button>
        <button type="button" className="button" onClick={drawing.cancel}>
          {t('area.cancel')}
        </button>
        <button
          type="button"
          className="button primary"
          disabled={areaOf(sketch) === null}
          data-testid="area-finish"
          onClick={drawing.finish}
        >
          {t('area.finish')}
        </button>
      </div>
    </div>
  );
}
