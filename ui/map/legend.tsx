import type { ReactNode } from 'react';
import { DegradedMark, FaultMark, OfflineMark, SeverityMark } from '../design/severity-mark.tsx';
import { SEVERITIES } from '../live/alert-order.ts';
import { useWords } from '../words/words.ts';

/** What the marks on the map mean. */
export function Legend(): ReactNode {
  const { t } = useWords();
  return (
    <ul className="legend" aria-label={t('map.legend')}>
      {SEVERITIES.map((severity) => (
        <li key={severity}>
          <SeverityMark severity={severity} />
          {t(`severity.${severity}`)}
        </li>
      ))}
      <li>
        <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="5.4" fill="#6f8aa3" />
        </svg>
        {t('map.playing')}
      </li>
      <li>
        <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="6" fill="none" stroke="#6f8aa3" strokeWidth="3" />
        </svg>
        {t('map.connecting')}
      </li>
      <li>
        <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="6.4" fill="none" stroke="#6f8aa3" strokeWidth="2" />
          <circle cx="12" cy="12" r="2.6" fill="#6f8aa3" />
        </svg>
        {t('map.reachable')}
      </li>
      <li>
        <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="8.6" fill="none" stroke="#8a97a5" strokeWidth="2.6" />
          <path d="M12 7v10" stroke="#8a97a5" strokeWidth="3" />
        </svg>
        {t('map.disabled')}
      </li>
      <li>
        <DegradedMark label="" />
        {t('map.degraded')}
      </li>
      <li>
        <FaultMark label="" />
        {t('map.faulty')}
      </li>
      <li>
        <OfflineMark label="" />
        {t('map.offline')}
      </li>
    </ul>
  );
}
