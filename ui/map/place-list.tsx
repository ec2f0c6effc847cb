import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { type Camera, isOnline } from '#engine/contract/camera.ts';
import { Glyph } from '../design/glyph.tsx';
import { FaultMark, OfflineMark, SeverityMark } from '../design/severity-mark.tsx';
import { alertState, isUntouched } from '../live/alert-order.ts';
import { sightOf } from '../live/camera-sight.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { CurrentPicture } from '../pictures/current-picture.tsx';
import { sayClock, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

interface PlaceListProps {
  place: { x: number; y: number; alertIds: string[]; cameraIds: string[] };
  alerts: Alert[];
  chosenId: string | null;
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** All that lies at one place of the map: each of its alerts can be opened, and a single camera shows its picture. */
export function PlaceList({ place, alerts, chosenId, onOpen, onClose }: PlaceListProps): ReactNode {
  const { t } = useWords();
  const { cameras } = useCity();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const here = alerts.filter(({ id }) => place.alertIds.includes(id));
  const camerasHere = place.cameraIds.flatMap((id) => cameras.get(id) ?? []);
  const single = here.length === 0 && camerasHere.length === 1 ? camerasHere[0] : undefined;
  const at = { '--x': `${place.x}px`, '--y': `${place.y}px` } as CSSProperties;
  return (
    <div
      ref={box}
      className="place-list surface"
      role="dialog"
      aria-label={t('map.here')}
      data-testid="place-list"
      style={at}
      tabIndex={-1}
      onKeyDown={(press) => {
        if (press.key !== 'Escape') return;
        press.preventDefault();
        onClose();
      }}
    >
      <header>
        <h3>{single ? single.name : t('map.here')}</h3>
        <button type="button" className="button plain icon" aria-label={t('close')} onClick={onClose}>
          <Glyph name="close" />
        </button>
      </header>
      <div className="scroll">
        {single && <CameraCard camera={single} />}
        {here.length > 0 && (
          <>
            <p className="quiet-line">{t('map.hereAlerts', { count: here.length })}</p>
            <ul>
              {here.map((alert) => (
                <li key={alert.id}>
                  <AlertLine alert={alert} open={alert.id === chosenId} onOpen={onOpen} />
                </li>
              ))}
            </ul>
          </>
        )}
        {!single && camerasHere.length > 0 && (
          <>
            <p className="quiet-line">{t('map.hereCameras', { count: camerasHere.length })}</p>
            <ul>
              {camerasHere.map((camera) => (
                <li key={camera.id} className="camera-line">
                  <CameraSign camera={camera} />
                  <span>
                    {camera.name}
                    {camera.pictureFault && sightOf(camera) === 'faulty' && (
                      <span className="quiet-line"> · {t(`pictureFault.${camera.pictureFault.code}`)}</span>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function AlertLine({ alert, open, onOpen }: { alert: Alert; open: boolean; onOpen: (id: string) => void }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <button
      type="button"
      className="alert-line"
      aria-current={open ? 'true' : undefined}
      onClick={() => onOpen(alert.id)}
    >
      <SeverityMark severity={alert.severity} hollow={!isUntouched(alert)} />
      <span>
        {t(`rule.${alert.rule}`)} · {t(`state.${alertState(alert)}`)}
        <small>{alert.cameraName}</small>
      </span>
      <time>{sayClock(alert.startedAt, site.timeZone)}</time>
    </button>
  );
}

function CameraSign({ camera }: { camera: Camera }): ReactNode {
  const { t } = useWords();
  if (camera.state === 'offline') return <OfflineMark label={t('camera.offline')} />;
  if (sightOf(camera) === 'faulty') return <FaultMark label={t('map.faulty')} />;
  const hollow = !isOnline(camera.state);
  return (
    <svg className="mark" viewBox="0 0 24 24" role="img" aria-label={t(`camera.${camera.state}`)}>
      <circle cx="12" cy="12" r="6" fill={hollow ? 'none' : '#6f8aa3'} stroke="#6f8aa3" strokeWidth={hollow ? 3 : 0} />
    </svg>
  );
}

function CameraCard({ camera }: { camera: Camera }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const fault = sightOf(camera) === 'faulty' ? camera.pictureFault : null;
  return (
    <div className="camera-card">
      <CurrentPicture camera={camera} />
      <p className="camera-line">
        <CameraSign camera={camera} />
        <span>
          {fault ? t(`pictureFault.${fault.code}`) : t(`camera.${camera.state}`)}{' '}
          <span className="quiet-line">
            {t('camera.since', { at: sayMoment(fault?.since ?? camera.stateSince, site.timeZone) })}
          </span>
        </span>
      </p>
      {fault && <p className="quiet-line">{t('camera.paused')}</p>}
      {camera.stateCode && <p>{t(`fault.${camera.stateCode}`)}</p>}
      {camera.stateReason && (
        <p className="quiet-line">
          <small>{camera.stateReason}</small>
        </p>
      )}
      <p className="quiet-line">
        {camera.county?.name ?? t('panel.noCounty')} · {camera.department} · {camera.id}
      </p>
    </div>
  );
}
