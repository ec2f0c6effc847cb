import type { ReactNode } from 'react';
import { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { follow, rolloutAddress, useAddress } from '../../addresses.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { Header } from '../../header/header.tsx';
import { listOf } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';
import { useRead } from '../use-read.ts';
import { RolloutPanel } from './rollout-panel.tsx';

const VERSIONS = listOf(AlgorithmVersion);
const FOLLOWS_EVERY_MS = 5000;

/** Every version of every algorithm and where it stands; of one, how it does. */
export function RolloutPage(): ReactNode {
  const { t } = useWords();
  const chosenId = new URLSearchParams(useAddress().search).get('version');
  const { found, problem } = useRead(VERSIONS, '/api/algorithm-versions', FOLLOWS_EVERY_MS);
  const chosen = found?.items.find(({ id }) => id === chosenId) ?? found?.items[0];
  return (
    <div className="rollout-page" data-testid="rollout-page">
      <Header />
      <main>
        <nav className="surface rollout-versions" aria-label={t('rollout.versions')} aria-busy={found === null}>
          <h2>{t('rollout.page')}</h2>
          {problem && <ProblemNote problem={problem} kept={found !== null} />}
          {found?.items.length === 0 && <p className="quiet-line">{t('rollout.noVersions')}</p>}
          <ul>
            {found?.items.map(({ id, algorithm, version, stage }) => (
              <li key={id}>
                <a href={rolloutAddress(id)} onClick={follow} aria-current={id === chosen?.id ? 'true' : undefined}>
                  <span>
                    {algorithm} {version}
                  </span>
                  <span className="chip">{t(`rollout.stage.${stage}`)}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <section className="surface rollout-of">
          {chosen && (
            <>
              <h2>
                {chosen.algorithm} {chosen.version}{' '}
                <span className="chip strong">{t(`rollout.stage.${chosen.stage}`)}</span>
              </h2>
              <RolloutPanel key={chosen.id} version={chosen} />
            </>
          )}
        </section>
      </main>
    </div>
  );
}
