import { type ReactNode, useState } from 'react';
import type { AlgorithmBudget } from '#engine/contract/algorithm-budget.ts';
import type { AlgorithmDefinition } from '#engine/contract/algorithm-definition.ts';
import { algorithmsAddress, follow, go, useAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useWords } from '../words/words.ts';
import { CatalogueDialog } from './catalogue-dialog.tsx';
import { DefinitionForm } from './definition-form.tsx';
import { DefinitionList } from './definition-list.tsx';
import { DefinitionPanel } from './definition-panel.tsx';
import { useMayWriteAlgorithms } from './may-write.ts';
import type { Read } from './use-read.ts';

interface DefinitionsPartProps {
  definitions: Read<{ items: AlgorithmDefinition[] }>;
  budget: AlgorithmBudget | null;
  onChanged: () => void;
}

/** The algorithms, and of the chosen one what it is, where it is bound, and how often it looks. */
export function DefinitionsPart({ definitions, budget, onChanged }: DefinitionsPartProps): ReactNode {
  const { t } = useWords();
  const id = new URLSearchParams(useAddress().search).get('algorithm');
  const mayWrite = useMayWriteAlgorithms();
  const [shown, setShown] = useState<'define' | 'import' | null>(null);
  const list = algorithmsAddress({ tab: 'definitions' });
  const chosen = definitions.found?.items.find((one) => one.id === id);
  useKeys({ escape: () => id !== null && shown === null && go(list) });
  const hide = () => setShown(null);
  return (
    <main className={id ? 'with-panel' : undefined}>
      <DefinitionList
        definitions={definitions}
        chosenId={id}
        onDefine={mayWrite ? () => setShown('define') : null}
        onImport={() => setShown('import')}
      />
      <section className="algorithm-panel surface" aria-busy={id !== null && !definitions.found}>
        {id && (
          <a className="button plain back" href={list} onClick={follow}>
            {t('algorithms.back')}
          </a>
        )}
        {chosen && (
          <DefinitionPanel
            key={chosen.id}
            definition={chosen}
            sampling={budget?.sampling.find(({ algorithm }) => algorithm === chosen.id) ?? null}
            onChanged={onChanged}
          />
        )}
        {id && !chosen && (
          <div className="waiting">
            {definitions.found ? (
              <ProblemNote problem={{ code: 'not-found', message: '', got: id, expected: null }} />
            ) : (
              <p className="quiet-line">{t('loading')}</p>
            )}
          </div>
        )}
        {!id && <p className="empty">{t('definition.choose')}</p>}
      </section>
      {shown === 'define' && (
        <DefinitionForm
          onClose={hide}
          onSaved={(saved) => {
            onChanged();
            go(algorithmsAddress({ tab: 'definitions', algorithm: saved }));
          }}
        />
      )}
      {shown === 'import' && <CatalogueDialog onClose={hide} onDone={onChanged} />}
    </main>
  );
}
