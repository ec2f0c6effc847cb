import { type CSSProperties, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { type Camera, hasRules } from '#engine/contract/camera.ts';
import type { Point } from '#engine/contract/homography.ts';
import { OfflineMark } from '../design/severity-mark.tsx';
import { useNowMs } from '../live/clock.ts';
import { STALE_AFTER_MS, useCurrentPicture } from '../pictures/use-current-picture.ts';
import '../pictures/pictures.css';
import { sayAge, sayDuration } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { inPicture } from './draft.ts';

/** The picture's size, and where a point of the window lies in it. */
export interface BoardFrame {
  sizePx: Point;
  shareOf: (client: Point) => [number, number];
}

interface PictureBoardProps {
  camera: Camera;
  /** Whether a click means something: the pointer says so. */
  clickable: boolean;
  onClick: (xy: [number, number]) => void;
  onHover: (xy: [number, number] | null) => void;
  /** What lies over the picture. */
  children: (frame: BoardFrame) => ReactNode;
}

const UNKNOWN_SIZE_PX: Point = [1920, 1080];

/** A camera's newest picture to draw on, always with its age. */
export function PictureBoard({ camera, clickable, onClick, onHover, children }: PictureBoardProps): ReactNode {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { url, capturedAtMs } = useCurrentPicture(camera);
  const [sizePx, setSizePx] = useState<Point>(UNKNOWN_SIZE_PX);
  const frame = useRef<HTMLDivElement>(null);
  const ageMs = capturedAtMs === null ? null : Math.max(0, nowMs - capturedAtMs);
  const stale = ageMs !== null && ageMs > STALE_AFTER_MS;
  const shareOf = ([x, y]: Point): [number, number] => {
    const box = frame.current?.getBoundingClientRect();
    return box && box.width > 0 ? inPicture([(x - box.left) / box.width, (y - box.top) / box.height]) : [0, 0];
  };
  const at = ({ clientX, clientY }: PointerEvent | { clientX: number; clientY: number }) => shareOf([clientX, clientY]);
  return (
    <figure className="board" aria-label={t('calibration.picture', { camera: camera.name })}>
      <div className={stale ? 'stage stale' : 'stage'}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: what a click does, handles, fields and buttons do by keys */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the same */}
        <div
          ref={frame}
          className={clickable ? 'frame clickable' : 'frame'}
          data-testid="board"
          style={{ '--w': sizePx[0], '--h': sizePx[1] } as CSSProperties}
          onClick={(click) => onClick(at(click))}
          onPointerMove={(move) => onHover(at(move))}
          onPointerLeave={() => onHover(null)}
        >
          {url ? (
            <img
              src={url}
              alt={t('camera.currentAlt', { camera: camera.name })}
              draggable={false}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setSizePx([naturalWidth, naturalHeight])}
            />
          ) : (
            <p className="no-picture">{!hasRules(camera) ? t('calibration.noPictureHint') : t('camera.noPicture')}</p>
          )}
          {children({ sizePx, shareOf })}
        </div>
        {stale && ageMs !== null && (
          <p className="stale-mark">
            <OfflineMark label={t('camera.offline')} />
            {t('camera.stale', { span: sayDuration(ageMs, language) })}
          </p>
        )}
      </div>
      <figcaption className="quiet-line">
        {ageMs === null ? t('unknown') : sayAge(ageMs, language)} · {sizePx[0]} × {sizePx[1]}
      </figcaption>
    </figure>
  );
}
