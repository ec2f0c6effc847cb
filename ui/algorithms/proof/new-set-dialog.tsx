import { type FormEvent, type ReactNode, useState } from 'react';
import { LabelledSet } from '#engine/contract/labelled-set.ts';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { TextField } from '../../design/text-field.tsx';
import { useAction } from '../../design/use-action.ts';
import { post } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';

/** Makes an empty set: what it is called, and by which licence its pictures may be used. */
export function NewSetDialog(props: { onClose: () => void; onMade: (set: LabelledSet) => void }): ReactNode {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [licence, setLicence] = useState('');
  const [classes, setClasses] = useState('');
  const [pressed, setPressed] = useState(false);
  const named = classes
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const { busy, problem, start } = useAction(async () => {
    props.onMade(await post(LabelledSet, '/api/labelled-sets', { name, licence, classes: named }));
  });
  const missing = (value: string) => (pressed && value.trim() === '' ? t('proof.sets.needed') : null);
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (name.trim() !== '' && licence.trim() !== '') start();
  };
  return (
    <Dialog title={t('proof.sets.make')} onClose={props.onClose}>
      <form className="act" onSubmit={submit} noValidate>
        <TextField
          label={t('proof.sets.name')}
          value={name}
          onChange={setName}
          maxLength={120}
          required
          wrong={missing(name)}
          focusFirst
        />
        <TextField
          label={t('proof.sets.licence')}
          value={licence}
          onChange={setLicence}
          maxLength={500}
          required
          wrong={missing(licence)}
        />
        <p className="quiet-line">{t('proof.sets.licenceHint')}</p>
        <TextField label={t('proof.sets.classes')} value={classes} onChange={setClasses} lines={4} />
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={props.onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t('proof.sets.make')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
