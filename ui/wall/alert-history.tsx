import type { ReactNode } from 'react';
import type { AlertEntry } from '#engine/contract/alert.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

/** Who did what with the alert, when, and why; the latest first. */
export function AlertHistory({ entries }: { entries: readonly AlertEntry[] }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <section className="history" aria-labelledby="history-title">
      <h3 id="history-title">{t('panel.history')}</h3>
      {entries.length === 0 && <p className="quiet-line">{t('panel.noHistory')}</p>}
      <ol>
        {[...entries].reverse().map((entry) => (
          <li key={`${entry.at} ${entry.kind}`}>
            <p>
              <strong>{t(`entry.${entry.kind}`)}</strong> {entry.by || t('caseLoop.byEngine')}
              <time dateTime={entry.at}>{sayMoment(entry.at, site.timeZone)}</time>
            </p>
            {entry.comment && <p className="said">{entry.comment}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
