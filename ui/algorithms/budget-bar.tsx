import type { ReactNode } from 'react';
import type { AlgorithmBudget } from '#engine/contract/algorithm-budget.ts';
import type { AlgorithmDefinition } from '#engine/contract/algorithm-definition.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { FaultMark } from '../design/severity-mark.tsx';
import { useWords } from '../words/words.ts';
import type { Read } from './use-read.ts';

interface BudgetBarProps {
  budget: Read<AlgorithmBudget>;
  definitions: readonly AlgorithmDefinition[];
}

/** What is known, what could run, what is bound, and what of the host that takes; and which are looked for too rarely. */
export function BudgetBar({ budget: { found, problem }, definitions }: BudgetBarProps): ReactNode {
  const { t, language } = useWords();
  const said = (count: number | undefined) => count?.toLocaleString('en') ?? t('unknown');
  const cores = (count: number | null) => (count === null ? t('budget.notMeasured') : count.toFixed(2));
  const facts: [string, ReactNode, string?][] = [
    [t('budget.catalogued'), said(found?.catalogued)],
    [t('budget.runnable'), said(found?.runnable)],
    [t('budget.bound'), said(found?.bound)],
    [t('budget.cameras'), said(found?.cameras)],
    [
      t('budget.cores'),
      found ? `${cores(found.usedCores)} / ${found.cores}` : t('unknown'),
      found && found.measuredMs > 0
        ? t('budget.measured', { seconds: Math.round(found.measuredMs / 1000) })
        : t('budget.notMeasured'),
    ],
  ];
  const names = (found?.stretched ?? []).map((id) => definitions.find((one) => one.id === id)?.name[language] ?? id);
  return (
    <section className="budget" aria-label={t('budget.label')} data-testid="budget">
      <dl>
        {facts.map(([name, value, hint]) => (
          <div key={name} title={hint}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {names.length > 0 && (
        <p className="notice" role="status" data-testid="stretched">
          <FaultMark label="" />
          <span>
            <strong>{t('budget.stretchedTitle')}</strong> {t('budget.stretched', { names: names.join('、') })}
          </span>
        </p>
      )}
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
    </section>
  );
}
