import type { CSSProperties, ReactNode } from 'react';
import type { CaseRates, RateGroup } from '#engine/contract/case-rates.ts';
import '../design/day-bars.css';
import type { Asked } from '../live/use-asked.ts';
import { useWords } from '../words/words.ts';
import { sayRate } from './say-rate.ts';
import { goToAppraisal, type Wish } from './wish.ts';

const DAY_MS = 86_400_000;

/** The chosen rate day by day, days without any as gaps; a day narrows the page to it. */
export function RateTrend({ asked: { found }, wish }: { asked: Asked<CaseRates>; wish: Wish }): ReactNode {
  const { t } = useWords();
  const title = t('appraisal.trend', { rate: t(`appraisal.rate.${wish.rate}`) });
  const days = found ? daysOf(found) : [];
  return (
    <section className="rate-trend surface" aria-label={title}>
      <header className="list-head">
        <h2>{title}</h2>
        <p className="quiet-line">{t(`appraisal.hint.${wish.rate}`)}</p>
      </header>
      {found ? (
        <div className="plot">
          <p className="axis" aria-hidden="true">
            <span>100%</span>
            <span>0%</span>
          </p>
          <ol className="day-bars">
            {days.map(({ day, group }) => (
              <Bar key={day} day={day} group={group} wish={wish} />
            ))}
          </ol>
          <p className="ends" aria-hidden="true">
            <span>{days[0]?.day.slice(5)}</span>
            <span>{days.at(-1)?.day.slice(5)}</span>
          </p>
        </div>
      ) : (
        <p className="waiting quiet-line">{t('loading')}</p>
      )}
    </section>
  );
}

function Bar({ day, group, wish }: { day: string; group: RateGroup | undefined; wish: Wish }): ReactNode {
  const { t } = useWords();
  const count = group?.rates[wish.rate] ?? { part: 0, whole: 0 };
  const label = t('appraisal.dayLabel', { day, rate: sayRate(count) ?? t('unknown'), ...count });
  const isEmpty = count.whole === 0;
  return (
    <li>
      <button
        type="button"
        className={isEmpty ? 'unknown' : undefined}
        disabled={isEmpty}
        aria-label={label}
        title={label}
        data-testid="rate-day"
        data-day={day}
        style={{ '--height': isEmpty ? 0 : count.part / count.whole } as CSSProperties}
        onClick={() => goToAppraisal({ ...wish, days: 0, from: day, until: day })}
      />
    </li>
  );
}

/** All days of the span; the API leaves out those on which nothing began. */
function daysOf({ total: { from, until }, groups }: CaseRates): { day: string; group: RateGroup | undefined }[] {
  const byDay = new Map(groups.map((group) => [group.key, group]));
  const days = [];
  for (let at = Date.parse(from); at <= Date.parse(until); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    days.push({ day, group: byDay.get(day) });
  }
  return days;
}
