import { type CSSProperties, type ReactNode, useState } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import type { AlertClip } from '#engine/contract/alert-clip.ts';
import { useDesk } from '../live/use-live.ts';
import { sayClock, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

type ReadyClip = Extract<AlertClip, { state: 'ready' }>;

/** A profile that every device has which plays the codec at all. */
const PLAYS: Record<ReadyClip['codec'], { type: string; name: string }> = {
  h264: { type: 'video/mp4; codecs="avc1.640028"', name: 'H.264' },
  h265: { type: 'video/mp4; codecs="hvc1.1.6.L120.B0"', name: 'H.265' },
};

/** The alert's clip, fetched only now that it is looked for; or why there is none. */
export function ClipVideo({ alert }: { alert: Alert }): ReactNode {
  const { t } = useWords();
  const { clip } = alert;
  if (clip?.state === 'ready') return <ReadyVideo key={clip.url} alert={alert} clip={clip} />;
  const said = !clip ? t('clip.none') : clip.state === 'awaited' ? t('clip.awaited') : t(`clip.missing.${clip.reason}`);
  return (
    <div className="stage" data-testid="clip" data-state={clip?.state ?? 'none'}>
      <p className="no-picture" role="status">
        {said}
      </p>
    </div>
  );
}

function ReadyVideo({ alert, clip }: { alert: Alert; clip: ReadyClip }): ReactNode {
  const { t } = useWords();
  const [failed, setFailed] = useState(false);
  const { type, name } = PLAYS[clip.codec];
  const [plays] = useState(() => document.createElement('video').canPlayType(type) !== '');
  const shape = { '--w': clip.widthPx, '--h': clip.heightPx } as CSSProperties;
  return (
    <figure className="evidence-picture clip" data-testid="clip" data-state={plays && !failed ? 'ready' : 'unplayable'}>
      <div className="stage">
        {plays && !failed ? (
          <div className="frame" style={shape}>
            <video
              src={clip.url}
              controls
              muted
              playsInline
              controlsList="nodownload"
              preload="metadata"
              aria-label={t('clip.label', { camera: alert.cameraName })}
              onError={() => setFailed(true)}
            />
          </div>
        ) : (
          <p className="no-picture" role="status">
            {failed ? t('clip.failed') : t('clip.unplayable', { codec: name })}
          </p>
        )}
      </div>
      <figcaption>
        <ClipFacts clip={clip} />
      </figcaption>
    </figure>
  );
}

/** From when to when it goes, and what of that is not in it. */
function ClipFacts({ clip }: { clip: ReadyClip }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { from, to, everyFrameFrom, gaps, cutShort } = clip;
  const clock = (at: string) => sayClock(at, site.timeZone);
  const lacks = [
    everyFrameFrom === null && t('clip.keysOnly'),
    everyFrameFrom !== null && everyFrameFrom > from && t('clip.keysFirst', { until: clock(everyFrameFrom) }),
    gaps.length > 0 && t('clip.gaps', { count: gaps.length }),
    cutShort && t('clip.cutShort'),
  ].filter((said) => said !== false);
  return (
    <>
      <span>{t('clip.range', { from: sayMoment(from, site.timeZone), to: clock(to) })}</span>
      {lacks.length > 0 && <span>{lacks.join(' · ')}</span>}
    </>
  );
}
