import type { ReactNode } from 'react';
import type { CameraHealth, CameraHealthReport, HealthGroup } from '#engine/contract/camera-health.ts';
import { follow, poolRowsAddress } from '../addresses.ts';
import { OfflineMark } from '../design/severity-mark.tsx';
import { useWords } from '../words/words.ts';
import { goToHealth, type HealthWish, sayShare } from './health-wish.ts';
import { DAYS } from './use-health.ts';

const COUNTED: readonly CameraHealth[] = ['online', 'degraded', 'offline', 'never-seen', 'checking', 'disabled'];

/** The cameras and their online rate by county or by department; a row narrows the rest of the page to it. */
export function HealthTable({ report, wish }: { report: CameraHealthReport | null; wish: HealthWish }): ReactNode {
  const { t } = useWords();
  const { by } = wish;
  return (
    <section className="health-table surface" aria-label={t('health.group')}>
      <header className="list-head">
        <div className="tabs" role="radiogroup" aria-label={t('health.grouping')}>
          {(['county', 'department'] as const).map((one) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={one === by}
              onClick={() => goToHealth({ ...wish, by: one, county: '', department: '' })}
            >
              {one === 'county' ? t('health.byCounty') : t('health.byDepartment')}
            </button>
          ))}
        </div>
        <a className="button" href={`/api/camera-health.csv?days=${DAYS}`} download>
          {t('health.export')}
        </a>
      </header>
      {!report && <p className="waiting quiet-line">{t('loading')}</p>}
      {report && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('health.name')}</th>
                <th scope="col">{t('health.today')}</th>
                <th scope="col">{t('health.week')}</th>
                <th scope="col" className="extra">
                  {t('health.period', { days: DAYS })}
                </th>
                {COUNTED.map((health) => (
                  <th key={health} scope="col" className={health === 'offline' ? undefined : 'extra'}>
                    {t(`health.${health}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {report.groups.map((group) => (
                <Row key={group.county?.code ?? group.department ?? 'none'} group={group} wish={wish} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ group, wish }: { group: HealthGroup; wish: HealthWish }): ReactNode {
  const { t } = useWords();
  const { by } = wish;
  const key = by === 'county' ? (group.county?.code ?? 'none') : (group.department ?? '');
  const name = by === 'county' ? (group.county?.name ?? t('health.outside')) : (group.department ?? '');
  const isChosen = wish[by] === key;
  return (
    <tr className={isChosen ? 'chosen' : undefined} data-testid="health-group" data-group={key}>
      <th scope="row">
        <button
          type="button"
          aria-pressed={isChosen}
          title={t('health.choose', { name })}
          onClick={() => goToHealth({ ...wish, [by]: isChosen ? '' : key })}
        >
          {name}
        </button>
      </th>
      <td>{sayShare(group.today, t('health.none'))}</td>
      <td>{sayShare(group.week, t('health.none'))}</td>
      <td className="extra">{sayShare(group.period, t('health.none'))}</td>
      {COUNTED.map((health) => {
        const count = group.counts[health];
        return (
          <td key={health} className={health === 'offline' ? undefined : 'extra'}>
            {count === 0 ? (
              <span className="zero">0</span>
            ) : (
              <a
                href={poolRowsAddress({ [by]: key, health })}
                onClick={follow}
                aria-label={t('health.rows', { name: `${name} ${t(`health.${health}`)}`, count })}
              >
                {health === 'offline' && <OfflineMark label="" />}
                {count.toLocaleString('en')}
              </a>
            )}
          </td>
        );
      })}
    </tr>
  );
}
