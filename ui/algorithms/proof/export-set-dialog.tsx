import { type ReactNode, useState } from 'react';
import { LabelFormat, type LabelledSet } from '#engine/contract/labelled-set.ts';
import { ProofJob } from '#engine/contract/proof-job.ts';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useAction } from '../../design/use-action.ts';
import { post } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';
import { JobLine } from './job-line.tsx';
import { isOver, useJob } from './use-job.ts';

/** A set as an archive: in which format, and whether people and vehicles are blurred; what that does is said. */
export function ExportSetDialog({ set, onClose }: { set: LabelledSet; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const [format, setFormat] = useState<LabelFormat>('yolo');
  const [blurred, setBlurred] = useState(true);
  const { job, follow } = useJob(() => undefined);
  const { busy, problem, start } = useAction(async () => {
    follow(await post(ProofJob, `/api/labelled-sets/${set.id}/exports`, { format, blurred }));
  });
  const underWay = busy || (job !== null && !isOver(job));
  const change = (act: () => void) => () => {
    act();
    follow(null);
  };
  return (
    <Dialog title={t('proof.export.title', { name: set.name })} onClose={onClose}>
      <div className="tabs" role="radiogroup" aria-label={t('proof.export.format')}>
        {LabelFormat.options.map((one) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button
            key={one}
            type="button"
            role="radio"
            aria-checked={one === format}
            disabled={underWay}
            onClick={change(() => setFormat(one))}
          >
            {t(`proof.import.formatName.${one}`)}
          </button>
        ))}
      </div>
      <label className="choice">
        <input type="checkbox" checked={blurred} disabled={underWay} onChange={change(() => setBlurred(!blurred))} />
        {t('proof.export.blurred')}
      </label>
      <p className="quiet-line">{t('proof.export.blurHint')}</p>
      <p className="quiet-line">{t('proof.export.record')}</p>
      {problem && <ProblemNote problem={problem} />}
      <JobLine job={job} />
      <div className="actions">
        {job?.state === 'done' ? (
          <a className="button primary" href={`/api/labelled-exports/${job.result}/set.zip`} download="">
            {t('proof.export.download')}
          </a>
        ) : (
          <button type="button" className="button primary" disabled={underWay} onClick={start}>
            {t('proof.export.start')}
          </button>
        )}
      </div>
    </Dialog>
  );
}
