import type { ReactNode } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import type { Verification } from '#engine/contract/observation.ts';
import { FaultMark, OfflineMark } from '../design/severity-mark.tsx';
import { lastingMs } from '../live/alert-order.ts';
import { sightOf, unwatchedSince, viewName } from '../live/camera-sight.ts';
import { useCity, useDesk, useKnownMs, useUnwatchedSince } from '../live/use-live.ts';
import { AcceptView } from '../pictures/accept-view.tsx';
import { sayClock, sayDuration, saySetting } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { useZoneName } from './zone-name.ts';

/** Why the alert was raised, as a sentence: what was where, since when, and longer than what was asked for. */
export function AlertReason({ alert }: { alert: Alert }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const knownMs = useKnownMs(alert);
  const unwatched = useUnwatchedSince(alert);
  const zone = useZoneName(alert);
  const clock = (at: string) => sayClock(at, site.timeZone);
  const sentence = {
    zone,
    thing: thingOf(alert) ?? t(`thing.${isStray(alert) ? 'stray' : alert.classGroup}`),
    since: clock(alert.startedAt),
    span: sayDuration(lastingMs(alert, knownMs), language),
    dwell: saySetting(alert.dwellMs, language),
    raised: clock(alert.raisedAt),
    ended: alert.endedAt === null ? '' : clock(alert.endedAt),
  };
  return (
    <section className="reason" aria-labelledby="why-title">
      <h3 id="why-title">{t('panel.why')}</h3>
      <p>
        {alert.endedAt !== null
          ? t('panel.whyEnded', sentence)
          : unwatched === null
            ? t('panel.whyStanding', sentence)
            : t('panel.whyUnwatched', sentence)}
      </p>
      {alert.verification && <Verified verification={alert.verification} />}
      {alert.endedAt === null && unwatched !== null && <NotWatching alert={alert} since={unwatched} />}
    </section>
  );
}

/** A thing that only its model knows is called as the model calls it; null: there are words for it. */
function thingOf({ classGroup, boxes }: Alert): string | null {
  return classGroup === 'object' || classGroup === 'mover' ? (boxes[0]?.class ?? null) : null;
}

/** A dog's alert shows the person it keeps away from as well, where one is in view. */
function isStray({ classGroup, boxes }: Alert): boolean {
  return classGroup === 'dog' && !boxes.some((box) => box.class === 'person');
}

/** That a second model has seen it too, or why it could not be asked. */
function Verified({ verification }: { verification: Verification }): ReactNode {
  const { t } = useWords();
  if (verification.outcome === 'unverified') {
    const { model, reason } = verification;
    return <p data-testid="verification">{t(`panel.unverified.${reason}`, { model })}</p>;
  }
  const { model, score } = verification;
  return (
    <p data-testid="verification" title={`sha256 ${model.sha256}`}>
      {t('panel.verified', { model: `${model.name} ${model.version}`, score: score.toFixed(2) })}
    </p>
  );
}

/** That nobody looks at a standing alert now, and why: it stays as it is until its camera watches again. */
function NotWatching({ alert, since }: { alert: Alert; since: string }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const camera = useCity().cameras.get(alert.cameraId);
  if (!camera) return null;
  const fault = sightOf(camera) === 'faulty' ? camera.pictureFault : null;
  const at = camera.currentViewId;
  if (at !== null && unwatchedSince(camera) === null) {
    return (
      <p className="not-watching" data-testid="not-watching">
        <FaultMark label="" />
        <span>
          {t('panel.otherView', {
            now: viewName(camera, at, t('camera.defaultView')),
            view: viewName(camera, alert.viewId, t('camera.defaultView')),
            since: sayClock(since, site.timeZone),
          })}
        </span>
      </p>
    );
  }
  return (
    <>
      <p className="not-watching" data-testid="not-watching">
        {fault ? <FaultMark label="" /> : <OfflineMark label="" />}
        <span>
          {t('panel.notWatching', {
            fault: fault ? t(`pictureFault.${fault.code}`) : t(`camera.${camera.state}`),
            since: sayClock(since, site.timeZone),
          })}
        </span>
      </p>
      <AcceptView camera={camera} />
    </>
  );
}
