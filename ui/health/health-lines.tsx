import type { ReactNode } from 'react';
import type { HealthLine } from '#engine/contract/camera-health.ts';
import { follow, poolAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { OfflineMark } from '../design/severity-mark.tsx';
import type { Asked } from '../live/use-asked.ts';
import { useWords } from '../words/words.ts';
import { goToHealth, type HealthWish, sayShare } from './health-wish.ts';

/** The cameras that degrade, or those that were not online all of the chosen day. */
export function HealthLines({ asked, wish }: { asked: Asked<{ items: HealthLine[] }>; wish: HealthWish }): ReactNode {
  const { t } = useWords();
  const { found, problem } = asked;
  const { day } = wish;
  const title = day ? t('health.dayTitle', { day }) : t('health.degrading');
  return (
    <section className="health-lines surface" aria-label={title}>
      <header className="list-head">
        <h2>{title}</h2>
        {day && (
          <button type="button" className="button plain" onClick={() => goToHealth({ ...wish, day: '' })}>
            {t('health.backToDegrading')}
          </button>
        )}
      </header>
      {!day && <p className="quiet-line hint">{t('health.degradingHint')}</p>}
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {found && found.items.length === 0 && (
        <p className="quiet-line none">{day ? t('health.dayNone') : t('health.degradingNone')}</p>
      )}
      {found && found.items.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('health.camera')}</th>
                <th scope="col">{t('health.rate')}</th>
                <th scope="col">{t('health.losses')}</th>
              </tr>
            </thead>
            <tbody>
              {found.items.map((line) => (
                <Line key={line.id} line={line} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Line({ line: { id, name, county, department, state, online, losses, before } }: { line: HealthLine }) {
  const { t } = useWords();
  const none = t('health.none');
  const change = (earlier: string | number, later: string | number) =>
    t('health.change', { before: earlier, now: later });
  return (
    <tr data-testid="health-line">
      <td className="name">
        <a href={poolAddress(id)} onClick={follow}>
          {state === 'offline' && <OfflineMark label={t('camera.offline')} />}
          {name}
        </a>
        <small>{[county?.name ?? t('health.outside'), department].join(' · ')}</small>
      </td>
      <td>{before ? change(sayShare(before.online, none), sayShare(online, none)) : sayShare(online, none)}</td>
      <td>{before ? change(before.losses, losses) : losses}</td>
    </tr>
  );
}
