import type { ReactNode } from 'react';
import { ZoneKind } from '#engine/contract/camera.ts';
import { polygonFault } from '#engine/contract/polygon.ts';
import { Glyph } from '../design/glyph.tsx';
import { FaultMark } from '../design/severity-mark.tsx';
import { useWords } from '../words/words.ts';
import type { Zone } from './draft.ts';
import { useZoneNames } from './zone-names.ts';

interface ZoneListProps {
  zones: readonly Zone[];
  selected: number | null;
  editable: boolean;
  onSelect: (index: number) => void;
  onChange: (index: number, zone: Zone, act?: string) => void;
  onDelete: (index: number) => void;
}

/** The zones of a view: chosen, named, given a kind and deleted. */
export function ZoneList({ zones, selected, editable, onSelect, onChange, onDelete }: ZoneListProps): ReactNode {
  const { t } = useWords();
  const names = useZoneNames(zones);
  if (zones.length === 0)
    return (
      <div className="empty">
        <strong>{t('calibration.noZones')}</strong>
        {editable && <p>{t('calibration.noZonesHint')}</p>}
      </div>
    );
  return (
    <ul className="zone-list">
      {zones.map((zone, i) => {
        const fault = polygonFault(zone.polygon);
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a zone is known by its place among the others
            key={i}
            className={i === selected ? 'chosen' : undefined}
            data-testid="zone-line"
          >
            <button type="button" className="choose" aria-pressed={i === selected} onClick={() => onSelect(i)}>
              {names[i]}
            </button>
            {i === selected && editable && (
              <div className="edit">
                <input
                  type="text"
                  maxLength={80}
                  value={zone.name ?? ''}
                  placeholder={t('calibration.zoneName')}
                  aria-label={t('calibration.zoneName')}
                  onChange={({ target: { value } }) => {
                    const { name: _, ...unnamed } = zone;
                    onChange(i, value === '' ? unnamed : { ...unnamed, name: value }, `name-${i}`);
                  }}
                />
                <select
                  value={zone.kind}
                  aria-label={t('calibration.zoneKind')}
                  onChange={({ target }) => onChange(i, { ...zone, kind: target.value as Zone['kind'] })}
                >
                  {ZoneKind.options.map((kind) => (
                    <option key={kind} value={kind}>
                      {t(`zone.${kind}`)}
                    </option>
                  ))}
                </select>
                <button type="button" className="button" onClick={() => onDelete(i)}>
                  <Glyph name="close" /> {t('calibration.deleteZone')}
                </button>
              </div>
            )}
            {fault && (
              <p className="fault" role="status">
                <FaultMark label="" /> {t(`calibration.polygonFault.${fault}`)}
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
