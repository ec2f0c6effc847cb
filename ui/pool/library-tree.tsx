import type { ReactNode } from 'react';
import type { PoolCounts } from '#engine/contract/camera-pool.ts';
import { go, poolAddress } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { Node } from './tree-node.tsx';
import { useLibraries } from './use-libraries.ts';
import type { PoolWish } from './use-pool.ts';

interface LibraryTreeProps {
  counts: PoolCounts | null;
  wish: PoolWish;
  onWish: (wish: PoolWish) => void;
  onMake: () => void;
}

/** The inspection set and the topic libraries, each with how many cameras it holds. */
export function LibraryTree({ counts, wish, onWish, onMake }: LibraryTreeProps): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const { found, problem } = useLibraries();
  const isInspection = wish.kind === 'inspection';
  return (
    <>
      {account.roles.includes('administrator') && (
        <button type="button" className="button make-library" onClick={onMake}>
          <Glyph name="plus" /> {t('library.create')}
        </button>
      )}
      {problem && <ProblemNote problem={problem} />}
      {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {found && (
        <ul>
          {counts && (
            <Node
              name={t('library.inspection')}
              count={counts.inspection}
              chosen={isInspection}
              onChoose={() => onWish({ ...wish, kind: isInspection ? '' : 'inspection' })}
            />
          )}
          {found.items.map(({ id, name, cameras, acts }) => (
            <Node
              key={id}
              name={name}
              {...(acts !== null && { hint: t('library.granted') })}
              count={cameras}
              chosen={wish.library === id}
              onChoose={() => go(poolAddress(null, wish.library === id ? null : id))}
            />
          ))}
        </ul>
      )}
      {found?.items.length === 0 && (
        <div className="waiting">
          <p>{t('library.none')}</p>
          <p className="quiet-line">{t('library.noneHint')}</p>
        </div>
      )}
    </>
  );
}
