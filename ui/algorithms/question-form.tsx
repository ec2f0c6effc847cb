import { type FormEvent, type ReactNode, useState } from 'react';
import { AlgorithmUpload } from '#engine/contract/algorithm.ts';
import type { Inspection } from '#engine/contract/inspection.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { zh } from '../words/zh.ts';

type Code = keyof typeof zh.question;
type ChoiceId = keyof typeof zh.choice;
type Column = keyof typeof zh.column;

interface Kept {
  answers: Record<string, string>;
  labels: string[] | null;
}

const NONE: Kept = { answers: {}, labels: null };

/** What was answered before: the server wants all of it again, and a page that is loaded anew still has it. */
function keptOf(uploadId: string): Kept {
  const kept = sessionStorage.getItem(`chengnao.answers.${uploadId}`);
  return kept === null ? NONE : (JSON.parse(kept) as Kept);
}

interface QuestionFormProps {
  upload: AlgorithmUpload;
  inspection: Inspection;
  onAsked: () => void;
}

/** What no file tells and a person must; a guess is marked as one and chosen by nobody but the person. */
export function QuestionForm({ upload, inspection, onAsked }: QuestionFormProps): ReactNode {
  const { t } = useWords();
  const [given, setGiven] = useState<Record<string, string>>({});
  const [labels, setLabels] = useState('');
  const { questions } = inspection;
  const lines = labels.split('\n').flatMap((line) => line.trim() || []);
  const open = questions.filter(({ code }) => (code === 'labels' ? lines.length === 0 : !given[code]?.trim())).length;
  const { busy, problem, start } = useAction(async () => {
    const before = keptOf(upload.id);
    const answers = { ...before.answers, ...given };
    const all: Kept = { answers, labels: lines.length > 0 ? lines : before.labels };
    await post(AlgorithmUpload, `/api/algorithm-uploads/${upload.id}/inspection`, all);
    sessionStorage.setItem(`chengnao.answers.${upload.id}`, JSON.stringify(all));
    onAsked();
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  if (questions.length === 0) return null;
  return (
    <form className="questions" onSubmit={submit} noValidate data-testid="questions">
      <h3>{t('algorithms.questions', { count: questions.length })}</h3>
      <p className="quiet-line">{t('algorithms.questionsHint')}</p>
      {questions.map(({ code, guess, choices }) => (
        <fieldset key={code} data-question={code}>
          <legend>{t(`question.${code as Code}.ask`)}</legend>
          <p className="quiet-line">{t(`question.${code as Code}.why`)}</p>
          {code === 'labels' ? (
            <textarea
              aria-label={t('algorithms.labelsField')}
              rows={4}
              value={labels}
              onChange={(happening) => setLabels(happening.target.value)}
            />
          ) : choices.length === 0 ? (
            <input
              aria-label={t(`question.${code as Code}.ask`)}
              value={given[code] ?? ''}
              placeholder={guess ?? ''}
              onChange={(happening) => setGiven({ ...given, [code]: happening.target.value })}
            />
          ) : (
            choices.map((id) => (
              <label key={id}>
                <input
                  type="radio"
                  name={code}
                  value={id}
                  checked={given[code] === id}
                  onChange={() => setGiven({ ...given, [code]: id })}
                />
                <ChoiceName id={id} />
                {id === guess && <span className="chip">{t('algorithms.guess')}</span>}
              </label>
            ))
          )}
        </fieldset>
      ))}
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        {open > 0 && <span className="quiet-line">{t('algorithms.needAll', { count: open })}</span>}
        <button type="submit" className="button primary" disabled={busy || open > 0}>
          {t('algorithms.answer')}
        </button>
      </div>
    </form>
  );
}

/** Orders of columns are made of their columns' names. */
function ChoiceName({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  if (id in zh.choice) return <span>{t(`choice.${id as ChoiceId}`)}</span>;
  const columns = id.split(',').map((column) => (column in zh.column ? t(`column.${column as Column}`) : column));
  return <span>{columns.join(' · ')}</span>;
}
