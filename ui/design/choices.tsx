import type { ReactNode } from 'react';
import { useWords } from '../words/words.ts';
import './choices.css';

interface ChoicesProps {
  legend: string;
  /** `closed` says why one cannot be chosen. */
  options: readonly (readonly [key: string, name: string, closed?: string | undefined])[];
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
      {options.map(([key, name, closed]) => (
        <label key={key} className={closed ? 'closed' : undefined}>
          <input
            type="checkbox"
            checked={chosen.includes(key)}
            disabled={closed !== undefined}
            onChange={(happening) =>
              onChoose(happening.target.checked ? [...chosen, key] : chosen.filter((one) => one !== key))
            }
          />
          {name} {closed && <span className="quiet-line">{closed}</span>}
        </label>
      ))}
    </fieldset>
  );
}
