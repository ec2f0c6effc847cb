import type { ReactNode } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { FaultMark } from '../design/severity-mark.tsx';
import { isUntouched } from '../live/alert-order.ts';
import { sightOf } from '../live/camera-sight.ts';
import { useCity, useConnection } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';

/** Four numbers, each counted from what the page holds; a dash until it holds anything. */
export function Figures({ active }: { active: Alert[] }): ReactNode {
  const { t } = useWords();
  const city = useCity();
  const known = useConnection().phase !== 'loading';
  const untouched = active.filter(isUntouched).length;
  const cases = count(city.cases.values(), (one) => one.state !== 'closed');
  const faulty = count(city.cameras.values(), (camera) => ['offline', 'faulty'].includes(sightOf(camera)));
  const figures = [
    { name: 'open', value: active.length },
    { name: 'untouched', value: untouched },
    { name: 'cases', value: cases },
    { name: 'faulty', value: faulty },
  ] as const;
  return (
    <dl className="figures surface" aria-label={t('figure.label')}>
      {figures.map(({ name, value }) => (
        <div key={name} data-testid={`figure-${name}`} className={known && value > 0 ? 'some' : 'none'}>
          <dt>
            {name === 'faulty' && <FaultMark label="" />}
            {t(`figure.${name}`)}
          </dt>
          <dd>{known ? value : t('unknown')}</dd>
        </div>
      ))}
    </dl>
  );
}

function count<T>(items: Iterable<T>, wanted: (item: T) => boolean): number {
  let found = 0;
  for (const item of items) if (wanted(item)) found += 1;
  return found;
}
