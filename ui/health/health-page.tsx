import type { ReactNode } from 'react';
import { CameraHealth } from '#engine/contract/camera-health.ts';
import { follow, go, healthAddress, poolAddress, poolRowsAddress, useAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { FaultMark, OfflineMark } from '../design/severity-mark.tsx';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { OutageLine } from '../wall/outage-lines.tsx';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { DayTrend } from './day-trend.tsx';
import './health.css';
import { HealthLines } from './health-lines.tsx';
import { HealthTable } from './health-table.tsx';
import { readHealthWish } from './health-wish.ts';
import { useHealth } from './use-health.ts';

const PAST_SHOWN = 5;

/** Which cameras are broken: now, by county and department, day by day, and those that get worse. */
export function HealthPage(): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const wish = readHealthWish(useAddress().search);
  const { whole, chosen, lines, past } = useHealth(wish);
  useKeys({ escape: () => go(location.search ? healthAddress() : poolAddress()) });
  const report = whole.found;
  const isEmpty = report !== null && report.groups.length === 0;
  return (
    <div className="pool health" data-testid="health">
      <Header />
      <main>
        <section className="health-now surface" aria-label={t('health.counts')}>
          <header className="list-head">
            <h2>{t('health.title')}</h2>
            {report && <p className="quiet-line">{t('health.asOf', { at: sayMoment(report.asOf, site.timeZone) })}</p>}
            <a className="button" href={poolAddress()} onClick={follow}>
              {t('health.backToPool')}
            </a>
          </header>
          <ul className="health-counts">
            {CameraHealth.options.map((health) => (
              <li key={health}>
                <a
                  href={poolRowsAddress({ health })}
                  onClick={follow}
                  title={t(`health.hint.${health}`)}
                  data-testid={`health-${health}`}
                >
                  <span>
                    {health === 'offline' && <OfflineMark label="" />}
                    {health === 'degraded' && <FaultMark label="" />}
                    {t(`health.${health}`)}
                  </span>
                  <b>{report ? report.counts[health].toLocaleString('en') : t('unknown')}</b>
                </a>
              </li>
            ))}
          </ul>
          {whole.problem && <ProblemNote problem={whole.problem} kept={report !== null} />}
        </section>
        <Outages past={past.found?.items ?? []} />
        {isEmpty ? (
          <section className="health-table surface empty">
            <strong>{t('health.empty')}</strong>
            <p>{t('health.emptyHint')}</p>
          </section>
        ) : (
          <HealthTable report={report} wish={wish} />
        )}
        <DayTrend asked={chosen} wish={wish} whole={report} />
        <HealthLines asked={lines} wish={wish} />
      </main>
    </div>
  );
}

function Outages({ past }: { past: Parameters<typeof OutageLine>[0]['outage'][] }): ReactNode {
  const { t } = useWords();
  const { outages } = useCity();
  const over = past.filter(({ endedAt }) => endedAt !== null).slice(0, PAST_SHOWN);
  const open = [...outages.values()].sort((a, b) => b.lost - a.lost || a.id.localeCompare(b.id));
  return (
    <section className="health-outages surface" aria-label={t('outage.title')}>
      <header className="list-head">
        <h2>{t('outage.title')}</h2>
      </header>
      {open.length === 0 && <p className="quiet-line none">{t('outage.none')}</p>}
      <ul className="outage-lines">
        {open.map((outage) => (
          <li key={outage.id}>
            <OutageLine outage={outage} />
          </li>
        ))}
      </ul>
      {over.length > 0 && (
        <>
          <h3>{t('outage.past')}</h3>
          <ul className="outage-lines past">
            {over.map((outage) => (
              <li key={outage.id}>
                <OutageLine outage={outage} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
