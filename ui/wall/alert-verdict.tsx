import { type FormEvent, type ReactNode, useState } from 'react';
import { Alert, type NewVerdict } from '#engine/contract/alert.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';

type Asked = 'wrong-class' | 'none' | null;

/** What operators judged of an alert, and a way to say otherwise. To call it false is among the alert's acts. */
export function AlertVerdict({ alert, past }: { alert: Alert; past: boolean }): ReactNode {
  const { t } = useWords();
  const [asked, setAsked] = useState<Asked>(null);
  const give = useGive(alert);
  const { busy, problem, start } = useAction(() => give({ verdict: 'confirmed', comment: '' }));
  const { verdict, trueClass } = alert;
  return (
    <section className="alert-verdict" aria-label={t('proof.give.title')} data-testid="verdict" data-verdict={verdict}>
      <p>{verdict === 'none' ? t('proof.give.none') : t(`proof.give.is.${verdict}`, { name: trueClass ?? '' })}</p>
      {!past && (
        <div className="actions">
          {verdict !== 'confirmed' && (
            <button type="button" className="button" disabled={busy} onClick={start}>
              {t('proof.give.confirmed')}
            </button>
          )}
          <button type="button" className="button" onClick={() => setAsked('wrong-class')}>
            {t('proof.give.wrong-class')}
          </button>
          {verdict !== 'none' && (
            <button type="button" className="button plain" onClick={() => setAsked('none')}>
              {t('proof.give.withdraw')}
            </button>
          )}
        </div>
      )}
      {problem && <ProblemNote problem={problem} />}
      {asked && <VerdictDialog alert={alert} asked={asked} onClose={() => setAsked(null)} />}
    </section>
  );
}

function useGive(alert: Alert): (verdict: NewVerdict) => Promise<void> {
  const { live } = useDesk();
  return async (verdict) => {
    const path = `/api/alerts/${encodeURIComponent(alert.id)}/verdict`;
    live.take({ kind: 'alert', entity: await post(Alert, path, verdict) });
  };
}

interface VerdictDialogProps {
  alert: Alert;
  asked: 'wrong-class' | 'none';
  onClose: () => void;
}

function VerdictDialog({ alert, asked, onClose }: VerdictDialogProps): ReactNode {
  const { t } = useWords();
  const give = useGive(alert);
  const [name, setName] = useState('');
  const [comment, setComment] = useState('');
  const [pressed, setPressed] = useState(false);
  const isWrong = asked === 'wrong-class';
  const { busy, problem, start } = useAction(async () => {
    await give(isWrong ? { verdict: asked, trueClass: name.trim(), comment } : { verdict: asked, comment });
    onClose();
  });
  const missing = (isWrong ? name : comment).trim() === '';
  const needed = pressed && missing ? t('proof.give.needed') : null;
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!missing) start();
  };
  return (
    <Dialog title={isWrong ? t('proof.give.wrong-class') : t('proof.give.withdraw')} onClose={onClose}>
      <form className="act" onSubmit={submit} noValidate>
        <p className="quiet-line">
          {isWrong
            ? t('proof.give.wrongWhat', { name: alert.boxes[0]?.class ?? t('unknown') })
            : t('proof.give.withdrawWhat')}
        </p>
        {isWrong && (
          <TextField
            label={t('proof.give.trueClass')}
            value={name}
            onChange={setName}
            maxLength={100}
            required
            wrong={needed}
            focusFirst
          />
        )}
        <TextField
          label={isWrong ? t('proof.give.comment') : t('proof.give.reason')}
          value={comment}
          onChange={setComment}
          lines={3}
          required={!isWrong}
          wrong={isWrong ? null : needed}
          focusFirst={!isWrong}
        />
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t('proof.give.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
