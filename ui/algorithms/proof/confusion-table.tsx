import type { CSSProperties, ReactNode } from 'react';
import type { EvaluationResult } from '#engine/contract/evaluation.ts';
import { useWords } from '../../words/words.ts';

/** What was called what: rows are what it truly is, columns what it was called; the more, the brighter. */
export function ConfusionTable({ confusion }: { confusion: EvaluationResult['confusion'] }): ReactNode {
  const { t } = useWords();
  const { classes, counts } = confusion;
  const most = Math.max(1, ...counts.flat());
  const names = (last: string) => [...classes, last];
  return (
    <div className="table-scroll">
      <table className="confusion" data-testid="confusion">
        <thead>
          <tr>
            <th />
            {names(t('proof.evaluation.missed')).map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names(t('proof.evaluation.nothing')).map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {counts[row]!.map((count, column) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  key={column}
                  className={row === column ? 'right' : undefined}
                  style={{ '--share': count / most } as CSSProperties}
                >
                  {count}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
