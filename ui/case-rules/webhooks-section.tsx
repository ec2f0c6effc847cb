import { type FormEvent, type ReactNode, useState } from 'react';
import { NewWebhook, Webhook } from '#engine/contract/notice.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { useList } from './use-list.ts';
import { WebhookItem } from './webhook-item.tsx';

/** The programs that are told each notice: added with a secret that is shown once, and removed. */
export function WebhooksSection(): ReactNode {
  const { t } = useWords();
  const webhooks = useList(Webhook, '/api/webhooks');
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <section className="surface" aria-labelledby="webhooks-title" data-testid="webhooks">
      <header className="list-head">
        <h2 id="webhooks-title">{t('webhook.title')}</h2>
        <button type="button" className="button" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          {t(adding ? 'cancel' : 'webhook.add')}
        </button>
      </header>
      <p className="quiet-line what">{t('webhook.what')}</p>
      {secret !== null && <Secret secret={secret} onKnown={() => setSecret(null)} />}
      {adding && (
        <WebhookForm
          onMade={(made) => {
            setAdding(false);
            setSecret(made);
            webhooks.again();
          }}
        />
      )}
      {webhooks.problem && <ProblemNote problem={webhooks.problem} />}
      {!webhooks.items && !webhooks.problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {webhooks.items?.length === 0 && <p className="empty">{t('webhook.none')}</p>}
      <ul className="areas">
        {webhooks.items?.map((webhook) => (
          <WebhookItem key={webhook.id} webhook={webhook} onRemoved={webhooks.again} />
        ))}
      </ul>
    </section>
  );
}

/** As it is made here, and nowhere shown again. */
function Secret({ secret, onKnown }: { secret: string; onKnown: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <div className="webhook-secret" role="status">
      <p>{t('webhook.secretOnce')}</p>
      <code data-testid="webhook-secret">{secret}</code>
      <button type="button" className="button" onClick={onKnown}>
        {t('webhook.secretKnown')}
      </button>
    </div>
  );
}

function WebhookForm({ onMade }: { onMade: (secret: string) => void }): ReactNode {
  const { t } = useWords();
  const [url, setUrl] = useState('');
  const [pressed, setPressed] = useState(false);
  const isAddress = NewWebhook.shape.url.safeParse(url.trim()).success;
  const { busy, problem, start } = useAction(async () => {
    const secret = newSecret();
    await post(Webhook, '/api/webhooks', { url: url.trim(), secret } satisfies NewWebhook);
    onMade(secret);
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (isAddress) start();
  };
  return (
    <form className="area-form" aria-label={t('webhook.add')} onSubmit={submit} noValidate>
      <TextField
        label={t('webhook.url')}
        value={url}
        onChange={setUrl}
        required
        maxLength={1000}
        wrong={pressed && !isAddress ? t('webhook.urlWrong') : null}
      />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy} data-testid="make-webhook">
          {t('webhook.make')}
        </button>
      </div>
    </form>
  );
}

/** 256 bits, as hexadecimal digits. */
const newSecret = (): string =>
  [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
