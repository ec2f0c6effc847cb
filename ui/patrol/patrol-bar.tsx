import type { ReactNode } from 'react';
import { follow, useAddress } from '../addresses.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { usePatrol } from './patrol-desk.ts';

const TABS = ['list', 'map', 'report', 'own'] as const;
export const tabAddress = (tab: (typeof TABS)[number]): string => (tab === 'list' ? '/patrol' : `/patrol?tab=${tab}`);
export const patrolCaseAddress = (caseId: string): string => `/patrol?case=${encodeURIComponent(caseId)}`;

/** Above: who, and whether the phone is in touch. Below: the pages, within reach of a thumb. */
export function PatrolBar(): ReactNode {
  const { t } = useWords();
  const { day, online, posts, problem } = usePatrol();
  const { caseId, search } = useAddress();
  const tab = new URLSearchParams(search).get('tab') ?? 'list';
  const conflicts = posts.filter(({ conflict }) => conflict !== null).length;
  const waiting = posts.length - conflicts;
  return (
    <>
      <header className="patrol-head">
        <p>
          <strong>{day?.officer.displayName}</strong>
          <span className="quiet-line">{day?.officer.unitName}</span>
        </p>
        <p className="state" role="status" data-testid="patrol-state" data-online={online} data-waiting={waiting}>
          <span className={online ? 'chip' : 'chip strong'}>{online ? t('patrol.online') : t('patrol.offline')}</span>
          {online && problem && day && (
            <span className="chip strong" title={problem.message} data-testid="patrol-stale">
              {t('patrol.stale', { at: sayMoment(day.readAt, day.site.timeZone) })}
            </span>
          )}
          {waiting > 0 && <span className="chip strong">{t('patrol.waiting', { count: waiting })}</span>}
          {conflicts > 0 && (
            <a className="chip strong alarm" href={tabAddress('own')} onClick={follow}>
              {t('patrol.conflicts', { count: conflicts })}
            </a>
          )}
        </p>
      </header>
      <nav className="patrol-tabs" aria-label={t('patrol.tabs.label')}>
        {TABS.map((one) => (
          <a
            key={one}
            href={tabAddress(one)}
            aria-current={!caseId && tab === one ? 'page' : undefined}
            onClick={follow}
          >
            {t(`patrol.tabs.${one}`)}
          </a>
        ))}
      </nav>
    </>
  );
}
