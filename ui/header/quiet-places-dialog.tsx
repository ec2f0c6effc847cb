import { type FormEvent, type ReactNode, useState } from 'react';
import { z } from 'zod';
import type { Suppression } from '#engine/contract/alert.ts';
import { follow, wallAddress } from '../addresses.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useNowMs } from '../live/clock.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { sayDuration, sayMoment } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';

/** Every place that a false alarm keeps quiet, who said so and why, and until when; each can be revoked. */
export function QuietPlacesDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <Dialog title={t('quiet.title')} onClose={onClose} wide>
      <QuietPlaces onLeave={onClose} />
    </Dialog>
  );
}

/** The same without a dialog around it; `onLeave`: somebody follows a link to an alert. */
export function QuietPlaces({ onLeave }: { onLeave: () => void }): ReactNode {
  const { t } = useWords();
  const { suppressions } = useCity();
  const nowMs = useNowMs();
  const newestFirst = [...suppressions.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const inForce = newestFirst.filter((one) => isInForce(one, nowMs));
  const past = newestFirst.filter((one) => !isInForce(one, nowMs));
  return (
    <>
      <p className="quiet-line">{t('quiet.what')}</p>
      {inForce.length === 0 && <p className="empty">{t('quiet.none')}</p>}
      <ul className="quiet-places">
        {inForce.map((one) => (
          <QuietPlace key={one.id} place={one} nowMs={nowMs} onLeave={onLeave} />
        ))}
      </ul>
      {past.length > 0 && (
        <details>
          <summary>
            {t('quiet.past')} ({past.length})
          </summary>
          <ul className="quiet-places past">
            {past.map((one) => (
              <QuietPlace key={one.id} place={one} nowMs={nowMs} onLeave={onLeave} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const isInForce = (place: Suppression, nowMs: number): boolean =>
  place.revokedAt === null && Date.parse(place.until) > nowMs;

function QuietPlace({ place, nowMs, onLeave }: { place: Suppression; nowMs: number; onLeave: () => void }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const [revoking, setRevoking] = useState(false);
  const [reason, setReason] = useState('');
  const [pressed, setPressed] = useState(false);
  const { busy, problem, start } = useAction(async () => {
    await post(z.unknown(), `/api/suppressions/${encodeURIComponent(place.id)}/revoke`, { reason: reason.trim() });
    setRevoking(false);
  });
  const missing = reason.trim() === '';
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!missing) start();
  };
  const moment = (at: string) => sayMoment(at, site.timeZone);
  const state =
    place.revokedAt !== null
      ? t('quiet.revoked', { by: place.revokedBy ?? t('unknown'), at: moment(place.revokedAt) })
      : Date.parse(place.until) > nowMs
        ? t('quiet.left', { span: sayDuration(Date.parse(place.until) - nowMs, language) })
        : t('quiet.expired');
  return (
    <li>
      <div className="what">
        <strong>{place.cameraName}</strong>
        <span>{sayRule(place)}</span>
        <a
          href={wallAddress(place.alertId)}
          onClick={(click) => {
            follow(click);
            if (click.defaultPrevented) onLeave();
          }}
        >
          {t('quiet.alert')}
        </a>
      </div>
      <dl>
        <dt>{t('quiet.reason')}</dt>
        <dd>{place.reason}</dd>
        <dt>{t('quiet.by')}</dt>
        <dd>
          {place.by} · {moment(place.at)}
        </dd>
        <dt>{t('quiet.until')}</dt>
        <dd>
          {moment(place.until)} · {state}
        </dd>
      </dl>
      {isInForce(place, nowMs) && !revoking && (
        <button type="button" className="button" onClick={() => setRevoking(true)}>
          {t('quiet.revoke')}
        </button>
      )}
      {revoking && isInForce(place, nowMs) && (
        <form onSubmit={submit} noValidate>
          <TextField
            label={t('quiet.revokeReason')}
            value={reason}
            onChange={setReason}
            required
            wrong={pressed && missing ? t('quiet.needed') : null}
          />
          {problem && <ProblemNote problem={problem} kept />}
          <div className="actions">
            <button type="button" className="button plain" onClick={() => setRevoking(false)}>
              {t('cancel')}
            </button>
            <button type="submit" className="button primary" disabled={busy}>
              {t('quiet.revokeSubmit')}
            </button>
          </div>
        </form>
      )}
    </li>
  );
}
