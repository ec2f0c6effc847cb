import { type FormEvent, type ReactNode, useState } from 'react';
import type { PatrolCase } from '#engine/contract/patrol.ts';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../words/words.ts';
import { photoPost, stepPost } from './make-post.ts';
import { type standingOnPhone, usePatrol } from './patrol-desk.ts';
import { PhotoButton } from './photo-button.tsx';
import { QueuedPhoto } from './queued-photo.tsx';

interface CaseActsProps {
  one: PatrolCase;
  standing: ReturnType<typeof standingOnPhone>;
}

/** What is to be done next: one large button, and returning the case with a reason. */
export function CaseActs({ one, standing }: CaseActsProps): ReactNode {
  const { t } = useWords();
  const { desk } = usePatrol();
  const { state, accepted, suspended } = standing;
  if (!one.mine) return <p className="said">{t('patrol.notMine')}</p>;
  if (suspended) return <p className="said">{t('patrol.suspended')}</p>;
  if (state === 'handled') return <p className="said">{t('patrol.handled')}</p>;
  if (state === 'closed') return <p className="said">{t('patrol.closed')}</p>;
  if (state === 'opened') return null;
  return (
    <section className="case-acts" aria-label={t('dispatch.act')}>
      {state === 'assigned' && !accepted && (
        <button
          type="button"
          className="button primary wide"
          data-testid="accept"
          onClick={() => void desk.put([stepPost(one.id, 'accepted')])}
        >
          {t('patrol.accept')}
        </button>
      )}
      {state === 'assigned' && accepted && (
        <PhotoButton
          name={t('patrol.start')}
          primary
          testId="photo-before"
          onPhoto={async (photo) => desk.put([await photoPost(one.id, 'before', photo), stepPost(one.id, 'started')])}
        />
      )}
      {state === 'started' && <Handling one={one} />}
      <Returning one={one} />
    </section>
  );
}

function Handling({ one }: { one: PatrolCase }): ReactNode {
  const { t } = useWords();
  const { desk } = usePatrol();
  const [taken, setTaken] = useState<Awaited<ReturnType<typeof photoPost>> | null>(null);
  const [note, setNote] = useState('');
  const [pressed, setPressed] = useState(false);
  const photo = (
    <PhotoButton
      name={taken ? t('patrol.retake') : t('patrol.handle')}
      primary={!taken}
      testId="photo-after"
      // Where it was taken is where the phone is now, not where it is when this is sent.
      onPhoto={async (blob) => setTaken(await photoPost(one.id, 'after', blob))}
    />
  );
  if (!taken?.blob) return photo;
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (note.trim() !== '') void desk.put([taken, stepPost(one.id, 'handled', note.trim())]);
  };
  return (
    <form className="handling" onSubmit={submit} noValidate>
      <QueuedPhoto blob={taken.blob} name={t('patrol.after')} />
      {photo}
      <TextField
        label={t('patrol.handledNote')}
        value={note}
        onChange={setNote}
        lines={2}
        required
        wrong={pressed && note.trim() === '' ? t('patrol.needed') : null}
      />
      <button type="submit" className="button primary wide" data-testid="submit-handled">
        {t('patrol.submit')}
      </button>
    </form>
  );
}

function Returning({ one }: { one: PatrolCase }): ReactNode {
  const { t } = useWords();
  const { desk } = usePatrol();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [pressed, setPressed] = useState(false);
  if (!open) {
    return (
      <button type="button" className="button plain" onClick={() => setOpen(true)}>
        {t('patrol.returnCase')}
      </button>
    );
  }
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (reason.trim() !== '') void desk.put([stepPost(one.id, 'returned', reason.trim())]);
  };
  return (
    <form className="handling" onSubmit={submit} noValidate>
      <TextField
        label={t('patrol.returnReason')}
        value={reason}
        onChange={setReason}
        lines={2}
        required
        focusFirst
        wrong={pressed && reason.trim() === '' ? t('patrol.needed') : null}
      />
      <div className="acts">
        <button type="submit" className="button primary">
          {t('patrol.returnSubmit')}
        </button>
        <button type="button" className="button" onClick={() => setOpen(false)}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
