import { type FormEvent, type ReactNode, useState } from 'react';
import { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import type { Rollout } from '#engine/contract/rollout.ts';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { TextField } from '../../design/text-field.tsx';
import { useAction } from '../../design/use-action.ts';
import { post } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';

interface TermsDialogProps {
  versionId: string;
  rollout: Rollout;
  onChanged: () => void;
  onClose: () => void;
}

/** On how many of the cameras it runs, and what takes it back by itself. */
export function TermsDialog({ versionId, rollout, onChanged, onClose }: TermsDialogProps): ReactNode {
  const { t } = useWords();
  const { share, limits, stage } = rollout;
  const [percent, setPercent] = useState(share === null ? '' : String(Math.round(1000 * share) / 10));
  const [lookMs, setLookMs] = useState(String(limits.lookMs));
  const [deaths, setDeaths] = useState(String(limits.deathsPerHour));
  const [falsePercent, setFalsePercent] = useState(String(100 * limits.falseShare));
  const [extra, setExtra] = useState(String(limits.extraPerCameraHour));
  const [reason, setReason] = useState('');
  const [pressed, setPressed] = useState(false);
  const isMissing = reason.trim() === '';
  const { busy, problem, start } = useAction(async () => {
    await post(AlgorithmVersion, `/api/algorithm-versions/${versionId}/moves`, {
      move: 'adjust',
      reason: reason.trim(),
      ...(share !== null && { share: Number(percent) / 100 }),
      limits: {
        lookMs: Number(lookMs),
        deathsPerHour: Number(deaths),
        falseShare: Number(falsePercent) / 100,
        extraPerCameraHour: Number(extra),
      },
    });
    onChanged();
    onClose();
  });
  const onSubmit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!isMissing) start();
  };
  return (
    <Dialog title={t('rollout.adjust')} onClose={onClose}>
      <form className="act" onSubmit={onSubmit} noValidate>
        {share !== null && (
          <TextField label={t('rollout.sharePercent')} value={percent} onChange={setPercent} focusFirst />
        )}
        <TextField label={t('rollout.lookLimit')} value={lookMs} onChange={setLookMs} />
        <TextField label={t('rollout.deathLimit')} value={deaths} onChange={setDeaths} />
        {stage === 'shadow' ? (
          <TextField label={t('rollout.extraLimit')} value={extra} onChange={setExtra} />
        ) : (
          <TextField label={t('rollout.falseLimit')} value={falsePercent} onChange={setFalsePercent} />
        )}
        <TextField
          label={t('rollout.reason')}
          value={reason}
          onChange={setReason}
          required
          wrong={pressed && isMissing ? t('rollout.reasonNeeded') : null}
        />
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t('rollout.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
