import type { ReactNode } from 'react';
import { useWords } from '../words/words.ts';

const CRS = ['WGS84', 'GCJ02', 'BD09'] as const;

/** What positions are in: stated by who knows it, never guessed. '': not stated yet. */
export function CrsField({ crs, onCrs }: { crs: string; onCrs: (crs: string) => void }): ReactNode {
  const { t } = useWords();
  return (
    <div className="field">
      <label htmlFor="import-crs">{t('imports.crs')}</label>
      <select id="import-crs" value={crs} onChange={(happening) => onCrs(happening.target.value)}>
        <option value="">{t('imports.chooseCrs')}</option>
        {CRS.map((one) => (
          <option key={one} value={one}>
            {t(`imports.crsName.${one}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
