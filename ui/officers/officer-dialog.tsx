import { type FormEvent, type ReactNode, useState } from 'react';
import { Officer } from '#engine/contract/officer.ts';
import { Choices } from '../design/choices.tsx';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { UnitField } from '../dispatch/unit-field.tsx';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';

const LEAST_PASSWORD_LENGTH = 10;

/** Makes an officer's account for a unit. */
export function OfficerDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const rules = Object.keys(site.rules) as (keyof typeof site.rules)[];
  const [username, setUsername] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [password, setPassword] = useState('');
  const [unitId, setUnitId] = useState('');
  const [skills, setSkills] = useState<readonly string[]>([]);
  const [pressed, setPressed] = useState(false);
  const missing = (value: string, least = 1) => (pressed && value.length < least ? t('officers.needed') : null);
  const { busy, problem, start } = useAction(async () => {
    await post(Officer, '/api/officers', { username, displayName, password, unitId, skills });
    onDone();
    onClose();
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    const all = username.length > 1 && displayName !== '' && password.length >= LEAST_PASSWORD_LENGTH && unitId !== '';
    if (all) start();
  };
  return (
    <Dialog title={t('officers.add')} onClose={onClose}>
      <form className="body" onSubmit={submit} noValidate>
        <TextField
          label={t('officers.name')}
          value={displayName}
          onChange={setDisplayName}
          required
          maxLength={80}
          focusFirst
          wrong={missing(displayName)}
        />
        <TextField
          label={t('officers.username')}
          value={username}
          onChange={setUsername}
          required
          maxLength={64}
          wrong={missing(username, 2)}
        />
        <TextField
          label={t('officers.password')}
          value={password}
          onChange={setPassword}
          type="password"
          autoComplete="new-password"
          required
          maxLength={256}
          wrong={missing(password, LEAST_PASSWORD_LENGTH)}
        />
        <UnitField value={unitId} onChange={setUnitId} wrong={missing(unitId)} />
        <Choices
          legend={t('officers.skills')}
          options={rules.map((rule) => [rule, t(`rule.${rule}`)] as const)}
          chosen={skills}
          onChoose={setSkills}
        />
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="submit" className="button primary" disabled={busy}>
            {t('officers.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
