import { type ReactNode, useState } from 'react';
import { type CalibratedCamera, type GroundFit, REACH_M } from '#engine/contract/ground.ts';
import { Glyph } from '../design/glyph.tsx';
import { FaultMark } from '../design/severity-mark.tsx';
import { sayLngLat } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { type Pair, readPlace, wholePairs } from './draft.ts';
import { PairMark } from './pair-mark.tsx';

interface PairListProps {
  camera: CalibratedCamera;
  pairs: readonly Pair[];
  fit: GroundFit | null;
  editable: boolean;
  onPlace: (index: number, lngLat: [number, number]) => void;
  onDelete: (index: number) => void;
  onClear: () => void;
}

/** The reference points with how well each fits, and what they say of the ground. */
export function PairList({ camera, pairs, fit, editable, onPlace, onDelete, onClear }: PairListProps): ReactNode {
  const { t } = useWords();
  // Only whole pairs are fitted.
  const fitted = pairs.flatMap(({ xy, lngLat }, i) => (xy && lngLat ? [i] : []));
  const pointOf = (i: number) => (fit?.fault === null ? fit.points[fitted.indexOf(i)] : undefined);
  return (
    <div className="pair-list">
      <FitState camera={camera} pairs={pairs} fit={fit} />
      {pairs.length === 0 && (
        <div className="empty">
          <strong>{t('calibration.noPoints')}</strong>
          {editable && <p>{t('calibration.noPointsHint')}</p>}
        </div>
      )}
      <ol>
        {pairs.map((pair, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pair is known by its number
          <li key={i} data-testid="pair-line">
            <PairMark index={i} />
            <PlaceField index={i} pair={pair} editable={editable} onPlace={(lngLat) => onPlace(i, lngLat)} />
            <Residual point={pointOf(i)} />
            {editable && (
              <button
                type="button"
                className="button plain icon"
                aria-label={t('calibration.deletePair', { number: i + 1 })}
                onClick={() => onDelete(i)}
              >
                <Glyph name="close" />
              </button>
            )}
          </li>
        ))}
      </ol>
      {fit?.fault === null && fit.points.length === 4 && <p className="quiet-line">{t('calibration.noResidual')}</p>}
      {fit?.fault === null && <p className="quiet-line">{t('calibration.basis')}</p>}
      {editable && pairs.length > 0 && (
        <button type="button" className="button plain" onClick={onClear}>
          {t('calibration.clear')}
        </button>
      )}
    </div>
  );
}

function FitState({ camera, pairs, fit }: Pick<PairListProps, 'camera' | 'pairs' | 'fit'>): ReactNode {
  const { t } = useWords();
  const missing = Math.max(0, 4 - wholePairs(pairs).length);
  if (!fit)
    return (
      <p className="fit-state" data-testid="fit-state">
        {t('calibration.uncalibrated')}
      </p>
    );
  if (fit.fault === null)
    return (
      <p className="fit-state" data-testid="fit-state" data-fault="none">
        <Glyph name="check" /> {t('calibration.fits')}
        {fit.ground.misfit > 1.05 && ` · ${t('calibration.misfit', { times: fit.ground.misfit.toFixed(1) })}`}
      </p>
    );
  const points = fit.which.length > 0 ? `(${fit.which.map((i) => i + 1).join(', ')})` : '';
  const facts = { count: missing, points, metres: camera.rangeM ?? REACH_M };
  return (
    <p className="fit-state fault" data-testid="fit-state" data-fault={fit.fault}>
      <FaultMark label="" /> {t(`calibration.fault.${fit.fault}`, facts)}
    </p>
  );
}

function Residual({ point }: { point: { residualM: number; leftOutM: number | null } | undefined }): ReactNode {
  const { t } = useWords();
  if (!point || point.leftOutM === null) return <span className="quiet-line" />;
  return (
    <span className="quiet-line">
      {t('calibration.residual', { metres: point.residualM.toFixed(1) })} ·{' '}
      {t('calibration.leftOut', { metres: point.leftOutM.toFixed(1) })}
    </span>
  );
}

interface PlaceFieldProps {
  index: number;
  pair: Pair;
  editable: boolean;
  onPlace: (lngLat: [number, number]) => void;
}

/** Where a point is on earth, as it may be typed from a survey. */
function PlaceField({ index, pair: { xy, lngLat }, editable, onPlace }: PlaceFieldProps): ReactNode {
  const { t } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const known = lngLat ? `${lngLat[0].toFixed(7)}, ${lngLat[1].toFixed(7)}` : '';
  if (!editable) return <span>{lngLat ? sayLngLat(lngLat) : t('unknown')}</span>;
  const wrong = typed !== null && typed.trim() !== '' && readPlace(typed) === null;
  return (
    <span className="place-field">
      <input
        type="text"
        inputMode="decimal"
        aria-label={t('calibration.placeOf', { number: index + 1 })}
        aria-invalid={wrong}
        placeholder={t('calibration.place')}
        value={typed ?? known}
        onChange={({ target: { value } }) => {
          setTyped(value);
          const place = readPlace(value);
          if (place) onPlace(place);
        }}
        onBlur={() => wrong || setTyped(null)}
      />
      {wrong && <small className="wrong">{t('calibration.placeWrong')}</small>}
      {!xy && <small className="quiet-line">{t('calibration.next.picture', { number: index + 1 })}</small>}
    </span>
  );
}
