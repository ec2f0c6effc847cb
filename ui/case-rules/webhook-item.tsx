import { type ReactNode, useState } from 'react';
import type { Webhook } from '#engine/contract/notice.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { request } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

/** A program that is told: where, since when, whether it takes what it is told, and how it is removed. */
export function WebhookItem({ webhook, onRemoved }: { webhook: Webhook; onRemoved: () => void }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { id, url, by, at, waiting, lastProblem, lastTakenAt } = webhook;
  const [asked, setAsked] = useState(false);
  const { busy, problem, start } = useAction(async () => {
    await request(`/api/webhooks/${encodeURIComponent(id)}`, { method: 'DELETE' });
    onRemoved();
  });
  const taken = lastTakenAt
    ? t('webhook.taken', { at: sayMoment(lastTakenAt, site.timeZone) })
    : t('webhook.noneTaken');
  return (
    <li data-testid="webhook">
      <p className="webhook-url">
        <strong>{url}</strong>
      </p>
      <p className="quiet-line">{t('webhook.addedBy', { by, at: sayMoment(at, site.timeZone) })}</p>
      <p>
        {taken}
        {waiting > 0 && (
          <>
            {' '}
            <span className="chip strong">{t('webhook.waiting', { count: waiting })}</span>
          </>
        )}
      </p>
      {waiting > 0 && lastProblem && <p className="wrong">{t('webhook.problem', { problem: lastProblem })}</p>}
      {problem && <ProblemNote problem={problem} />}
      {asked ? (
        <div className="actions">
          <button type="button" className="button" onClick={() => setAsked(false)}>
            {t('cancel')}
          </button>
          <button type="button" className="button primary" disabled={busy} onClick={start}>
            {t('webhook.removeSubmit')}
          </button>
        </div>
      ) : (
        <button type="button" className="button" onClick={() => setAsked(true)}>
          {t('webhook.remove')}
        </button>
      )}
    </li>
  );
}
