import type { ReactNode } from 'react';
import { ProofJob } from '#engine/contract/proof-job.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useAction } from '../../design/use-action.ts';
import { ask } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';

/** How far a job is, and a way to end it; why it failed, where it did. */
export function JobLine({ job }: { job: ProofJob | null }): ReactNode {
  const { t } = useWords();
  const { busy, problem, start } = useAction(async () => {
    if (job) await ask(ProofJob, `/api/proof-jobs/${job.id}/cancel`, { method: 'POST' });
  });
  if (!job || job.state === 'done') return null;
  if (job.state === 'failed') return job.problem && <ProblemNote problem={job.problem} />;
  if (job.state === 'cancelled') return <p role="status">{t('proof.job.cancelled')}</p>;
  const { done, total, state } = job;
  const what = t(`proof.job.${job.kind}`);
  return (
    <div className="job-line" role="status" data-testid="job" data-state={state}>
      <span>
        {t(`proof.job.${state}`, { what })}
        {total !== null && ` · ${t('proof.job.of', { done, total })}`}
      </span>
      <progress {...(total ? { value: done, max: total } : {})} aria-label={what} />
      <button type="button" className="button" disabled={busy} onClick={start}>
        {t('proof.job.cancel')}
      </button>
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}
