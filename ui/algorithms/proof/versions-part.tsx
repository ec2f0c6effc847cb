import type { ReactNode } from 'react';
import { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { follow, proofAddress } from '../../addresses.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { listOf } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';
import { useRead } from '../use-read.ts';
import { ProofPanel } from './proof-panel.tsx';

const VERSIONS = listOf(AlgorithmVersion);

/** Every version, and the proof of the one that is chosen. */
export function VersionsPart({ chosen }: { chosen: string | null }): ReactNode {
  const { t } = useWords();
  const { found, problem } = useRead(VERSIONS, '/api/algorithm-versions');
  const versions = found?.items ?? [];
  const version = versions.find(({ id }) => id === chosen) ?? null;
  return (
    <main data-chosen={version !== null}>
      <section className="surface proof-list" aria-label={t('proof.evaluation.versions')}>
        <header className="list-head">
          <h2>{t('proof.evaluation.versions')}</h2>
        </header>
        {problem && <ProblemNote problem={problem} />}
        {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
        {found && versions.length === 0 && <p className="empty">{t('proof.evaluation.noVersions')}</p>}
        <ul className="scroll">
          {versions.map((one) => (
            <li key={one.id}>
              <a
                href={proofAddress({ version: one.id })}
                aria-current={one.id === chosen ? 'true' : undefined}
                data-testid="proof-version"
                onClick={follow}
              >
                <strong>
                  {one.algorithm} {one.version}
                </strong>
                <span className="quiet-line">{one.fileName}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section className="surface proof-detail">
        {version ? (
          <>
            <header className="panel-head">
              <div className="what">
                <h2>
                  {version.algorithm} {version.version}
                </h2>
                <p className="quiet-line">{version.fileName}</p>
              </div>
            </header>
            <div className="scroll padded">
              <ProofPanel key={version.id} version={version} />
            </div>
          </>
        ) : (
          <p className="empty">{t('proof.evaluation.chooseVersion')}</p>
        )}
      </section>
    </main>
  );
}
