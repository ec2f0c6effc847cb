import type { ReactNode } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { useRoom } from '../design/room.ts';
import { SeverityMark } from '../design/severity-mark.tsx';
import { isUntouched } from '../live/alert-order.ts';
import { useDesk } from '../live/use-live.ts';
import { EvidencePicture } from '../pictures/evidence.tsx';
import { sayClock } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import './picture-rail.css';

const SHOWN = 4;

/** On a video wall there is room to see the most urgent alerts at once; each opens like its line in the list. */
export function PictureRail({ alerts, onOpen }: { alerts: Alert[]; onOpen: (id: string) => void }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const wide = useRoom() === 'wide';
  const shown = alerts.filter((alert) => alert.evidence.length > 0).slice(0, SHOWN);
  if (!wide || shown.length === 0) return null;
  return (
    <section className="picture-rail surface" aria-label={t('list.pictures')}>
      <header className="list-head">
        <h2>{t('list.pictures')}</h2>
      </header>
      <ul data-count={shown.length}>
        {shown.map((alert) => {
          const evidence = alert.evidence.find(({ moment }) => moment === 'onset') ?? alert.evidence[0];
          return (
            <li key={alert.id}>
              <button type="button" onClick={() => onOpen(alert.id)}>
                {evidence && <EvidencePicture evidence={evidence} severity={alert.severity} small />}
                <span className="name">
                  <SeverityMark severity={alert.severity} hollow={!isUntouched(alert)} />
                  <span>
                    {sayRule(alert)} · {alert.cameraName}
                  </span>
                  <time>{evidence && sayClock(evidence.capturedAt, site.timeZone)}</time>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
