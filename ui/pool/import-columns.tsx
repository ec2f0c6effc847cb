import { type ReactNode, useState } from 'react';
import { type ColumnMapping, FileColumn, type ImportColumn } from '#engine/contract/camera-import.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { useWords } from '../words/words.ts';

interface ImportColumnsProps {
  columns: readonly ImportColumn[];
  /** The file was refused: what its columns are taken for may be why. */
  wrong: boolean;
  onMap: (mapping: ColumnMapping) => Promise<void>;
}

/** What each column of a file is taken for, and what else it may be: then the dry run is made again. */
export function ImportColumns({ columns, wrong, onMap }: ImportColumnsProps): ReactNode {
  const { t } = useWords();
  const [chosen, setChosen] = useState<ReadonlyMap<string, FileColumn | null>>(new Map());
  const columnOf = ({ heading, column }: ImportColumn) =>
    chosen.has(heading) ? (chosen.get(heading) ?? null) : column;
  const { busy, problem, start } = useAction(() => onMap(mappingOf(columns, chosen)));
  const taken = columns.flatMap((column) => columnOf(column) ?? []);
  const twice = taken.find((key, i) => taken.indexOf(key) !== i);
  const leftOut = columns.filter((column) => columnOf(column) === null).length;
  // It stays open while somebody chooses in it.
  const [open] = useState(wrong || leftOut > 0);
  return (
    <details className="import-columns" open={open} data-testid="import-columns">
      <summary>{t('imports.columns', { taken: taken.length, left: leftOut })}</summary>
      <p className="quiet-line">{t('imports.columnsHint')}</p>
      <div className="import-rows">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('imports.heading')}</th>
              <th scope="col">{t('imports.samples')}</th>
              <th scope="col">{t('imports.takenFor')}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.heading}>
                <th scope="row">{column.heading}</th>
                <td className="quiet-line">{column.samples.join(' · ') || t('imports.blank')}</td>
                <td>
                  <select
                    aria-label={t('imports.takenForLabel', { heading: column.heading })}
                    value={columnOf(column) ?? ''}
                    onChange={(happening) => {
                      const read = FileColumn.safeParse(happening.target.value);
                      setChosen(new Map(chosen).set(column.heading, read.success ? read.data : null));
                    }}
                  >
                    <option value="">{t('imports.leftOut')}</option>
                    {FileColumn.options.map((key) => (
                      <option key={key} value={key}>
                        {t(`imports.column.${key}`)}
                      </option>
                    ))}
                  </select>{' '}
                  <span className="quiet-line">
                    {t(`imports.by.${chosen.has(column.heading) ? 'changed' : (column.by ?? 'none')}`)}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {twice && <p className="wrong">{t('imports.columnTwice', { column: t(`imports.column.${twice}`) })}</p>}
      {problem && <ProblemNote problem={problem} />}
      <button
        type="button"
        className="button"
        disabled={chosen.size === 0 || twice !== undefined || busy}
        onClick={start}
      >
        {t('imports.mapAgain')}
      </button>
    </details>
  );
}

/** What was said, by whomever; guesses are left to be guessed again. */
function mappingOf(columns: readonly ImportColumn[], chosen: ReadonlyMap<string, FileColumn | null>): ColumnMapping {
  const said = columns.filter(({ by }) => by === 'given' || by === 'remembered');
  return { ...Object.fromEntries(said.map(({ heading, column }) => [heading, column])), ...Object.fromEntries(chosen) };
}
