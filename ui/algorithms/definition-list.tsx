import { type ReactNode, useState } from 'react';
import type { AlgorithmDefinition } from '#engine/contract/algorithm-definition.ts';
import { algorithmsAddress, follow } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useWords } from '../words/words.ts';
import type { Read } from './use-read.ts';

const FIND_FROM = 8;

interface DefinitionListProps {
  definitions: Read<{ items: AlgorithmDefinition[] }>;
  chosenId: string | null;
  /** null: the account may not. */
  onDefine: (() => void) | null;
  onImport: () => void;
}

/** Every algorithm: those that could run first, each with how many cameras it watches. */
export function DefinitionList({ definitions, chosenId, onDefine, onImport }: DefinitionListProps): ReactNode {
  const { t, language } = useWords();
  const [text, setText] = useState('');
  const [runnable, setRunnable] = useState(false);
  const { found, problem } = definitions;
  const wanted = text.trim().toLowerCase();
  const shown = (found?.items ?? [])
    .filter(({ id, name }) => `${id} ${name.zh} ${name.en}`.toLowerCase().includes(wanted))
    .filter(({ state }) => !runnable || state === 'runnable')
    .sort((a, b) => Number(b.state === 'runnable') - Number(a.state === 'runnable') || b.cameras - a.cameras);
  return (
    <nav className="version-list surface" aria-label={t('definition.list')}>
      <header className="list-head">
        <h2>{t('definition.list')}</h2>
        {onDefine && (
          <div className="tools">
            <button type="button" className="button" onClick={onImport}>
              {t('definition.importList')}
            </button>
            <button type="button" className="button primary" onClick={onDefine}>
              {t('definition.define')}
            </button>
          </div>
        )}
      </header>
      {(found?.items.length ?? 0) > FIND_FROM && (
        <div className="filters">
          <input
            type="search"
            aria-label={t('definition.search')}
            placeholder={t('definition.search')}
            value={text}
            onChange={(happening) => setText(happening.target.value)}
          />
          <label>
            <input type="checkbox" checked={runnable} onChange={(happening) => setRunnable(happening.target.checked)} />
            {t('definition.onlyRunnable')}
          </label>
        </div>
      )}
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      <div className="scroll">
        {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
        {found && shown.length === 0 && <p className="empty">{t('definition.noneFound')}</p>}
        <ul>
          {shown.map(({ id, name, state, cameras, share }) => (
            <li key={id}>
              <a
                href={algorithmsAddress({ tab: 'definitions', algorithm: id })}
                aria-current={id === chosenId ? 'true' : undefined}
                onClick={follow}
                data-testid="definition-line"
                data-algorithm={id}
                data-state={state}
              >
                <b>{name[language]}</b>
                <span
                  className={state === 'runnable' ? 'chip' : 'chip faint'}
                  title={t(`definition.stateHint.${state}`)}
                >
                  {state === 'runnable' && cameras > 0
                    ? t('definition.cameras', { count: cameras })
                    : t(`definition.state.${state}`)}
                </span>
                <span className="quiet-line">
                  {t(`definition.scope.${share.scope}`)} · {share.owner}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </nav>
  );
}
