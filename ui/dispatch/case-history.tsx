import type { ReactNode } from 'react';
import type { CaseEntry } from '#engine/contract/case.ts';
import { dispatchAddress, follow } from '../addresses.ts';
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
              <strong>{t(`dispatch.step.${entry.kind}`)}</strong> {entry.by || t('caseLoop.byEngine')}
              {entry.kind === 'extended' && entry.limit && (
                <span>
                  {' '}
                  +{t('dispatch.limitOf', { ...entry.limit, unit: t(`dispatch.timeUnit.${entry.limit.unit}`) })}
                </span>
              )}
              {entry.unitName && <span> {t('dispatch.toUnit', { unit: entry.unitName })}</span>}
              <time dateTime={entry.at}>{sayMoment(entry.at, site.timeZone)}</time>
            </p>
            <Detail entry={entry} />
            {entry.note && <p className="said">{entry.note}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What an entry says besides its words. */
function Detail({ entry: { detail } }: { entry: CaseEntry }): ReactNode {
  const { t, language } = useWords();
  if (!detail) return null;
  if (detail.kind === 'case') {
    return (
      <p className="said">
        <a href={dispatchAddress(detail.caseId)} onClick={follow}>
          {t('caseLoop.aboutCase', { id: detail.caseId })}
        </a>
      </p>
    );
  }
  if (detail.kind === 'check') {
    return (
      <p className="said">
        {t(`caseLoop.outcome.${detail.outcome}`)}
        {detail.reason && ` · ${t(`caseLoop.reason.${detail.reason}`)}`}
      </p>
    );
  }
  if (detail.kind === 'late') {
    return <p className="said">{t('caseLoop.late', { stage: t(`dispatch.stage.${detail.stage}`) })}</p>;
  }
  const roles = detail.tell.map((role) => t(`role.${role}` as 'role.operator'));
  const why = detail.stage
    ? t('caseLoop.late', { stage: t(`dispatch.stage.${detail.stage}`) })
    : t('caseLoop.returned');
  return (
    <p className="said">
      {why} · {t('caseLoop.tell', { roles: new Intl.ListFormat(language).format(roles) })}
    </p>
  );
}
