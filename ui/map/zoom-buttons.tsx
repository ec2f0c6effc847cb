import type { ReactNode } from 'react';
import { Glyph } from '../design/glyph.tsx';
import { useWords } from '../words/words.ts';

interface ZoomButtonsProps {
  scene: { zoomBy(levels: number): void };
  onHome: () => void;
}

/** Nearer, farther, and back to the whole: the first buttons of each map. */
export function ZoomButtons({ scene, onHome }: ZoomButtonsProps): ReactNode {
  const { t } = useWords();
  return (
    <>
      <button type="button" className="button icon" aria-label={t('map.zoomIn')} onClick={() => scene.zoomBy(1)}>
        <Glyph name="plus" />
      </button>
      <button type="button" className="button icon" aria-label={t('map.zoomOut')} onClick={() => scene.zoomBy(-1)}>
        <Glyph name="minus" />
      </button>
      <button type="button" className="button icon" aria-label={t('map.home')} onClick={onHome}>
        <Glyph name="home" />
      </button>
    </>
  );
}
