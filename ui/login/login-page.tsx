import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { signIn } from '../live/session.ts';
import markUrl from '../mark.svg';
import { LanguageButton } from '../words/language-button.tsx';
import { useWords } from '../words/words.ts';
import './login.css';

/** Where a person signs in; says so when that is because their session ended. */
export function LoginPage({ why }: { why: 'left' | 'ended' }): ReactNode {
  const { t } = useWords();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const titleId = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const { busy, problem, start } = useAction(() => signIn({ username: username.trim(), password }));
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  const wrongPassword = problem !== null && /credential|password|sign-in|not-signed-in/.test(problem.code);
  return (
    <main className="login-page">
      <form ref={form} className="surface" aria-labelledby={titleId} onSubmit={submit} noValidate>
        <header>
          <img src={markUrl} alt="" />
          <div>
            <p className="product">{t('product')}</p>
            <h1 id={titleId}>{t('login.title')}</h1>
          </div>
          <LanguageButton />
        </header>
        {why === 'ended' && (
          <p className="ended" role="status">
            <Glyph name="notice" />
            {t('login.ended')}
          </p>
        )}
        <TextField
          label={t('login.username')}
          value={username}
          onChange={setUsername}
          autoComplete="username"
          maxLength={64}
        />
        <div className="password">
          <TextField
            label={t('login.password')}
            type={shown ? 'text' : 'password'}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            maxLength={256}
          />
          <button
            type="button"
            className="button plain icon"
            aria-label={shown ? t('login.hide') : t('login.show')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <Glyph name={shown ? 'gone' : 'eye'} />
          </button>
        </div>
        {wrongPassword ? (
          <p className="problem" role="alert">
            <strong>{t('login.wrong')}</strong>
          </p>
        ) : (
          problem && <ProblemNote problem={problem} />
        )}
        <button type="submit" className="button primary" disabled={busy || username.trim() === '' || password === ''}>
          {busy ? t('login.busy') : t('login.submit')}
        </button>
        <p className="quiet-line">{t('login.first')}</p>
      </form>
    </main>
  );
}
