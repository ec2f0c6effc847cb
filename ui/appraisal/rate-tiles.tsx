import type { ReactNode } from 'react';
import { CaseRate, type CaseRates } from '#engine/contract/case-rates.ts';
import { useWords } from '../words/words.ts';
import { sayChange, sayRate } from './say-rate.ts';
import { goToAppraisal, type Wish } from './wish.ts';

/** Every rate with what it is made of and what it was; one of them is what the rest of the page is about. */
export function RateTiles({ rates, wish }: { rates: CaseRates | null; wish: Wish }): ReactNode {
  const { t } = useWords();
  return (
    <ul className="rate-tiles">
      {CaseRate.options.map((rate) => {
        const now = rates?.total.rates[rate];
        const before = now && sayChange(now, rates.before.rates[rate]);
        const yearBefore = now && sayChange(now, rates.yearBefore.rates[rate]);
        return (
          <li key={rate}>
            <button
              type="button"
              aria-pressed={wish.rate === rate}
              title={t(`appraisal.hint.${rate}`)}
              data-testid="rate"
              data-rate={rate}
              onClick={() => goToAppraisal({ ...wish, rate })}
            >
              <span>{t(`appraisal.rate.${rate}`)}</span>
              <b>{(now && sayRate(now)) ?? t('unknown')}</b>
              <small>{now ? t('appraisal.of', now) : t('loading')}</small>
              {now && (
                <small>
                  {t('appraisal.before', { points: before ?? t('unknown') })}
                  {' · '}
                  {t('appraisal.yearBefore', { points: yearBefore ?? t('unknown') })}
                </small>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
