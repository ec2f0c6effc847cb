import type { ReactNode } from 'react';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../words/words.ts';

interface AreaFieldProps {
  /** GeoJSON; '': no area. */
  value: string;
  wrong: string | null;
  onChange: (value: string) => void;
}

/** A library's area, as GeoJSON. */
export function AreaField({ value, wrong, onChange }: AreaFieldProps): ReactNode {
  const { t } = useWords();
  return (
    <TextField
      label={t('library.areaField')}
      value={value}
      wrong={wrong}
      onChange={onChange}
      lines={3}
      maxLength={40_000}
    />
  );
}
