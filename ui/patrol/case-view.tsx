import { type ReactNode, useEffect, useState } from 'react';
import { z } from 'zod';
import type { PatrolCase } from '#engine/contract/patrol.ts';
import { follow } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { SeverityMark } from '../design/severity-mark.tsx';
import { MessageThread } from '../field/message-thread.tsx';
import { PhotoPair } from '../field/photo-pair.tsx';
import { post } from '../live/ask.ts';
import { sayClock, sayMoment } from '../words/say.ts';
import { sayCase } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import { CameraNow } from './camera-now.tsx';
import { CaseActs } from './case-acts.tsx';
import { messagePost, photoPost, voicePost } from './make-post.ts';
import { tabAddress } from './patrol-bar.tsx';
import { evidenceAddress, photoAddress, standingOnPhone, usePatrol, voiceAddress } from './patrol-desk.ts';
import { QueuedPhoto } from './queued-photo.tsx';
import { Away, Due } from './task-list.tsx';
import { navigationAddress } from './way.ts';

/** One case on the phone: what and where, the evidence, what to do next, photos, messages, what happened. */
export function CaseView({ caseId }: { caseId: string }): ReactNode {
  const { t } = useWords();
  const { day } = usePatrol();
  const one = day?.cases.find(({ id }) => id === caseId);
  return (
    <article className="patrol-case" data-testid="patrol-case">
      <a className="button plain back" href={tabAddress('list')} onClick={follow}>
        <Glyph name="back" />
        {t('patrol.back')}
      </a>
      {one ? <Detail one={one} /> : <p className="empty">{t('problem.code.not-found')}</p>}
    </article>
  );
}

function Detail({ one }: { one: PatrolCase }): ReactNode {
  const { t } = useWords();
  const { day, desk, posts } = usePatrol();
  const [missing, setMissing] = useState(false);
  const standing = standingOnPhone(one, posts);
  useReadHere(one.id);
  const timeZone = day?.site.timeZone ?? 'Asia/Shanghai';
  const own = posts.filter((post) => post.caseId === one.id);
  const alertId = one.evidence[0]?.alertId;
  const photos = own.filter(({ what, kind }) => what === 'photo' && kind !== 'message');
  return (
    <>
      <header>
        <SeverityMark severity={one.severity} />
        <h1>{sayCase(one)}</h1>
        <span className="chip">{one.mine ? t(`dispatch.state.${standing.state}`) : t('patrol.notMine')}</span>
        <p className="place">{one.cameraName}</p>
        <p className="quiet-line">{one.id}</p>
        <Due one={one} />
        <Away one={one} />
      </header>
      <CaseActs one={one} standing={standing} />
      <a className="button wide" href={navigationAddress(one)}>
        {t('patrol.navigate')}
      </a>
      {alertId !== undefined && (
        <figure className="evidence-picture">
          {missing ? (
            <p className="no-photo">{t('patrol.evidenceMissing')}</p>
          ) : (
            <div className="boxed">
              <img src={evidenceAddress(one.id, alertId)} alt={t('patrol.evidence')} onError={() => setMissing(true)} />
              {one.evidence[0]?.boxes.map(({ xyxy: [x1, y1, x2, y2] }) => (
                <span key={`${x1} ${y1}`} style={boxStyle([x1, y1, x2, y2])} />
              ))}
            </div>
          )}
          <figcaption className="quiet-line">
            {t('patrol.evidence')} · {sayMoment(one.evidence[0]!.capturedAt, timeZone)}
          </figcaption>
        </figure>
      )}
      {one.mine && one.cameraIds.length > 0 && <CameraNow caseId={one.id} timeZone={timeZone} />}
      <PhotoPair
        photos={one.field.photos}
        timeZone={timeZone}
        addressOf={(id) => photoAddress(one.id, id)}
        instead={(kind) => {
          const queued = photos.findLast((post) => post.kind === kind);
          return queued?.blob ? <QueuedPhoto blob={queued.blob} name={t('patrol.queued')} /> : undefined;
        }}
      />
      <MessageThread
        field={one.field}
        timeZone={timeZone}
        side="officer"
        photoAddress={(id) => photoAddress(one.id, id)}
        voiceAddress={(id) => voiceAddress(one.id, id)}
        waiting={own
          .filter(({ what, kind }) => what === 'message' || what === 'voice' || kind === 'message')
          .map(({ what, json }) =>
            what === 'message' ? (json as { text: string }).text : t(`patrol.${what as 'voice'}`),
          )}
        onText={(text) => desk.put([messagePost(one.id, text)])}
        onPhoto={async (photo) => desk.put([await photoPost(one.id, 'message', photo)])}
        onVoice={(voice, durationMs) => desk.put([voicePost(one.id, voice, durationMs)])}
      />
      <section className="patrol-history" aria-label={t('patrol.history')}>
        <h3>{t('patrol.history')}</h3>
        <ol>
          {[...one.entries].reverse().map((entry) => (
            <li key={`${entry.at} ${entry.kind}`}>
              <strong>{t(`dispatch.step.${entry.kind}`)}</strong> {entry.by}{' '}
              <time dateTime={entry.at}>{sayClock(entry.at, timeZone)}</time>
              {entry.note && <p>{entry.note}</p>}
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

/** Who looks at a case has read what was said on it. */
function useReadHere(caseId: string): void {
  const { day, desk, online } = usePatrol();
  const unread = day?.notices.filter((one) => one.caseId === caseId && one.kind === 'message').map(({ id }) => id);
  const ids = (unread ?? []).join(' ');
  useEffect(() => {
    if (!online || ids === '') return;
    const know = (id: string) => post(z.unknown(), `/api/patrol/notices/${encodeURIComponent(id)}/acknowledge`, {});
    Promise.all(ids.split(' ').map(know)).then(
      () => desk.refresh(),
      () => undefined,
    );
  }, [ids, online, desk]);
}

/** Around the thing itself, a little apart from it. */
function boxStyle([x1, y1, x2, y2]: readonly [number, number, number, number]) {
  const percent = (share: number) => `${share * 100}%`;
  return { left: percent(x1), top: percent(y1), width: percent(x2 - x1), height: percent(y2 - y1) };
}
