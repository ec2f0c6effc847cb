import { type ReactNode, useId } from 'react';

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Why the value will not do; null: it will. */
  wrong?: string | null;
  lines?: number;
  type?: 'text' | 'password' | 'number';
  autoComplete?: string;
  required?: boolean;
  focusFirst?: boolean;
  maxLength?: number;
}

/** A labelled field of one or more lines. What is wrong with it is tied to it for those who listen. */
export function TextField(props: TextFieldProps): ReactNode {
  const id = useId();
  const { label, value, wrong = null, lines = 1, required = false } = props;
  const common = {
    id,
    value,
    required,
    maxLength: props.maxLength ?? 2000,
    'aria-invalid': wrong !== null,
    'aria-describedby': wrong === null ? undefined : `${id}-wrong`,
    'data-focus-first': props.focusFirst ? '' : undefined,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {lines > 1 ? (
        <textarea {...common} rows={lines} onChange={(happening) => props.onChange(happening.target.value)} />
      ) : (
        <input
          {...common}
          type={props.type ?? 'text'}
          step={props.type === 'number' ? 'any' : undefined}
          autoComplete={props.autoComplete ?? 'off'}
          onChange={(happening) => props.onChange(happening.target.value)}
        />
      )}
      {wrong !== null && (
        <span id={`${id}-wrong`} className="wrong">
          {wrong}
        </span>
      )}
    </div>
  );
}
