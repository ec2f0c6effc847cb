import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { useWords } from '../words/words.ts';

interface ActDialogProps {
  title: string;
  what: string;
  label: string;
  submit: string;
  /** Said when nothing was written; absent: nothing needs to be. */
  needed?: string;
  run: (text: string) => Promise<void>;
  onClose: () => void;
}

/** A dialog that asks for a few words before it acts. It closes when the act is done, and keeps the words when not. */
export function ActDialog({ title, what, label, submit, needed, run, onClose }: ActDialogProps): ReactNode {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [pressed, setPressed] = useState(false);
  const missing = needed !== undefined && text.trim() === '';
  const { busy, problem, start } = useAction(async () => {
    await run(text.trim());
    onClose();
  });
  const onSubmit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!missing) start();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="act" onSubmit={onSubmit} noValidate>
        <p className="quiet-line">{what}</p>
        <TextField
          label={label}
          value={text}
          onChange={setText}
          lines={3}
          required={needed !== undefined}
          wrong={pressed && missing ? needed : null}
          focusFirst
        />
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
