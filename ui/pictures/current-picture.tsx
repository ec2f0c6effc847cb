import type { ReactNode } from 'react';
import { type Camera, isOnline } from '#engine/contract/camera.ts';
import { follow, liveAddress } from '../addresses.ts';
import { FaultMark, OfflineMark } from '../design/severity-mark.tsx';
import { sightOf } from '../live/camera-sight.ts';
import { useNowMs } from '../live/clock.ts';
import { useDesk } from '../live/use-live.ts';
import { sayAge, sayDuration, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import './pictures.css';
import { STALE_AFTER_MS, useCurrentPicture } from './use-current-picture.ts';

/** What a camera sees now, always with its age; a picture that stands still says so. */
export function CurrentPicture({ camera }: { camera: Camera | null }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const nowMs = useNowMs();
  const picture = useCurrentPicture(camera);
  const ageMs = picture.capturedAtMs === null ? null : nowMs - picture.capturedAtMs;
  const failed = picture.problem !== null && picture.problem.code !== 'no-picture-yet';
  const fault = camera && sightOf(camera) === 'faulty' ? camera.pictureFault : null;
  const stale = ageMs !== null && ageMs > STALE_AFTER_MS;
  return (
    <figure className="current-picture">
      <div className={stale ? 'stage stale' : 'stage'}>
        {picture.url ? (
          <img src={picture.url} alt={t('camera.currentAlt', { camera: camera?.name ?? '' })} />
        ) : (
          <p className="no-picture">{failed ? t('camera.pictureFailed') : t('camera.noPicture')}</p>
        )}
        {stale && (
          <p className="stale-mark">
            <OfflineMark label={t('camera.offline')} />
            {t('camera.stale', { span: sayDuration(ageMs, language) })}
          </p>
        )}
        {fault && !stale && (
          <p className="stale-mark" data-testid="picture-fault">
            <FaultMark label="" />
            {t(`pictureFault.${fault.code}`)}
          </p>
        )}
      </div>
      <figcaption>
        <span>
          {t('camera.current')}
          {camera && (
            <a className="to-live" data-testid="to-live" href={liveAddress(camera.id)} onClick={follow}>
              {t('video.open')}
            </a>
          )}
        </span>
        <span className="age">
          {camera && !isOnline(camera.state) ? (
            <>
              {camera.state === 'offline' && <OfflineMark label="" />}
              {t(`camera.${camera.state}`)} {t('camera.since', { at: sayMoment(camera.stateSince, site.timeZone) })}
            </>
          ) : ageMs === null ? (
            t('unknown')
          ) : (
            sayAge(ageMs, language)
          )}
        </span>
      </figcaption>
    </figure>
  );
}
