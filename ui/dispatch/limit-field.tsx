import { type ReactNode, useId } from 'react';
import { TimeLimit, TimeUnit } from '#engine/contract/case.ts';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../words/words.ts';

/** A limit as it is typed. */
interface TypedLimit {
  amount: string;
  unit: TimeUnit;
}

export const NO_LIMIT: TypedLimit = { amount: '', unit: 'working-hours' };

/** null: what was typed is none. */
export function readLimit({ amount, unit }: TypedLimit): TimeLimit | null {
  const read = TimeLimit.safeParse({ amount: Number(amount.replace(',', '.')), unit });
  return read.success ? read.data : null;
}

interface LimitFieldProps {
  value: TypedLimit;
  onChange: (value: TypedLimit) => void;
  wrong: string | null;
}

/** How much longer: a number, and what of. */
export function LimitField({ value, onChange, wrong }: LimitFieldProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  return (
    <div className="limit-field">
      <TextField
        label={t('dispatch.longer')}
        type="number"
        required
        value={value.amount}
        onChange={(amount) => onChange({ ...value, amount })}
        wrong={wrong}
      />
      <div className="field">
        <label htmlFor={id}>{t('dispatch.longerUnit')}</label>
        <select
          id={id}
          value={value.unit}
          onChange={(happening) => onChange({ ...value, unit: TimeUnit.parse(happening.target.value) })}
        >
          {TimeUnit.options.map((unit) => (
            <option key={unit} value={unit}>
              {t(`dispatch.timeUnit.${unit}`)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
