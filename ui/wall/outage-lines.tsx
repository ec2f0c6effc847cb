import type { ReactNode } from 'react';
import type { Outage } from '#engine/contract/outage.ts';
import { follow, healthAddress, poolRowsAddress } from '../addresses.ts';
import { OfflineMark } from '../design/severity-mark.tsx';
import { useCity, useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

const SHOWN = 3;

/** Places whose cameras are lost together: one line for each, and nothing at all while there is none. */
export function OutageLines(): ReactNode {
  const { t } = useWords();
  const { outages } = useCity();
  if (outages.size === 0) return null;
  const all = [...outages.values()].sort((a, b) => b.lost - a.lost || a.id.localeCompare(b.id));
  return (
    <ul className="outage-lines surface" aria-label={t('outage.title')}>
      {all.slice(0, SHOWN).map((outage) => (
        <li key={outage.id}>
          <OutageLine outage={outage} />
        </li>
      ))}
      {all.length > SHOWN && (
        <li>
          <a href={healthAddress()} onClick={follow}>
            {t('outage.more', { count: all.length - SHOWN })}
          </a>
        </li>
      )}
    </ul>
  );
}

/** One place, how many of its cameras are lost, and since when; it opens the list of them. */
export function OutageLine({ outage }: { outage: Outage }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <a href={poolRowsAddress({ outage: outage.id })} onClick={follow} data-testid="outage">
      <OfflineMark label="" />
      <span className="what">
        {t('outage.where', {
          county: outage.county?.name ?? t('outage.severalCounties'),
          department: outage.department ?? t('outage.severalDepartments'),
        })}
        <small>
          {t(`outage.kind.${outage.kind}`)} ·{' '}
          {outage.endedAt === null
            ? t('outage.since', { at: sayMoment(outage.startedAt, site.timeZone) })
            : t('outage.ended', {
                from: sayMoment(outage.startedAt, site.timeZone),
                to: sayMoment(outage.endedAt, site.timeZone),
                cameras: outage.cameras,
              })}
        </small>
      </span>
      {outage.endedAt === null && (
        <span className="lost">{t('outage.lost', { lost: outage.lost, cameras: outage.cameras })}</span>
      )}
    </a>
  );
}
