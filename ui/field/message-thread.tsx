import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { CaseField, CaseMessage } from '#engine/contract/patrol.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { useRecorder } from './use-recorder.ts';
import './field.css';

interface MessageThreadProps {
  field: CaseField;
  timeZone: string;
  /** Whose words stand on the right. */
  side: 'desk' | 'officer';
  photoAddress: (id: string) => string;
  voiceAddress: (id: string) => string;
  onText: (text: string) => Promise<void>;
  onPhoto: (photo: Blob) => Promise<void>;
  onVoice: (voice: Blob, durationMs: number) => Promise<void>;
  /** What was said here and is not sent yet. */
  waiting?: readonly string[];
}

/** What desk and officer say to each other on a case, in its order: words, photos, voice notes. */
export function MessageThread(props: MessageThreadProps): ReactNode {
  const { t } = useWords();
  const { field, waiting = [], onText, onPhoto, onVoice } = props;
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const count = field.messages.length + waiting.length;
  useEffect(() => {
    if (count > 0) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, [count]);
  const run = (doing: Promise<void>) => {
    setBusy(true);
    void doing.finally(() => setBusy(false));
  };
  const recorder = useRecorder((voice, durationMs) => run(onVoice(voice, durationMs)));
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    const said = text.trim();
    if (said === '' || busy) return;
    run(onText(said).then(() => setText('')));
  };
  return (
    <section className="message-thread" aria-label={t('patrol.messages')}>
      <h3>{t('patrol.messages')}</h3>
      {count === 0 && <p className="quiet-line">{t('patrol.noMessages')}</p>}
      <ol ref={list} aria-live="polite">
        {field.messages.map((message) => (
          <Message key={message.id} message={message} {...props} />
        ))}
        {waiting.map((said, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other place than their order
          <li key={i} className="own unsent">
            <p>{said}</p>
            <span className="quiet-line">{t('patrol.queued')}</span>
          </li>
        ))}
      </ol>
      <form onSubmit={submit}>
        <input
          value={text}
          maxLength={2000}
          placeholder={t('patrol.write')}
          aria-label={t('patrol.write')}
          onChange={(happening) => setText(happening.target.value)}
        />
        <button type="submit" className="button primary" disabled={busy || text.trim() === ''}>
          {t('patrol.send')}
        </button>
        <button type="button" className="button" disabled={busy} onClick={() => file.current?.click()}>
          {t('patrol.photo')}
        </button>
        <input
          ref={file}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          hidden
          onChange={({ target }) => {
            const photo = target.files?.[0];
            target.value = '';
            if (photo) run(onPhoto(photo));
          }}
        />
        <button type="button" className="button" aria-pressed={recorder.seconds !== null} onClick={recorder.press}>
          {recorder.seconds === null ? t('patrol.voice') : t('patrol.recording', { seconds: recorder.seconds })}
        </button>
      </form>
      {recorder.problem && (
        <p className="wrong" role="alert">
          {t('patrol.noMicrophone', { reason: recorder.problem })}
        </p>
      )}
    </section>
  );
}

function Message({
  message,
  side,
  timeZone,
  photoAddress,
  voiceAddress,
}: MessageThreadProps & { message: CaseMessage }): ReactNode {
  const { t } = useWords();
  const { id, from, by, at, text, photoId, voiceMs } = message;
  return (
    <li className={from === side ? 'own' : undefined}>
      <span className="quiet-line">
        {from === 'desk' && side === 'officer' ? `${t('patrol.desk')} · ${by}` : by} · {sayMoment(at, timeZone)}
      </span>
      {text !== '' && <p>{text}</p>}
      {photoId !== null && <img src={photoAddress(photoId)} alt={t('patrol.photo')} loading="lazy" />}
      {voiceMs !== null && (
        // biome-ignore lint/a11y/useMediaCaption: a voice note of the moment has no captions
        <audio
          controls
          preload="none"
          src={voiceAddress(id)}
          aria-label={t('patrol.playVoice', { seconds: Math.round(voiceMs / 1000) })}
        />
      )}
    </li>
  );
}
