import { type ReactNode, useState } from 'react';
import type { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { AlgorithmEvaluation } from '#engine/contract/evaluation.ts';
import { LabelledSet } from '#engine/contract/labelled-set.ts';
import { ProofJob } from '#engine/contract/proof-job.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { TextField } from '../../design/text-field.tsx';
import { useAction } from '../../design/use-action.ts';
import { listOf, post } from '../../live/ask.ts';
import { useDesk } from '../../live/use-live.ts';
import { sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { useRead } from '../use-read.ts';
import { EvaluationResultView } from './evaluation-result.tsx';
import { JobLine } from './job-line.tsx';
import { isOver, useJob } from './use-job.ts';

const SETS = listOf(LabelledSet);
const EVALUATIONS = listOf(AlgorithmEvaluation);

/** Starts evaluations on labelled sets, and shows what came of each. */
export function EvaluationPart({ version, mayWrite }: { version: AlgorithmVersion; mayWrite: boolean }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { found, problem, again } = useRead(EVALUATIONS, `/api/algorithm-versions/${version.id}/evaluations`);
  const [chosen, setChosen] = useState<string | null>(null);
  const evaluations = found?.items ?? [];
  const shown = evaluations.find(({ id }) => id === chosen) ?? evaluations[0];
  return (
    <section aria-label={t('proof.evaluation.title')} data-testid="evaluation">
      <h3>{t('proof.evaluation.title')}</h3>
      {mayWrite && (
        <StartEvaluation
          version={version}
          onDone={(id) => {
            setChosen(id);
            again();
          }}
        />
      )}
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {found && evaluations.length === 0 && <p className="quiet-line">{t('proof.evaluation.none')}</p>}
      {evaluations.length > 1 && (
        <div className="tabs" role="radiogroup" aria-label={t('proof.evaluation.title')}>
          {evaluations.map(({ id, setName, at }) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button key={id} type="button" role="radio" aria-checked={id === shown?.id} onClick={() => setChosen(id)}>
              {setName} · {sayMoment(at, site.timeZone)}
            </button>
          ))}
        </div>
      )}
      {shown && <EvaluationResultView key={shown.id} evaluation={shown} />}
    </section>
  );
}

interface StartProps {
  version: AlgorithmVersion;
  onDone: (evaluationId: string) => void;
}

function StartEvaluation({ version, onDone }: StartProps): ReactNode {
  const { t } = useWords();
  const sets = useRead(SETS, '/api/labelled-sets');
  const [setId, setSetId] = useState('');
  const [threshold, setThreshold] = useState('');
  const { job, follow } = useJob(({ result }) => result && onDone(result));
  const usable = (sets.found?.items ?? []).filter(({ pictures }) => pictures > 0);
  const wanted = usable.find(({ id }) => id === setId) ?? usable[0];
  const asked = threshold.trim() === '' ? null : Number(threshold);
  const isWrong = asked !== null && !(asked >= 0.01 && asked <= 0.99);
  const { busy, problem, start } = useAction(async () => {
    if (!wanted || isWrong) return;
    const body = { setId: wanted.id, ...(asked !== null && { threshold: asked }) };
    follow(await post(ProofJob, `/api/algorithm-versions/${version.id}/evaluations`, body));
  });
  if (sets.found && usable.length === 0) return <p className="quiet-line">{t('proof.evaluation.noSets')}</p>;
  return (
    <form
      className="start-evaluation"
      onSubmit={(happening) => {
        happening.preventDefault();
        start();
      }}
    >
      <div className="field">
        <label htmlFor="evaluation-set">{t('proof.evaluation.set')}</label>
        <select id="evaluation-set" value={wanted?.id ?? ''} onChange={(happening) => setSetId(happening.target.value)}>
          {usable.map((set) => (
            <option key={set.id} value={set.id}>
              {set.algorithm === null ? set.name : t('proof.sets.ofVerdicts', { algorithm: set.algorithm })}
              {' · '}
              {t('proof.sets.counts', { pictures: set.pictures, boxes: set.boxes })}
            </option>
          ))}
        </select>
      </div>
      <TextField
        label={t('proof.evaluation.threshold')}
        type="number"
        value={threshold}
        onChange={setThreshold}
        wrong={isWrong ? t('proof.evaluation.thresholdWrong') : null}
      />
      <button
        type="submit"
        className="button primary"
        disabled={!wanted || isWrong || busy || (job !== null && !isOver(job))}
      >
        {t('proof.evaluation.start')}
      </button>
      {sets.problem && <ProblemNote problem={sets.problem} />}
      {problem && <ProblemNote problem={problem} kept />}
      <JobLine job={job} />
    </form>
  );
}
