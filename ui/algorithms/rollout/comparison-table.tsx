import type { ReactNode } from 'react';
import type { Rollout } from '#engine/contract/rollout.ts';
import { useWords } from '../../words/words.ts';
import { sayMs } from './say-figures.ts';

const sayScore = (score: number | null, none: string): string => (score === null ? none : score.toFixed(2));

/** What both versions raise, and what one of them alone, by camera and rule. */
export function RolloutComparisonTable({ rollout }: { rollout: Rollout }): ReactNode {
  const { t } = useWords();
  const { against, running, comparison } = rollout;
  const total = (of: 'both' | 'onlyOld' | 'onlyNew') => comparison.reduce((sum, line) => sum + line[of], 0);
  return (
    <section>
      <h3>{t('rollout.comparison')}</h3>
      {!against && <p className="quiet-line">{t('rollout.noOther')}</p>}
      {against && (
        <p className="quiet-line">
          {t('rollout.against', { version: against.version })}
          {running.lookMs !== null && against.lookMs !== null && (
            <> · {t('rollout.times', { old: sayMs(against.lookMs), fresh: sayMs(running.lookMs) })}</>
          )}
        </p>
      )}
      {comparison.length === 0 ? (
        <p className="quiet-line">{t('rollout.nothingRaised')}</p>
      ) : (
        <div className="rollout-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('rollout.camera')}</th>
                <th scope="col">{t('rollout.rule')}</th>
                <th scope="col">{t('rollout.both')}</th>
                <th scope="col">{t('rollout.onlyOld')}</th>
                <th scope="col">{t('rollout.onlyNew')}</th>
                <th scope="col">{t('rollout.scores')}</th>
              </tr>
            </thead>
            <tbody>
              {comparison.map(({ cameraId, cameraName, rule, both, onlyOld, onlyNew, oldScore, newScore }) => (
                <tr key={`${cameraId} ${rule}`} data-testid="compared">
                  <th scope="row">{cameraName}</th>
                  <td>{t(`rule.${rule}`)}</td>
                  <td>{both}</td>
                  <td className={onlyOld > 0 ? 'differs' : ''}>{onlyOld}</td>
                  <td className={onlyNew > 0 ? 'differs' : ''}>{onlyNew}</td>
                  <td>
                    {sayScore(oldScore, t('rollout.none'))} → {sayScore(newScore, t('rollout.none'))}
                  </td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row" colSpan={2}>
                  {t('rollout.all')}
                </th>
                <td>{total('both')}</td>
                <td>{total('onlyOld')}</td>
                <td>{total('onlyNew')}</td>
                <td />
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </section>
  );
}
