import { type ReactNode, useEffect, useState } from 'react';
import { CaseRates } from '#engine/contract/case-rates.ts';
import { appraisalAddress, auditAddress, dispatchAddress, follow, go, useAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { mayDispatch } from '../dispatch/case-filter.ts';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useSaidOfNow } from '../live/clock.ts';
import { useAsked } from '../live/use-asked.ts';
import { useDesk } from '../live/use-live.ts';
import { sayDay, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import './appraisal.css';
import { RateRows } from './rate-rows.tsx';
import { RateTable } from './rate-table.tsx';
import { RateTiles } from './rate-tiles.tsx';
import { RateTrend } from './rate-trend.tsx';
import { casesQuery, DAYS, goToAppraisal, readWish, type Wish } from './wish.ts';

const FOLLOWS_EVERY_MS = 30_000;

/** How well cases are handled: each rate as it is, as it was, day by day, by county, unit and class, down to its rows. */
export function AppraisalPage(): ReactNode {
  const { t } = useWords();
  const { site, account } = useDesk();
  const { search } = useAddress();
  const wish = readWish(search);
  const today = useSaidOfNow((nowMs) => sayDay(nowMs, site.timeZone));
  const seq = useTurns(FOLLOWS_EVERY_MS);
  const query = casesQuery(wish, today);
  const byDay = useAsked(CaseRates, `/api/case-rates?by=day&${query}`, seq);
  // The table shows all its groups, whichever of them is chosen.
  const groups = useAsked(
    CaseRates,
    `/api/case-rates?by=${wish.by}&${casesQuery({ ...wish, [wish.by]: '' }, today)}`,
    seq,
  );
  useKeys({ escape: () => go(search ? appraisalAddress() : dispatchAddress()) });
  const rates = byDay.found;
  const mayExport = mayDispatch(account);
  return (
    <div className="pool appraisal" data-testid="appraisal">
      <Header />
      <main>
        <section className="appraisal-now surface" aria-label={t('appraisal.title')}>
          <header className="list-head">
            <h2>{t('appraisal.title')}</h2>
            {rates && (
              <p className="quiet-line">
                {t('appraisal.span', { from: rates.total.from, until: rates.total.until })}
                {' · '}
                {t('appraisal.asOf', { at: sayMoment(rates.asOf, site.timeZone) })}
                {' · '}
                {t('appraisal.coverage', rates.coverage)}
              </p>
            )}
            <Span wish={wish} today={today} />
            {mayExport && (
              <p className="exports">
                {(['csv', 'xlsx'] as const).map((ending) => (
                  <a key={ending} className="button" href={`/api/case-rates.${ending}?by=${wish.by}&${query}`} download>
                    {t('appraisal.export', { ending: ending.toUpperCase() })}
                  </a>
                ))}
              </p>
            )}
            {account.roles.includes('administrator') && (
              <a className="button plain" href={auditAddress()} onClick={follow}>
                {t('audit.title')}
              </a>
            )}
          </header>
          <Narrowed wish={wish} />
          {byDay.problem && <ProblemNote problem={byDay.problem} kept={rates !== null} />}
          <RateTiles rates={rates} wish={wish} />
        </section>
        <RateTrend asked={byDay} wish={wish} />
        <RateTable asked={groups} wish={wish} />
        <RateRows wish={wish} query={query} seq={seq} count={rates?.total.rates[wish.rate] ?? null} />
      </main>
    </div>
  );
}

/** Which days: the last few weeks by a button, or any by their dates. */
function Span({ wish, today }: { wish: Wish; today: string }): ReactNode {
  const { t } = useWords();
  const shown = casesQuery(wish, today);
  const [from, until] = [shown.get('from') ?? '', shown.get('until') ?? ''];
  const choose = (span: { from: string; until: string }) => {
    if (span.from && span.until && span.from <= span.until) goToAppraisal({ ...wish, days: 0, ...span });
  };
  return (
    <fieldset className="span">
      <legend className="only-heard">{t('appraisal.days')}</legend>
      <div className="tabs" role="radiogroup" aria-label={t('appraisal.days')}>
        {DAYS.map((days) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button
            key={days}
            type="button"
            role="radio"
            aria-checked={wish.days === days}
            onClick={() => goToAppraisal({ ...wish, days, from: '', until: '' })}
          >
            {t('appraisal.lastDays', { days })}
          </button>
        ))}
      </div>
      <label>
        <span className="only-heard">{t('appraisal.from')}</span>
        <input type="date" value={from} max={until} onChange={({ target }) => choose({ from: target.value, until })} />
      </label>
      <span aria-hidden="true">–</span>
      <label>
        <span className="only-heard">{t('appraisal.until')}</span>
        <input
          type="date"
          value={until}
          min={from}
          max={today}
          onChange={({ target }) => choose({ from, until: target.value })}
        />
      </label>
    </fieldset>
  );
}

/** What all the numbers are narrowed to, each to be taken away again. */
function Narrowed({ wish }: { wish: Wish }): ReactNode {
  const { t } = useWords();
  const chosen = (['county', 'unit', 'class'] as const).filter((by) => wish[by] !== '');
  if (chosen.length === 0) return null;
  return (
    <p className="narrowed">
      <span className="quiet-line">{t('appraisal.only')}</span>
      {chosen.map((by) => (
        <button
          key={by}
          type="button"
          className="button"
          aria-label={t('appraisal.notOnly', { name: wish[by] })}
          onClick={() => goToAppraisal({ ...wish, [by]: '' })}
        >
          {t(`appraisal.by.${by}`)} {wish[by]} ×
        </button>
      ))}
    </p>
  );
}

/** A number that grows as time passes. */
function useTurns(everyMs: number): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((one) => one + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return turn;
}
