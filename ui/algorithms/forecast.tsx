import type { ReactNode } from 'react';
import type { BindingForecast } from '#engine/contract/algorithm-budget.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { FaultMark } from '../design/severity-mark.tsx';
import { useWords } from '../words/words.ts';

interface ForecastProps {
  isEmpty: boolean;
  /** null: being counted. */
  forecast: BindingForecast | null;
  problem: Problem | null;
}

/** How many cameras a binding reaches, what it costs, and by how much it would stretch what runs. */
export function Forecast({ isEmpty, forecast, problem }: ForecastProps): ReactNode {
  const { t } = useWords();
  if (isEmpty) return <p className="quiet-line">{t('binding.pick')}</p>;
  if (problem) return <ProblemNote problem={problem} />;
  if (!forecast) return <p className="quiet-line">{t('binding.counting')}</p>;
  const { addedCores, neededCores, cores, stretch, basis } = forecast;
  const two = (count: number) => count.toFixed(2);
  return (
    <div
      className="forecast"
      role="status"
      data-testid="forecast"
      data-cameras={forecast.cameras}
      data-stretch={stretch}
    >
      <p>{t('binding.willReach', forecast)}</p>
      {addedCores === 0 && <p>{t('binding.costNothing')}</p>}
      {addedCores !== 0 && addedCores !== null && neededCores !== null && (
        <p>
          {t('binding.cost', { added: two(addedCores), needed: two(neededCores), cores })}{' '}
          <span className="quiet-line">{t(`binding.basis.${basis}`)}</span>
        </p>
      )}
      {(addedCores === null || (addedCores > 0 && neededCores === null)) && (
        <p className="quiet-line">{t('binding.costUnknown')}</p>
      )}
      {stretch !== null && stretch > 1 && (
        <p className="notice">
          <FaultMark label="" />
          <span>{t('binding.overfull', { stretch: stretch.toFixed(1) })}</span>
        </p>
      )}
    </div>
  );
}
