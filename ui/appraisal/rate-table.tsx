import type { ReactNode } from 'react';
import { CaseRate, type CaseRates, isOfReports, type RateGroup } from '#engine/contract/case-rates.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import type { Asked } from '../live/use-asked.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { ruleOfClass, sayRate } from './say-rate.ts';
import { goToAppraisal, type Wish } from './wish.ts';

/** All rates by county, unit or class; a row narrows the page to it, a number to its rows. */
export function RateTable({ asked: { found, problem }, wish }: { asked: Asked<CaseRates>; wish: Wish }): ReactNode {
  const { t } = useWords();
  const { by } = wish;
  // An alert is with no unit.
  const shown = CaseRate.options.filter((rate) => by !== 'unit' || !isOfReports(rate));
  return (
    <section className="rate-table surface" aria-label={t('appraisal.groups')}>
      <header className="list-head">
        <div className="tabs" role="radiogroup" aria-label={t('appraisal.groups')}>
          {(['county', 'unit', 'class'] as const).map((one) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={one === by}
              onClick={() => goToAppraisal({ ...wish, by: one })}
            >
              {t(`appraisal.by.${one}`)}
            </button>
          ))}
        </div>
      </header>
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {found && found.groups.length === 0 && <p className="quiet-line none">{t('appraisal.none')}</p>}
      {found && found.groups.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t(`appraisal.by.${by}`)}</th>
                <th scope="col">{t('appraisal.cases')}</th>
                {shown.map((rate) => (
                  <th key={rate} scope="col" className={rate === wish.rate ? undefined : 'extra'}>
                    {t(`appraisal.rate.${rate}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.groups.map((group) => (
                <Row key={group.key ?? 'none'} group={group} wish={wish} shown={shown} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ group, wish, shown }: { group: RateGroup; wish: Wish; shown: readonly CaseRate[] }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { by } = wish;
  const key = group.key ?? 'none';
  const rule = by === 'class' ? ruleOfClass(site, key) : null;
  const named = rule ? `${t(`rule.${rule}`)} ${key}` : (group.name ?? group.key);
  const name = named ?? t(by === 'county' ? 'appraisal.outside' : 'appraisal.nobody');
  const isChosen = wish[by] === key;
  return (
    <tr className={isChosen ? 'chosen' : undefined} data-testid="rate-group" data-group={key}>
      <th scope="row">
        <button
          type="button"
          aria-pressed={isChosen}
          onClick={() => goToAppraisal({ ...wish, [by]: isChosen ? '' : key })}
        >
          {name}
        </button>
      </th>
      <td>{group.rates.closed.whole.toLocaleString('en')}</td>
      {shown.map((rate) => {
        const count = group.rates[rate];
        return (
          <td key={rate} className={rate === wish.rate ? undefined : 'extra'}>
            {count.whole === 0 ? (
              <span className="zero">{t('unknown')}</span>
            ) : (
              <button
                type="button"
                className="number"
                title={t('appraisal.of', count)}
                onClick={() => goToAppraisal({ ...wish, rate, [by]: key, side: 'part' })}
              >
                {sayRate(count)}
              </button>
            )}
          </td>
        );
      })}
    </tr>
  );
}
