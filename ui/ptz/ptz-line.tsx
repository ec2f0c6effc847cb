import type { ReactNode } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { FaultMark } from '../design/severity-mark.tsx';
import { useDesk } from '../live/use-live.ts';
import { sayClock } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import './ptz.css';

/** Who turns the camera now, in one line; nothing while nobody does. */
export function PtzLine({ camera, short = false }: { camera: Camera; short?: boolean }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const lease = camera.ptz?.lease ?? null;
  if (lease === null && camera.pictureFault?.code !== 'turned') return null;
  if (lease === null) return short ? null : <p className="quiet-line">{t('ptz.comingBack')}</p>;
  const said = t('ptz.line', { by: lease.by });
  const since = t('ptz.since', { since: sayClock(lease.since, site.timeZone) });
  if (short) {
    return (
      <span className="chip" data-testid="ptz-line" title={`${said} · ${since}`}>
        {said}
      </span>
    );
  }
  return (
    <p className="ptz-line" data-testid="ptz-line">
      <FaultMark label="" />
      <span>
        {said} <span className="quiet-line">{since}</span>
      </span>
    </p>
  );
}
