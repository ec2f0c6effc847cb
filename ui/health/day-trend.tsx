import type { CSSProperties, ReactNode } from 'react';
import type { CameraHealthReport, HealthDay } from '#engine/contract/camera-health.ts';
import '../design/day-bars.css';
import { ProblemNote } from '../design/problem-note.tsx';
import type { Asked } from '../live/use-asked.ts';
import { useWords } from '../words/words.ts';
import { goToHealth, type HealthWish, sayShare } from './health-wish.ts';

interface DayTrendProps {
  asked: Asked<CameraHealthReport>;
  wish: HealthWish;
  whole: CameraHealthReport | null;
}

/** The online rate day by day; a day opens its cameras. */
export function DayTrend({ asked: { found, problem }, wish, whole }: DayTrendProps): ReactNode {
  const { t } = useWords();
  const days = found?.days ?? [];
  const least = Math.min(1, ...days.flatMap(({ online }) => online ?? []));
  // Rates lie near 100 %: the scale begins at the ten below the least, and says so.
  const floor = Math.max(0, Math.floor(least * 10 - 0.0001) / 10);
  const name = nameOf(wish, whole) ?? t('health.whole');
  return (
    <section className="health-trend surface" aria-label={t('health.trend')}>
      <header className="list-head">
        <h2>{t('health.trend')}</h2>
        <p className="quiet-line">{name}</p>
        {(wish.county || wish.department) && (
          <button
            type="button"
            className="button plain"
            onClick={() => goToHealth({ ...wish, county: '', department: '' })}
          >
            {t('health.showAll')}
          </button>
        )}
      </header>
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {found && (
        <div className="plot">
          <p className="axis" aria-hidden="true">
            <span>100%</span>
            <span>{Math.round(floor * 100)}%</span>
          </p>
          <ol className="day-bars">
            {days.map((day) => (
              <Bar key={day.day} day={day} floor={floor} wish={wish} />
            ))}
          </ol>
          <p className="ends" aria-hidden="true">
            <span>{days[0]?.day.slice(5)}</span>
            <span>{days.at(-1)?.day.slice(5)}</span>
          </p>
        </div>
      )}
      <p className="quiet-line hint">{t('health.trendHint')}</p>
    </section>
  );
}

function Bar({ day, floor, wish }: { day: HealthDay; floor: number; wish: HealthWish }): ReactNode {
  const { t } = useWords();
  const { online, losses, cameras } = day;
  const label =
    online === null
      ? t('health.dayUnknown', { day: day.day })
      : t('health.dayLabel', { day: day.day, share: sayShare(online, ''), losses, cameras });
  const isChosen = wish.day === day.day;
  const height = online === null ? 0 : (online - floor) / (1 - floor);
  return (
    <li>
      <button
        type="button"
        className={online === null ? 'unknown' : undefined}
        disabled={online === null}
        aria-label={label}
        aria-pressed={isChosen}
        title={label}
        data-testid="health-day"
        data-day={day.day}
        style={{ '--height': height } as CSSProperties}
        onClick={() => goToHealth({ ...wish, day: isChosen ? '' : day.day })}
      />
    </li>
  );
}

function nameOf({ county, department }: HealthWish, whole: CameraHealthReport | null): string | null {
  if (department) return department;
  return (county && whole?.groups.find((group) => group.county?.code === county)?.county?.name) || null;
}
