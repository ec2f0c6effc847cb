import type { ReactNode } from 'react';
import { OfflineMark } from '../design/severity-mark.tsx';
import { useNowMs } from '../live/clock.ts';
import { useConnection, useDesk } from '../live/use-live.ts';
import { sayAge, sayClock } from '../words/say.ts';
import { useWords } from '../words/words.ts';

/** Whether what is shown is what is: live with the data's age, catching up, or as of when the line was lost. */
export function ConnectionState(): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const { phase, heardAtMs } = useConnection();
  const nowMs = useNowMs();
  const clock = heardAtMs === null ? t('unknown') : sayClock(heardAtMs, site.timeZone);
  return (
    <p className={`connection-state ${phase}`} data-testid="connection-state" data-phase={phase}>
      {phase === 'down' ? (
        <span role="alert">
          <OfflineMark label="" />
          <span>
            <b>{t('header.down')}</b> · {t('header.downSince', { clock })}
          </span>
        </span>
      ) : phase === 'live' ? (
        <>
          <span className="dot" aria-hidden="true" />
          <span>
            {t('header.live')} · {t('header.age')}{' '}
            <b>{heardAtMs === null ? t('unknown') : sayAge(nowMs - heardAtMs, language)}</b>
          </span>
        </>
      ) : (
        <span role="status">{phase === 'loading' ? t('header.loading') : t('header.catchingUp')}…</span>
      )}
    </p>
  );
}
