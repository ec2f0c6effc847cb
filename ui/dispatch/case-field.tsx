import { type ReactNode, useEffect, useState } from 'react';
import type { Case, CaseEntryKind } from '#engine/contract/case.ts';
import { CaseField } from '#engine/contract/patrol.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { MessageThread } from '../field/message-thread.tsx';
import { PhotoFacts, PhotoPair } from '../field/photo-pair.tsx';
import { ask, asProblem, post } from '../live/ask.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { sayClock } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import '../field/field.css';
import { clientId } from './client-id.ts';

/** What came from the field on a case: 处置前 and 处置后 side by side, when each step was really done, and the talk with the officers. */
export function CaseFieldWork({ one }: { one: Case }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { field, problem, take } = useField(one);
  const address = `/api/cases/${encodeURIComponent(one.id)}`;
  const send = async (what: 'photos' | 'voices', query: Record<string, string>, body: Blob) => {
    const asked = new URLSearchParams({ clientId: clientId(), ...query });
    const headers = { 'content-type': body.type || 'application/octet-stream' };
    take(await ask(CaseField, `${address}/${what}?${asked}`, { method: 'POST', headers, body }));
  };
  if (problem) return <ProblemNote problem={problem} />;
  if (!field) return null;
  const { timeZone } = site;
  const photoAddress = (id: string) => `${address}/photos/${encodeURIComponent(id)}`;
  const reported = field.photos.filter(({ kind }) => kind === 'report');
  const late = field.steps.filter(({ doneAt, receivedAt }) => Date.parse(receivedAt) - Date.parse(doneAt) > LATE_MS);
  const sent = one.unitId !== null || field.photos.length > 0 || field.messages.length > 0;
  if (!sent) return null;
  return (
    <section className="case-field" data-testid="case-field" aria-label={t('dispatch.field')}>
      <h3>{t('dispatch.field')}</h3>
      {reported.map((photo) => (
        <figure key={photo.id}>
          <img src={photoAddress(photo.id)} alt={t('patrol.report')} />
          <figcaption>
            <PhotoFacts photo={photo} timeZone={timeZone} />
          </figcaption>
        </figure>
      ))}
      <PhotoPair photos={field.photos} timeZone={timeZone} addressOf={photoAddress} />
      {late.map(({ kind, doneAt, receivedAt, by }) => (
        <p key={`${kind} ${receivedAt}`} className="quiet-line">
          {t(`dispatch.step.${kind as CaseEntryKind}`)} · {by} ·{' '}
          {t('patrol.doneAt', { done: sayClock(doneAt, timeZone), received: sayClock(receivedAt, timeZone) })}
        </p>
      ))}
      <MessageThread
        field={field}
        timeZone={timeZone}
        side="desk"
        photoAddress={photoAddress}
        voiceAddress={(id) => `${address}/voices/${encodeURIComponent(id)}`}
        onText={async (text) => take(await post(CaseField, `${address}/messages`, { clientId: clientId(), text }))}
        onPhoto={(photo) => send('photos', { kind: 'message', takenAt: new Date().toISOString() }, photo)}
        onVoice={(voice, durationMs) => send('voices', { durationMs: String(Math.round(durationMs)) }, voice)}
      />
    </section>
  );
}

/** What was sent later than this after it was done, the phone had no network for. */
const LATE_MS = 30_000;

/** Read anew whenever the case or the field work changes. */
function useField(one: Case): { field: CaseField | null; problem: Problem | null; take: (field: CaseField) => void } {
  const { fieldSeq } = useCity();
  const [known, setKnown] = useState<{ field: CaseField | null; problem: Problem | null }>({
    field: null,
    problem: null,
  });
  const { id, seq } = one;
  const asOf = Math.max(fieldSeq, seq);
  useEffect(() => {
    const stop = new AbortController();
    if (asOf < 0) return;
    ask(CaseField, `/api/cases/${encodeURIComponent(id)}/field`, { signal: stop.signal }).then(
      (field) => setKnown({ field, problem: null }),
      (error) => stop.signal.aborted || setKnown(({ field }) => ({ field, problem: field ? null : asProblem(error) })),
    );
    return () => stop.abort();
  }, [id, asOf]);
  return { ...known, take: (field) => setKnown({ field, problem: null }) };
}
