import { type ReactNode, useState } from 'react';
import type { PoolCounts } from '#engine/contract/camera-pool.ts';
import { useWords } from '../words/words.ts';
import type { PoolWish } from './use-pool.ts';

interface PoolTreeProps {
  counts: PoolCounts | null;
  wish: PoolWish;
  onWish: (wish: PoolWish) => void;
}

/** The pool by county or by department, each with how many of its cameras fit the search. */
export function PoolTree({ counts, wish, onWish }: PoolTreeProps): ReactNode {
  const { t } = useWords();
  const [by, setBy] = useState<'county' | 'department'>('county');
  const nodes = counts && (by === 'county' ? countyNodes(counts, t('pool.outside')) : departmentNodes(counts));
  return (
    <nav className="pool-tree surface" aria-label={t('pool.tree')}>
      <div className="tabs" role="radiogroup" aria-label={t('pool.tree')}>
        {(['county', 'department'] as const).map((one) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button key={one} type="button" role="radio" aria-checked={one === by} onClick={() => setBy(one)}>
            {one === 'county' ? t('pool.byCounty') : t('pool.byDepartment')}
          </button>
        ))}
      </div>
      {!nodes && <p className="waiting quiet-line">{t('loading')}</p>}
      {nodes && (
        <ul>
          <Node
            name={t('pool.all')}
            count={counts.total}
            chosen={wish.county === '' && wish.department === ''}
            onChoose={() => onWish({ ...wish, county: '', department: '' })}
          />
          {nodes.map(({ key, name, count }) => (
            <Node
              key={key}
              name={name}
              count={count}
              chosen={wish[by] === key}
              onChoose={() => onWish({ ...wish, [by]: wish[by] === key ? '' : key })}
            />
          ))}
        </ul>
      )}
    </nav>
  );
}

function countyNodes({ byCounty }: PoolCounts, outside: string) {
  return byCounty.map(({ county, count }) => ({ key: county?.code ?? 'none', name: county?.name ?? outside, count }));
}

function departmentNodes({ byDepartment }: PoolCounts) {
  return byDepartment.map(({ department, count }) => ({ key: department, name: department, count }));
}

interface NodeProps {
  name: string;
  count: number;
  chosen: boolean;
  onChoose: () => void;
}

function Node({ name, count, chosen, onChoose }: NodeProps): ReactNode {
  return (
    <li>
      <button type="button" aria-pressed={chosen} onClick={onChoose}>
        <span>{name}</span>
        <b>{count.toLocaleString('en')}</b>
      </button>
    </li>
  );
}
