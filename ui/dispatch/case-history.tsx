import type { ReactNode } from 'react';
import type { CaseEntry } from '#engine/contract/case.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

/** Every entry of the case, the latest first: what, who, when, to whom, and the words that went with it. */
export function CaseHistory({ entries }: { entries: readonly CaseEntry[] }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <section className="history" aria-labelledby="case-history-title">
      <h3 id="case-history-title">{t('dispatch.history')}</h3>
      <ol>
        {[...entries].reverse().map((entry) => (
          <li key={`${entry.at} ${entry.kind}`}>
            <p>
              <strong>{t(`dispatch.step.${entry.kind}`)}</strong> {entry.by}
              {entry.kind === 'extended' && entry.limit && (
                <span>
                  {' '}
                  +{t('dispatch.limitOf', { ...entry.limit, unit: t(`dispatch.timeUnit.${entry.limit.unit}`) })}
                </span>
              )}
              {entry.unitName && <span> {t('dispatch.toUnit', { unit: entry.unitName })}</span>}
              <time dateTime={entry.at}>{sayMoment(entry.at, site.timeZone)}</time>
            </p>
            {entry.note && <p className="said">{entry.note}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
