import type { ReactNode } from 'react';
import type { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { AlgorithmProof } from '#engine/contract/algorithm-bench.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useDesk } from '../../live/use-live.ts';
import { useWords } from '../../words/words.ts';
import { BenchPart } from './bench-part.tsx';
import { EvaluationPart } from './evaluation-part.tsx';
import './proof.css';
import { useRead } from '../use-read.ts';
import { SamplesPart } from './samples-part.tsx';

/** What proves a version: its samples with boxes, what it takes, and how well it does on labelled sets. */
export function ProofPanel({ version }: { version: AlgorithmVersion }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const { found, problem, again } = useRead(AlgorithmProof, `/api/algorithm-versions/${version.id}/proof`);
  const mayWrite = account.roles.includes('model-admin') || account.roles.includes('administrator');
  return (
    <div className="proof-panel" data-testid="proof-panel">
      <p className="quiet-line">{t('proof.panel.what')}</p>
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {!found && !problem && <p className="quiet-line">{t('loading')}</p>}
      {found && (
        <>
          <SamplesPart version={version} proof={found} mayWrite={mayWrite} onChanged={again} />
          <BenchPart version={version} benches={found.benches} mayWrite={mayWrite} onChanged={again} />
          <EvaluationPart version={version} mayWrite={mayWrite} />
        </>
      )}
    </div>
  );
}
