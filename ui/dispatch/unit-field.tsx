import { type ReactNode, useId } from 'react';
import { useCity } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';

interface UnitFieldProps {
  value: string;
  onChange: (unitId: string) => void;
  wrong: string | null;
}

/** Which unit a case is sent to. */
export function UnitField({ value, onChange, wrong }: UnitFieldProps): ReactNode {
  const { t, language } = useWords();
  const { units } = useCity();
  const id = useId();
  const byName = [...units.values()].sort((a, b) => a.name.localeCompare(b.name, language));
  return (
    <div className="field">
      <label htmlFor={id}>{t('dispatch.unit')}</label>
      <select
        id={id}
        value={value}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `${id}-wrong`}
        onChange={(happening) => onChange(happening.target.value)}
      >
        <option value="">{t('dispatch.chooseUnit')}</option>
        {byName.map((unit) => (
          <option key={unit.id} value={unit.id}>
            {unit.name}
          </option>
        ))}
      </select>
      {byName.length === 0 && <span className="quiet-line">{t('dispatch.noUnits')}</span>}
      {wrong !== null && (
        <span id={`${id}-wrong`} className="wrong">
          {wrong}
        </span>
      )}
    </div>
  );
}
