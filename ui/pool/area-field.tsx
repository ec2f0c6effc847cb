import { lazy, type ReactNode, Suspense, useState } from 'react';
import { LibraryArea } from '#engine/contract/library.ts';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../words/words.ts';

/** The map is large: what draws it is loaded when it is wanted. */
const AreaMap = lazy(() => import('./area-map.tsx').then(({ AreaMap }) => ({ default: AreaMap })));

interface AreaFieldProps {
  /** GeoJSON; '': no area. */
  value: string;
  wrong: string | null;
  onChange: (value: string) => void;
}

/** A library's area: drawn on the map, or given as GeoJSON. */
export function AreaField({ value, wrong, onChange }: AreaFieldProps): ReactNode {
  const { t } = useWords();
  const [onMap, setOnMap] = useState(false);
  return (
    <div className="area-field">
      <div className="actions">
        <button type="button" className="button" aria-expanded={onMap} onClick={() => setOnMap(!onMap)}>
          {t(onMap ? 'library.areaMapClose' : 'library.areaMapOpen')}
        </button>
        {value !== '' && (
          <button type="button" className="button plain" onClick={() => onChange('')}>
            {t('library.areaClear')}
          </button>
        )}
      </div>
      {onMap && (
        <Suspense fallback={<p className="quiet-line">{t('map.loading')}</p>}>
          <AreaMap
            corners={cornersOf(value)}
            onDraw={(corners) => onChange(JSON.stringify({ type: 'Polygon', coordinates: [[...corners, corners[0]]] }))}
          />
        </Suspense>
      )}
      <TextField
        label={t('library.areaField')}
        value={value}
        wrong={wrong}
        onChange={onChange}
        lines={onMap ? 2 : 3}
        maxLength={40_000}
      />
    </div>
  );
}

/** The corners of what is typed, as far as it is an area. */
function cornersOf(value: string): [number, number][] {
  try {
    const read: unknown = JSON.parse(value);
    const isFeature = typeof read === 'object' && read !== null && 'geometry' in read;
    const area = LibraryArea.safeParse(isFeature ? read.geometry : read);
    return area.success ? area.data.coordinates[0]!.slice(0, -1) : [];
  } catch {
    return [];
  }
}
