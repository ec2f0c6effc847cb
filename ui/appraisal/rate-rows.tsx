import { type ReactNode, useEffect, useState } from 'react';
import { type RateCount, type RateRow, RateRowPage } from '#engine/contract/case-rates.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, follow, wallAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { ask, asProblem } from '../live/ask.ts';
import { useAsked } from '../live/use-asked.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { ruleOfClass } from './say-rate.ts';
import { goToAppraisal, type Side, type Wish } from './wish.ts';

interface RateRowsProps {
  wish: Wish;
  query: URLSearchParams;
  seq: number;
  /** How many there are; null: not known yet. */
  count: RateCount | null;
}

/** The cases or alerts that the chosen rate counts: those that are in its part, those that are not. */
export function RateRows({ wish, query, seq, count }: RateRowsProps): ReactNode {
  const { t } = useWords();
  const { rate, side } = wish;
  const path = `/api/case-rates/rows?rate=${rate}&side=${side}&${query}`;
  const { found, problem } = useAsked(RateRowPage, path, seq);
  const more = useMore(path, found);
  const rows = found ? [...found.rows, ...more.rows] : [];
  const next = more.rows.length > 0 ? more.next : (found?.next ?? null);
  const title = t(`appraisal.rate.${rate}`);
  const counts: Record<Side, number | null> = {
    part: count?.part ?? null,
    rest: count && count.whole - count.part,
    whole: count?.whole ?? null,
  };
  return (
    <section className="rate-rows surface" aria-label={title}>
      <header className="list-head">
        <h2>{title}</h2>
        <div className="tabs" role="radiogroup" aria-label={title}>
          {(['part', 'rest', 'whole'] as const).map((one) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={one === side}
              data-testid={`side-${one}`}
              onClick={() => goToAppraisal({ ...wish, side: one })}
            >
              {t(`appraisal.side.${one}`)} {counts[one]?.toLocaleString('en') ?? ''}
            </button>
          ))}
        </div>
      </header>
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {found && rows.length === 0 && <p className="quiet-line none">{t('appraisal.noRows')}</p>}
      {rows.length > 0 && (
        <ul className="scroll">
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
          {next !== null && (
            <li className="more">
              <button type="button" className="button" disabled={more.busy} onClick={() => more.read(next)}>
                {t('appraisal.more')}
              </button>
              {more.problem && <ProblemNote problem={more.problem} />}
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function Row({ row }: { row: RateRow }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const key = `${row.codeset} ${row.code}`;
  const rule = ruleOfClass(site, key);
  const isCase = row.kind === 'case';
  return (
    <li data-testid="rate-row" data-id={row.id}>
      <a href={isCase ? dispatchAddress(row.id) : wallAddress(row.id)} onClick={follow}>
        <b>{rule ? t(`rule.${rule}`) : key}</b>
        {isCase && <span className="quiet-line"> {row.id}</span>}
        <span className="state">
          {isCase ? t(`dispatch.state.${row.state}` as 'dispatch.state.opened') : t('appraisal.alert')}
        </span>
        <small className="quiet-line">
          {[
            sayMoment(row.at, site.timeZone),
            row.cameraName,
            row.county?.name ?? t('appraisal.outside'),
            ...(isCase ? [row.unitName ?? t('appraisal.nobody')] : []),
          ].join(' · ')}
        </small>
      </a>
    </li>
  );
}

/** Further pages of a list, begun anew whenever its first page is read anew. */
function useMore(path: string, first: RateRowPage | null) {
  const [more, setMore] = useState<{ rows: RateRow[]; next: string | null; problem: Problem | null; busy: boolean }>(
    NONE,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another first page is followed by other ones
  useEffect(() => setMore(NONE), [path, first]);
  const read = async (after: string) => {
    setMore((before) => ({ ...before, busy: true, problem: null }));
    try {
      const page = await ask(RateRowPage, `${path}&after=${encodeURIComponent(after)}`);
      setMore(({ rows }) => ({ rows: [...rows, ...page.rows], next: page.next, problem: null, busy: false }));
    } catch (error) {
      setMore((before) => ({ ...before, problem: asProblem(error), busy: false }));
    }
  };
  return { ...more, read };
}

const NONE = { rows: [], next: null, problem: null, busy: false };
