import type { ReactNode } from 'react';
import type { AlgorithmStage } from '#engine/contract/algorithm.ts';
import { useWords } from '../words/words.ts';

const RUNS: ReadonlySet<AlgorithmStage> = new Set(['shadow', 'canary', 'full']);

/** Where a version stands; strong where it runs. */
export function StageChip({ stage }: { stage: AlgorithmStage }): ReactNode {
  const { t } = useWords();
  return (
    <span className={RUNS.has(stage) ? 'chip strong' : 'chip'} title={t(`algorithms.stageHint.${stage}`)}>
      {t(`algorithms.stage.${stage}`)}
    </span>
  );
}
