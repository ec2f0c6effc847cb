import type { ReactNode } from 'react';

interface BoxesProps {
  legend: string;
  choices: readonly (readonly [value: string, name: string])[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

/** Several of a few, each with a box. */
export function Boxes({ legend, choices, chosen, onChoose }: BoxesProps): ReactNode {
  return (
    <fieldset className="skills">
      <legend>{legend}</legend>
      {choices.map(([value, name]) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ target }) =>
              onChoose(target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
            }
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
