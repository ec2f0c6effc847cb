import { type ReactNode, useId } from 'react';
import { z } from 'zod';
import type { PatrolCase } from '#engine/contract/patrol.ts';
import { follow, go } from '../addresses.ts';
import { SeverityMark } from '../design/severity-mark.tsx';
import { lampOf } from '../dispatch/case-lamp.ts';
import { SEVERITIES } from '../live/alert-order.ts';
import { post } from '../live/ask.ts';
import { useNowMs } from '../live/clock.ts';
import { sayDuration, sayMoment } from '../words/say.ts';
import { sayCase } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import { stepPost } from './make-post.ts';
import { patrolCaseAddress } from './patrol-bar.tsx';
import { standingOnPhone, usePatrol } from './patrol-desk.ts';
import { navigationAddress, useAway } from './way.ts';

/** The day's cases, the most urgent first: accepted with one tap, navigated to with a second. */
export function TaskList(): ReactNode {
  const { t } = useWords();
  const { day, posts } = usePatrol();
  const pastId = useId();
  if (!day) return null;
  const open = day.cases.filter(
    (one) => one.mine && ['assigned', 'started'].includes(standingOnPhone(one, posts).state),
  );
  const past = day.cases.filter((one) => !open.includes(one));
  const dueMs = (one: PatrolCase) => Date.parse(one.clock?.dueAt ?? one.openedAt);
  open.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || dueMs(a) - dueMs(b));
  return (
    <>
      <Notices />
      {open.length === 0 && (
        <div className="empty">
          <strong>{t('patrol.none')}</strong>
          <p>{t('patrol.noneHint')}</p>
        </div>
      )}
      <ul className="tasks">
        {open.map((one) => (
          <Task key={one.id} one={one} />
        ))}
      </ul>
      {past.length > 0 && (
        <section aria-labelledby={pastId}>
          <h2 id={pastId}>{t('patrol.past')}</h2>
          <ul className="tasks past">
            {past.map((one) => (
              <li key={one.id}>
                <a href={patrolCaseAddress(one.id)} onClick={follow}>
                  <strong>{sayCase(one)}</strong> {one.cameraName}
                  <span className="chip">
                    {one.mine ? t(`dispatch.state.${standingOnPhone(one, posts).state}`) : t('patrol.notMine')}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Task({ one }: { one: PatrolCase }): ReactNode {
  const { t } = useWords();
  const { desk, posts } = usePatrol();
  const { state, accepted, suspended } = standingOnPhone(one, posts);
  const isNew = state === 'assigned' && !accepted;
  return (
    <li className={isNew ? 'task new' : 'task'} data-testid="task" data-case-id={one.id}>
      <a className="what" href={patrolCaseAddress(one.id)} onClick={follow}>
        <SeverityMark severity={one.severity} hollow={!isNew} />
        <strong>{sayCase(one)}</strong>
        <span className="chip">
          {suspended
            ? t('dispatch.suspendedMark')
            : isNew || state !== 'assigned'
              ? t(`dispatch.state.${state}`)
              : t('patrol.accepted')}
        </span>
        <span className="place">{one.cameraName}</span>
        <Due one={one} />
        <Away one={one} />
      </a>
      <div className="acts">
        {isNew && !suspended ? (
          <button
            type="button"
            className="button primary"
            data-testid="accept"
            onClick={() => void desk.put([stepPost(one.id, 'accepted')])}
          >
            {t('patrol.accept')}
          </button>
        ) : (
          <a className="button primary" href={navigationAddress(one)} data-testid="navigate">
            {t('patrol.navigate')}
          </a>
        )}
        <a className="button" href={patrolCaseAddress(one.id)} onClick={follow}>
          {t('patrol.open')}
        </a>
      </div>
    </li>
  );
}

/** When it is due, and how much of that is left. */
export function Due({ one }: { one: PatrolCase }): ReactNode {
  const { t, language } = useWords();
  const { day } = usePatrol();
  const nowMs = useNowMs();
  if (!one.clock?.dueAt || !day) return null;
  const leftMs = Date.parse(one.clock.dueAt) - nowMs;
  const at = t('patrol.due', { at: sayMoment(one.clock.dueAt, day.site.timeZone).slice(0, -3) });
  return (
    <span className={`due ${lampOf(one, nowMs)}`}>
      {leftMs < 0
        ? t('patrol.overdue', { span: sayDuration(-leftMs, language) })
        : `${at} · ${t('patrol.left', { span: sayDuration(leftMs, language) })}`}
    </span>
  );
}

export function Away({ one }: { one: Pick<PatrolCase, 'lngLat'> }): ReactNode {
  const away = useAway(one.lngLat);
  return (
    <span className="away">
      {away.arrowDeg !== null && (
        <svg viewBox="0 0 24 24" aria-hidden="true" style={{ rotate: `${away.arrowDeg}deg` }}>
          <path d="M12 2.5 18.5 20 12 16.2 5.5 20z" fill="currentColor" />
        </svg>
      )}
      {away.said}
    </span>
  );
}

function Notices(): ReactNode {
  const { t } = useWords();
  const { day, desk, online } = usePatrol();
  const shown = day?.notices.filter(({ kind }) => kind !== 'assigned') ?? [];
  if (shown.length === 0) return null;
  const know = async (id: string) => {
    await post(z.unknown(), `/api/patrol/notices/${encodeURIComponent(id)}/acknowledge`, {});
    await desk.refresh();
  };
  return (
    <ul className="patrol-notices" aria-label={t('patrol.notices')}>
      {shown.map(({ id, kind, about, caseId }) => (
        <li key={id}>
          <button type="button" className="plain-text" onClick={() => caseId && go(patrolCaseAddress(caseId))}>
            <strong>{t(`patrol.notice.${kind}`)}</strong> {about}
          </button>
          <button
            type="button"
            className="button"
            disabled={!online}
            onClick={() => void know(id).catch(() => undefined)}
          >
            {t('patrol.know')}
          </button>
        </li>
      ))}
    </ul>
  );
}
