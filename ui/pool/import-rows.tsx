import { type ReactNode, useEffect, useState } from 'react';
import { type CameraImport, type ImportRow, ImportRowPage, RowOutcome } from '#engine/contract/camera-import.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { ask, asProblem } from '../live/ask.ts';
import { useWords } from '../words/words.ts';

const PAGE = 100;

/** What becomes of each row of a register, all or those of one outcome. */
export function ImportRows({ made: { id, counts } }: { made: CameraImport }): ReactNode {
  const { t } = useWords();
  const [outcome, setOutcome] = useState<RowOutcome | null>(counts.refused > 0 ? 'refused' : null);
  const [after, setAfter] = useState(0);
  const [read, setRead] = useState<{ items: ImportRow[]; next: number | null }>({ items: [], next: null });
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const query = new URLSearchParams({ after: String(after), limit: String(PAGE), ...(outcome && { outcome }) });
    ask(ImportRowPage, `/api/camera-imports/${id}/rows?${query}`, { signal: stop.signal }).then(
      ({ items, next }) => setRead((before) => ({ items: after === 0 ? items : [...before.items, ...items], next })),
      (error) => stop.signal.aborted || setProblem(asProblem(error)),
    );
    return () => stop.abort();
  }, [id, outcome, after]);
  const all = counts.added + counts.changed + counts.same + counts.refused;
  const left = (outcome ? counts[outcome] : all) - read.items.length;
  const choose = (next: RowOutcome | null) => {
    setAfter(0);
    setOutcome(next);
  };
  return (
    <>
      <div className="tabs" role="radiogroup" aria-label={t('imports.filter')}>
        {[null, ...RowOutcome.options].map((one) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button key={one ?? ''} type="button" role="radio" aria-checked={one === outcome} onClick={() => choose(one)}>
            {one ? t(`imports.outcome.${one}`) : t('imports.all')}{' '}
            <b>{(one ? counts[one] : all).toLocaleString('en')}</b>
          </button>
        ))}
      </div>
      {problem && <ProblemNote problem={problem} />}
      <div className="import-rows">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('imports.line')}</th>
              <th scope="col">{t('imports.result')}</th>
              <th scope="col">{t('imports.camera')}</th>
              <th scope="col">{t('imports.why')}</th>
            </tr>
          </thead>
          <tbody>
            {read.items.map((row) => (
              <tr key={row.n} data-testid="import-row">
                <td>{row.line}</td>
                <td className={row.outcome}>{t(`imports.outcome.${row.outcome}`)}</td>
                <td>
                  {row.name || t('unknown')} <span className="quiet-line">{row.cameraId ?? t('unknown')}</span>
                </td>
                <td>
                  <Why row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {read.next !== null && (
          <button type="button" className="button plain" onClick={() => setAfter(read.next ?? 0)}>
            {t('imports.more', { count: Math.min(PAGE, left) })}
          </button>
        )}
      </div>
    </>
  );
}

function Why({ row: { reasons, changes } }: { row: ImportRow }): ReactNode {
  const { t } = useWords();
  return (
    <ul>
      {reasons.map(({ code, column, got, expected }) => (
        <li key={`${code} ${column}`}>
          {t(`imports.reason.${code}`, { expected: expected ?? '' })}
          {column && code === 'bad-value' && ` · ${t(`imports.column.${column}`)}`}
          {got && <span className="quiet-line"> {got}</span>}
        </li>
      ))}
      {changes.map(({ column, before, after }) => (
        <li key={column}>
          {before === null && after === null
            ? t('imports.changedSecret', { column: t(`imports.column.${column}`) })
            : t('imports.changed', {
                column: t(`imports.column.${column}`),
                before: before || t('imports.blank'),
                after: after || t('imports.blank'),
              })}
        </li>
      ))}
    </ul>
  );
}
