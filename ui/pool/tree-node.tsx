import type { ReactNode } from 'react';

interface NodeProps {
  name: string;
  /** What is said of it besides. */
  hint?: string;
  count: number;
  chosen: boolean;
  onChoose: () => void;
}

/** A part of the pool that the list can be narrowed to. */
export function Node({ name, hint, count, chosen, onChoose }: NodeProps): ReactNode {
  return (
    <li>
      <button type="button" aria-pressed={chosen} onClick={onChoose}>
        <span>
          {name} {hint && <span className="quiet-line">{hint}</span>}
        </span>
        <b>{count.toLocaleString('en')}</b>
      </button>
    </li>
  );
}
