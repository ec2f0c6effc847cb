import type { ReactNode } from 'react';
import { AlgorithmDefinition } from '#engine/contract/algorithm-definition.ts';
import type { Camera } from '#engine/contract/camera.ts';
import { algorithmsAddress, follow } from '../addresses.ts';
import { useRead } from '../algorithms/use-read.ts';
import { listOf } from '../live/ask.ts';
import { useWords } from '../words/words.ts';

const DEFINITIONS = listOf(AlgorithmDefinition);
const FOLLOWS_EVERY_MS = 30_000;

/** The algorithms that are bound to a camera beside its own rules; they are bound and revoked on the algorithms' page. */
export function BoundRules({ camera: { boundAlgorithms = [], algorithms } }: { camera: Camera }): ReactNode {
  const { t, language } = useWords();
  const ids = boundAlgorithms.filter((id) => !algorithms.some(({ rule }) => rule === id));
  const { found } = useRead(DEFINITIONS, ids.length > 0 ? '/api/algorithms' : null, FOLLOWS_EVERY_MS);
  if (ids.length === 0) return null;
  return (
    <section className="rule-list" aria-label={t('binding.alsoBound')} data-testid="bound-rules">
      <h3>{t('binding.alsoBound')}</h3>
      <p className="quiet-line">{t('binding.alsoBoundHint')}</p>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <a href={algorithmsAddress({ tab: 'definitions', algorithm: id })} onClick={follow}>
              {found?.items.find((one) => one.id === id)?.name[language] ?? id}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
