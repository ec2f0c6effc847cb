import type { ReactNode } from 'react';
import { AlgorithmBudget } from '#engine/contract/algorithm-budget.ts';
import { AlgorithmDefinition } from '#engine/contract/algorithm-definition.ts';
import { algorithmsAddress, follow, go, proofAddress, useAddress } from '../addresses.ts';
import { Header } from '../header/header.tsx';
import { listOf } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import './algorithms.css';
import { BudgetBar } from './budget-bar.tsx';
import './definitions.css';
import { DefinitionsPart } from './definitions-part.tsx';
import { useRead } from './use-read.ts';
import { VersionsPart } from './versions-part.tsx';

const DEFINITIONS = listOf(AlgorithmDefinition);
const FOLLOWS_EVERY_MS = 5000;

/** The algorithm platform: models and their versions, the algorithms that look with them, and what of the host that takes. */
export function AlgorithmsPage(): ReactNode {
  const { t } = useWords();
  const tab = new URLSearchParams(useAddress().search).get('tab') === 'definitions' ? 'definitions' : 'versions';
  const budget = useRead(AlgorithmBudget, '/api/algorithm-budget', FOLLOWS_EVERY_MS);
  const definitions = useRead(DEFINITIONS, '/api/algorithms', FOLLOWS_EVERY_MS);
  const changed = () => {
    budget.again();
    definitions.again();
  };
  return (
    <div className="algorithms" data-testid="algorithms" data-tab={tab}>
      <Header />
      <div className="algorithm-bar">
        <div className="tabs" role="radiogroup" aria-label={t('algorithms.tabs')}>
          {(['versions', 'definitions'] as const).map((one) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={one === tab}
              onClick={() => go(algorithmsAddress(one === 'definitions' ? { tab: one } : {}))}
            >
              {t(`algorithms.tab.${one}`)}
            </button>
          ))}
        </div>
        <a className="button plain" href={proofAddress()} onClick={follow}>
          {t('proof.tabs')}
        </a>
        <BudgetBar budget={budget} definitions={definitions.found?.items ?? []} />
      </div>
      {tab === 'versions' ? (
        <VersionsPart />
      ) : (
        <DefinitionsPart definitions={definitions} budget={budget.found} onChanged={changed} />
      )}
    </div>
  );
}
