import { type CSSProperties, type ReactNode, useState } from 'react';
import { type Camera, isOnline } from '#engine/contract/camera.ts';
import { follow, liveAddress } from '../addresses.ts';
import { FaultMark, OfflineMark } from '../design/severity-mark.tsx';
import { sightOf } from '../live/camera-sight.ts';
import { useNowMs } from '../live/clock.ts';
import { useDesk, useIsPast } from '../live/use-live.ts';
import { sayAge, sayDuration, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import './pictures.css';
import { STALE_AFTER_MS, useCurrentPicture } from './use-current-picture.ts';

interface CurrentPictureProps {
  camera: Camera | null;
  /** Drawn over the picture. */
  zones?: Camera['views'][number]['zones'];
}

/** What a camera sees now, always with its age; a picture that stands still says so. */
export function CurrentPicture({ camera, zones = [] }: CurrentPictureProps): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const nowMs = useNowMs();
  const past = useIsPast();
  const picture = useCurrentPicture(past ? null : camera);
  const ageMs = picture.capturedAtMs === null ? null : nowMs - picture.capturedAtMs;
  const failed = picture.problem !== null;
  const fault = camera && sightOf(camera) === 'faulty' ? camera.pictureFault : null;
  const stale = ageMs !== null && ageMs > STALE_AFTER_MS;
  return (
    <figure className="current-picture">
      <div className={stale ? 'stage stale' : 'stage'}>
        {picture.url ? (
          <WithZones zones={zones}>
            {(onLoad) => (
              <img
                src={picture.url ?? ''}
                alt={t('camera.currentAlt', { camera: camera?.name ?? '' })}
                onLoad={({ currentTarget }) => onLoad(currentTarget)}
              />
            )}
          </WithZones>
        ) : (
          <p className="no-picture">
            {past ? t('replay.noCurrent') : failed ? t('camera.pictureFailed') : t('camera.noPicture')}
          </p>
        )}
        {stale && (
          <p className="stale-mark">
            <OfflineMark label={t('camera.offline')} />
            {t('camera.stale', { span: sayDuration(ageMs, language) })}
          </p>
        )}
        {fault && !stale && zones.length === 0 && (
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

interface WithZonesProps {
  zones: NonNullable<CurrentPictureProps['zones']>;
  children: (onLoad: (image: HTMLImageElement) => void) => ReactNode;
}

/** A picture with zones where they lie in it, whatever its proportions are. */
function WithZones({ zones, children }: WithZonesProps): ReactNode {
  const [size, setSize] = useState({ '--w': 16, '--h': 9 });
  const picture = children(({ naturalWidth, naturalHeight }) => {
    if (naturalWidth > 0) setSize({ '--w': naturalWidth, '--h': naturalHeight });
  });
  if (zones.length === 0) return picture;
  return (
    <div className="frame" style={size as CSSProperties}>
      {picture}
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" data-testid="zones-over-picture">
        {zones.map(({ polygon }) => (
          <g key={String(polygon)}>
            <polygon className="halo" points={polygon.join(' ')} />
            <polygon className="line" points={polygon.join(' ')} />
          </g>
        ))}
      </svg>
    </div>
  );
}
