import type { ReactNode } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import type { AreaCamera, MapArea } from '#engine/contract/camera-area.ts';
import { follow } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { OfflineMark } from '../design/severity-mark.tsx';
import { GRIDS, gridAddress } from '../video/grid-address.ts';
import { useWords } from '../words/words.ts';
import { figuresOf, type LngLat } from './sketch.ts';
import type { AreaAnswer } from './use-area-cameras.ts';
import { useAreaWords } from './use-area-words.ts';

interface AreaResultsProps {
  area: MapArea;
  aroundOf: Alert | null;
  answer: AreaAnswer;
  onShow: (cameraId: string, lngLat: LngLat) => void;
  onClear: () => void;
}

const MOST_TILES = 16;

/** The cameras of an area, those that look at it first, and one step to their video. */
export function AreaResults({ area, aroundOf, answer, onShow, onClear }: AreaResultsProps): ReactNode {
  const { t } = useWords();
  const { sayLength, saySize } = useAreaWords();
  const { found, problem, askAgain } = answer;
  const { radiusM, lengthM, areaM2 } = settledFigures(area);
  const what = area.shape === 'around-alert' ? 'circle' : area.shape;
  return (
    <div className="area-results">
      <p className="area-figures">
        <span>
          {t(`area.tool.${what}`)}
          {area.shape === 'around-alert' && aroundOf?.id === area.alertId && ` · ${aroundOf.cameraName}`}
        </span>
        {radiusM !== null && <span>{t('area.radius', { length: sayLength(radiusM) })}</span>}
        {lengthM !== null && <span>{t('area.length', { length: sayLength(lengthM) })}</span>}
        <span>{t('area.size', { size: saySize(areaM2) })}</span>
        <button type="button" className="button plain" data-testid="area-clear" onClick={onClear}>
          {t('area.clear')}
        </button>
      </p>
      {problem && (
        <>
          <ProblemNote problem={problem} />
          <button type="button" className="button" onClick={askAgain}>
            {t('retry')}
          </button>
        </>
      )}
      {!found && !problem && <p className="quiet-line">{t('area.looking')}</p>}
      {found && found.total === 0 && <p className="quiet-line">{t('area.none')}</p>}
      {found && found.total > 0 && (
        <>
          <p data-testid="area-total">
            <b>{t('area.total', { count: found.total })}</b>{' '}
            <span className="quiet-line">{t('area.byFacing', { ...found.byFacing })}</span>
          </p>
          <ToGrid cameras={found.items} />
          <ul className="area-cameras">
            {found.items.map((camera) => (
              <li key={camera.id}>
                <button
                  type="button"
                  className="area-camera"
                  data-testid="area-camera"
                  data-camera={camera.id}
                  onClick={() => onShow(camera.id, camera.lngLat)}
                >
                  {camera.state === 'offline' ? (
                    <OfflineMark label={t('camera.offline')} />
                  ) : (
                    <FacingMark of={camera} />
                  )}
                  <span className="name">
                    {camera.name}
                    <small>
                      {t(`area.facing.${camera.facing}`)}
                      {!camera.hasStream && ` · ${t('area.onlyRegistered')}`}
                    </small>
                  </span>
                  <span className="far">{sayLength(camera.distanceM)}</span>
                </button>
              </li>
            ))}
          </ul>
          {found.total > found.items.length && (
            <p className="quiet-line">{t('area.more', { count: found.total - found.items.length })}</p>
          )}
          <p className="quiet-line small">{t('area.order')}</p>
        </>
      )}
    </div>
  );
}

function ToGrid({ cameras }: { cameras: readonly AreaCamera[] }): ReactNode {
  const { t } = useWords();
  const playable = cameras.filter(({ hasStream, state }) => hasStream && state !== 'offline').slice(0, MOST_TILES);
  if (playable.length === 0) return <p className="quiet-line">{t('area.noVideo')}</p>;
  const grid = GRIDS.find((one) => one >= playable.length) ?? MOST_TILES;
  const ids = playable.map(({ id }) => id);
  const address = gridAddress({ grid, cameras: ids, marks: false, enlarged: null });
  return (
    <a className="button primary" data-testid="area-grid" href={address} title={t('area.gridHint')} onClick={follow}>
      <Glyph name="grid" />
      {t('area.grid', { count: playable.length })}
    </a>
  );
}

/** Where the camera looks, north up; a ring where that is not known. */
function FacingMark({ of: { headingDeg, facing } }: { of: AreaCamera }): ReactNode {
  if (headingDeg === null)
    return (
      <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="6" fill="none" stroke="#6f8aa3" strokeWidth="2.4" />
      </svg>
    );
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d="M12 3 19 20 12 16 5 20z"
        transform={`rotate(${headingDeg} 12 12)`}
        fill={facing === 'towards' ? '#c3d0dc' : 'none'}
        stroke="#8fa6bb"
        strokeWidth="2"
        strokeLinejoin="round"
      />
    </svg>
  );
}

function settledFigures(area: MapArea) {
  if (area.shape === 'polygon') return figuresOf({ tool: 'polygon', points: area.corners, pointer: null, widthM: 0 });
  if (area.shape === 'corridor')
    return figuresOf({ tool: 'corridor', points: area.line, pointer: null, widthM: area.widthM });
  return { radiusM: area.radiusM, lengthM: null, areaM2: Math.PI * area.radiusM ** 2 };
}
