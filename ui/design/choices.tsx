import type { ReactNode } from 'react';
import { useWords } from '../words/words.ts';
import './choices.css';

interface ChoicesProps {
  legend: string;
  options: readonly (readonly [key: string, name: string])[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
  /** Said when there is nothing to choose from. */
  none?: string;
}

/** Several of a few, by ticking them. */
export function Choices({ legend, options, chosen, onChoose, none }: ChoicesProps): ReactNode {
  const { t } = useWords();
  return (
    <fieldset className="ticks">
      <legend>{legend}</legend>
      {options.length === 0 && <span className="quiet-line">{none ?? t('unknown')}</span>}
      {options.map(([key, name]) => (
        <label key={key}>
          <input
            type="checkbox"
            checked={chosen.includes(key)}
            onChange={(happening) =>
              onChoose(happening.target.checked ? [...chosen, key] : chosen.filter((one) => one !== key))
            }
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
