import { type ReactNode, useState } from 'react';
import { LabelledImport, type LabelledSet } from '#engine/contract/labelled-set.ts';
import { ProofJob } from '#engine/contract/proof-job.ts';
import { Dialog } from '../../design/dialog.tsx';
import { FactList } from '../../design/fact-list.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { TextField } from '../../design/text-field.tsx';
import { useAction } from '../../design/use-action.ts';
import { ask, request } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';
import { useRead } from '../use-read.ts';
import { JobLine } from './job-line.tsx';
import { useJob } from './use-job.ts';

/** An archive of gigabytes takes its time on a city's line. */
const SENT_WITHIN_MS = 3_600_000;
const KINDS = ['archive', 'clip'] as const;
type Kind = (typeof KINDS)[number];

interface ImportSetDialogProps {
  set: LabelledSet;
  onClose: () => void;
  onApplied: () => void;
}

/** An archive of pictures and labels, or a clip of nothing: its dry run, what is wrong in it, and then doing it. */
export function ImportSetDialog({ set, onClose, onApplied }: ImportSetDialogProps): ReactNode {
  const { t } = useWords();
  const [kind, setKind] = useState<Kind>('archive');
  const [file, setFile] = useState<File | null>(null);
  const [everyMs, setEveryMs] = useState('1000');
  const [readId, setReadId] = useState<string | null>(null);
  const { job, follow } = useJob(({ result }) => setReadId(result));
  const { busy, problem, start } = useAction(async () => {
    if (!file) return;
    const query = new URLSearchParams({ fileName: file.name, ...(kind === 'clip' && { everyMs }) });
    const answer = await request(
      `/api/labelled-sets/${set.id}/imports?${query}`,
      { method: 'POST', body: file },
      SENT_WITHIN_MS,
    );
    follow(ProofJob.parse(await answer.json()));
  });
  const again = () => {
    setReadId(null);
    follow(null);
    setFile(null);
  };
  const underWay = job?.state === 'waiting' || job?.state === 'running';
  return (
    <Dialog title={t('proof.import.title', { name: set.name })} onClose={onClose} wide>
      {readId === null && !underWay && (
        <>
          <div className="tabs" role="radiogroup" aria-label={t('proof.import.kind')}>
            {KINDS.map((one) => (
              // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
              <button
                key={one}
                type="button"
                role="radio"
                aria-checked={one === kind}
                onClick={() => {
                  setKind(one);
                  setFile(null);
                }}
              >
                {t(`proof.import.${one}`)}
              </button>
            ))}
          </div>
          <p>{kind === 'clip' ? t('proof.import.clipWhat') : t('proof.import.what')}</p>
          <div className="field">
            <label htmlFor="labels-file">{t('proof.import.file')}</label>
            <input
              key={kind}
              id="labels-file"
              type="file"
              accept={kind === 'clip' ? '.mp4,.mov,.avi,.mkv,.webm,.ts' : '.zip'}
              data-focus-first=""
              onChange={(happening) => setFile(happening.target.files?.[0] ?? null)}
            />
          </div>
          {kind === 'clip' && (
            <TextField label={t('proof.import.everyMs')} type="number" value={everyMs} onChange={setEveryMs} />
          )}
        </>
      )}
      {busy && <p role="status">{t('proof.import.sending')}</p>}
      {problem && <ProblemNote problem={problem} kept />}
      <JobLine job={job} />
      {readId === null && !underWay && (
        <div className="actions">
          <button type="button" className="button primary" disabled={!file || busy} onClick={start}>
            {t('proof.import.start')}
          </button>
        </div>
      )}
      {readId !== null && <ReadResult id={readId} onApplied={onApplied} onAgain={again} />}
    </Dialog>
  );
}

interface ReadResultProps {
  id: string;
  onApplied: () => void;
  onAgain: () => void;
}

function ReadResult({ id, onApplied, onAgain }: ReadResultProps): ReactNode {
  const { t } = useWords();
  const read = useRead(LabelledImport, `/api/labelled-imports/${id}`);
  const [applied, setApplied] = useState<LabelledImport | null>(null);
  const { busy, problem, start } = useAction(async () => {
    setApplied(await ask(LabelledImport, `/api/labelled-imports/${id}/apply`, { method: 'POST' }));
    onApplied();
  });
  const told = applied ?? read.found;
  if (!told)
    return read.problem ? <ProblemNote problem={read.problem} /> : <p className="quiet-line">{t('loading')}</p>;
  const isApplied = told.state === 'applied';
  return (
    <div className="read-result" data-testid="read-result" data-state={told.state}>
      <p>
        <strong>{told.fileName}</strong>
      </p>
      {isApplied && <p role="status">{t('proof.import.applied', { count: told.added })}</p>}
      <FactList
        facts={[
          [t('proof.import.format'), t(`proof.import.formatName.${told.format}`)],
          [isApplied ? t('proof.import.addedDone') : t('proof.import.added'), told.added],
          [t('proof.import.readable'), told.pictures],
          [t('proof.sets.boxes'), told.boxes],
          [t('proof.sets.negatives'), told.negatives],
          [t('proof.import.withoutLabels'), told.withoutLabels],
          [t('proof.import.sameBytes'), told.sameBytes],
          [t('proof.import.sameLook'), told.sameLook],
          [t('proof.import.newClasses'), told.newClasses.join('、') || '0'],
        ]}
      />
      {told.issueCount > 0 && (
        <section>
          <h3>{t('proof.import.issues', { count: told.issueCount })}</h3>
          <ul className="label-issues">
            {told.issues.map(({ code, file, line, got, expected }) => (
              <li key={`${file} ${line} ${got}`} data-testid="label-issue">
                <p>{t(`proof.import.issue.${code}`)}</p>
                <p className="quiet-line">
                  <code>{file}</code> {line !== null && t('proof.import.line', { line })}
                </p>
                <dl>
                  <dt>{t('problem.got')}</dt>
                  <dd>{got}</dd>
                  <dt>{t('problem.expected')}</dt>
                  <dd>{expected}</dd>
                </dl>
              </li>
            ))}
          </ul>
          {told.issueCount > told.issues.length && (
            <p className="quiet-line">{t('proof.import.more', { count: told.issues.length })}</p>
          )}
        </section>
      )}
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        <button type="button" className="button" onClick={onAgain}>
          {t('proof.import.again')}
        </button>
        {!isApplied && (
          <button type="button" className="button primary" disabled={told.added === 0 || busy} onClick={start}>
            {told.added === 0 ? t('proof.import.nothing') : t('proof.import.apply', { count: told.added })}
          </button>
        )}
      </div>
    </div>
  );
}
