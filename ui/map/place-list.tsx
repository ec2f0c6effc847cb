import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { type Camera, isOnline } from '#engine/contract/camera.ts';
import { cameraAddress, dispatchAddress, follow } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { DegradedMark, FaultMark, OfflineMark, SeverityMark } from '../design/severity-mark.tsx';
import { alertState, isUntouched } from '../live/alert-order.ts';
import { sightOf, viewName } from '../live/camera-sight.ts';
import { useCamera, useDesk } from '../live/use-live.ts';
import { AcceptView } from '../pictures/accept-view.tsx';
import { CurrentPicture } from '../pictures/current-picture.tsx';
import { PtzFold } from '../ptz/ptz-fold.tsx';
import { sayClock, sayMoment } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';

interface PlaceListProps {
  place: { x: number; y: number; alertIds: string[]; cameraIds: string[]; caseIds: string[] };
  alerts: Alert[];
  chosenId: string | null;
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** A list that is longer than this is looked at nearer instead. */
const MOST_LINES = 20;

/** All that lies at one place of the map: each of its alerts can be opened, and a single camera shows its picture. */
export function PlaceList({ place, alerts, chosenId, onOpen, onClose }: PlaceListProps): ReactNode {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const here = alerts.filter(({ id }) => place.alertIds.includes(id));
  const onlyId =
    here.length === 0 && place.caseIds.length === 0 && place.cameraIds.length === 1 ? place.cameraIds[0]! : null;
  const only = useCamera(onlyId);
  const single = only.entity;
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
        // A dialog that was opened from here closes by itself.
        if (press.key !== 'Escape' || (press.target instanceof Element && press.target.closest('dialog'))) return;
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
        {only.problem && <ProblemNote problem={only.problem} />}
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
        {place.caseIds.length > 0 && (
          <>
            <p className="quiet-line">{t('area.cases', { count: place.caseIds.length })}</p>
            <ul>
              {place.caseIds.map((id) => (
                <li key={id} className="camera-line">
                  <Glyph name="folder" />
                  <a href={dispatchAddress(id)} onClick={follow}>
                    {id}
                  </a>
                </li>
              ))}
            </ul>
          </>
        )}
        {onlyId === null && place.cameraIds.length > 0 && (
          <>
            <p className="quiet-line">{t('map.hereCameras', { count: place.cameraIds.length })}</p>
            <ul>
              {place.cameraIds.slice(0, MOST_LINES).map((id) => (
                <CameraLine key={id} id={id} />
              ))}
            </ul>
            {place.cameraIds.length > MOST_LINES && <p className="quiet-line">{t('map.hereNearer')}</p>}
          </>
        )}
      </div>
    </div>
  );
}

function CameraLine({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const { entity: camera, problem } = useCamera(id);
  if (!camera) return <li className="camera-line quiet-line">{problem ? problem.message : id}</li>;
  return (
    <li className="camera-line">
      <CameraSign camera={camera} />
      <span>
        {camera.name}
        {camera.pictureFault && sightOf(camera) === 'faulty' && (
          <span className="quiet-line"> · {t(`pictureFault.${camera.pictureFault.code}`)}</span>
        )}
      </span>
    </li>
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
        {sayRule(alert)} · {t(`state.${alertState(alert)}`)}
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
  if (camera.state === 'degraded') return <DegradedMark label={t('camera.degraded')} />;
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
      {camera.views.length > 1 && (
        <p className="quiet-line" data-testid="current-view">
          {camera.currentViewId === null
            ? t('camera.noView')
            : t('camera.view', { view: viewName(camera, camera.currentViewId, t('camera.defaultView')) })}
        </p>
      )}
      <AcceptView camera={camera} />
      <PtzFold key={camera.id} camera={camera} />
      <p>
        <a data-testid="to-calibration" href={cameraAddress(camera.id)} onClick={follow}>
          {t('calibration.open')}
        </a>
      </p>
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
