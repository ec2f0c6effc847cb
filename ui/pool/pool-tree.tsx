import { type ReactNode, useState } from 'react';
import type { PoolCounts } from '#engine/contract/camera-pool.ts';
import { useWords } from '../words/words.ts';
import { LibraryTree } from './library-tree.tsx';
import { Node } from './tree-node.tsx';
import type { PoolWish } from './use-pool.ts';

interface PoolTreeProps {
  counts: PoolCounts | null;
  wish: PoolWish;
  onWish: (wish: PoolWish) => void;
  onMakeLibrary: () => void;
}

/** The pool by county, department or topic library, each with how many of its cameras fit the search. */
export function PoolTree({ counts, wish, onWish, onMakeLibrary }: PoolTreeProps): ReactNode {
  const { t } = useWords();
  const [by, setBy] = useState<'county' | 'department' | 'library'>(wish.library ? 'library' : 'county');
  const tabs = { county: t('pool.byCounty'), department: t('pool.byDepartment'), library: t('library.tab') };
  const nodes = counts && (by === 'department' ? departmentNodes(counts) : countyNodes(counts, t('pool.outside')));
  return (
    <nav className="pool-tree surface" aria-label={t('pool.tree')}>
      <div className="tabs" role="radiogroup" aria-label={t('pool.tree')}>
        {(['county', 'department', 'library'] as const).map((one) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button key={one} type="button" role="radio" aria-checked={one === by} onClick={() => setBy(one)}>
            {tabs[one]}
          </button>
        ))}
      </div>
      {by === 'library' && <LibraryTree counts={counts} wish={wish} onWish={onWish} onMake={onMakeLibrary} />}
      {by !== 'library' && !nodes && <p className="waiting quiet-line">{t('loading')}</p>}
      {by !== 'library' && nodes && (
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
