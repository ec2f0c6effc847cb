import { type ReactNode, useEffect, useRef } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, follow } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useRoom } from '../design/room.ts';
import { SeverityMark } from '../design/severity-mark.tsx';
import { alertState, isUntouched, lastingMs } from '../live/alert-order.ts';
import { useCity, useKnownMs } from '../live/use-live.ts';
import { CurrentPicture } from '../pictures/current-picture.tsx';
import { Evidence } from '../pictures/evidence.tsx';
import { sayDuration } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import './alert-panel.css';
import { type AlertAct, mayStart } from './alert-act.ts';
import { AlertFacts } from './alert-facts.tsx';
import { AlertHistory } from './alert-history.tsx';
import { AlertReason } from './alert-reason.tsx';

interface AlertPanelProps {
  alert: Alert | null;
  problem: Problem | null;
  onAct: (act: AlertAct) => void;
  onClose: () => void;
}

/** All that is known of one alert, and what can be done about it. */
export function AlertPanel({ alert, problem, onAct, onClose }: AlertPanelProps): ReactNode {
  const { t } = useWords();
  const { cameras } = useCity();
  const room = useRoom();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (room === 'phone') panel.current?.focus();
  }, [room]);
  return (
    <aside
      ref={panel}
      className="alert-panel panel surface"
      data-testid="alert-panel"
      aria-label={t('panel.label')}
      tabIndex={-1}
    >
      <header className="panel-head">
        {alert && <SeverityMark severity={alert.severity} hollow={!isUntouched(alert)} />}
        <div className="what">
          <h2>{alert ? t(`rule.${alert.rule}`) : t('panel.label')}</h2>
          {alert && <Where alert={alert} />}
        </div>
        {alert && <Standing alert={alert} />}
        <button
          type="button"
          className="button plain icon"
          aria-label={t('close')}
          title={`${t('close')} (Esc)`}
          onClick={onClose}
        >
          <Glyph name="close" />
        </button>
      </header>
      {!alert && <div className="waiting">{problem ? <ProblemNote problem={problem} /> : <p>{t('loading')}</p>}</div>}
      {alert && (
        <>
          <div className="scroll">
            <Evidence alert={alert} />
            <div className="words">
              <div className="now-and-why">
                <CurrentPicture camera={cameras.get(alert.cameraId) ?? null} />
                <AlertReason alert={alert} />
              </div>
              <AlertFacts alert={alert} />
              <AlertHistory entries={alert.entries} />
            </div>
          </div>
          <Acts alert={alert} onAct={onAct} />
        </>
      )}
    </aside>
  );
}

function Where({ alert }: { alert: Alert }): ReactNode {
  return (
    <p>
      {alert.cameraName}
      {alert.county && <span className="quiet-line county"> · {alert.county.name}</span>}
    </p>
  );
}

function Standing({ alert }: { alert: Alert }): ReactNode {
  const { t, language } = useWords();
  const knownMs = useKnownMs();
  const state = alertState(alert);
  return (
    <div className="standing">
      <b>{sayDuration(lastingMs(alert, knownMs), language)}</b>
      <span>
        {alert.presence === 'ended' && <span className="chip">{t('state.ended')}</span>}
        <span className={state === 'new' ? 'chip strong' : 'chip'} data-testid="alert-state">
          {t(`state.${state}`)}
        </span>
      </span>
    </div>
  );
}

function Acts({ alert, onAct }: { alert: Alert; onAct: (act: AlertAct) => void }): ReactNode {
  const { t } = useWords();
  const { cases } = useCity();
  const may = (act: AlertAct) => mayStart(act, alert);
  // All open cases are in hand. What still stands though its case is closed can be taken up by another.
  const held = alert.caseId === null ? undefined : cases.get(alert.caseId);
  const inOpenCase = held !== undefined && held.state !== 'closed';
  const canMakeCase = alert.caseId === null || (!inOpenCase && alert.presence === 'standing');
  if (alert.verdict === 'false') return <footer className="over">{t('panel.judgedFalse')}</footer>;
  return (
    <footer>
      <button
        type="button"
        className="button primary"
        data-testid="acknowledge"
        disabled={!may('acknowledge')}
        aria-keyshortcuts="A"
        onClick={() => onAct('acknowledge')}
      >
        <Glyph name="check" />
        {may('acknowledge') ? t('panel.acknowledge') : t('state.acknowledged')}{' '}
        <span className="key" aria-hidden="true">
          A
        </span>
      </button>
      <button
        type="button"
        className="button"
        data-testid="false-alarm"
        disabled={!may('false-alarm')}
        aria-keyshortcuts="F"
        onClick={() => onAct('false-alarm')}
      >
        <Glyph name="cross" />
        {t('panel.falseAlarm')}{' '}
        <span className="key" aria-hidden="true">
          F
        </span>
      </button>
      {alert.caseId !== null && (
        <a className="button" data-testid="open-case" href={dispatchAddress(alert.caseId)} onClick={follow}>
          <Glyph name="folder" />
          {t('panel.openCase')}
        </a>
      )}
      {canMakeCase && (
        <button
          type="button"
          className="button"
          data-testid="make-case"
          disabled={!may('make-case')}
          aria-keyshortcuts="C"
          onClick={() => onAct('make-case')}
        >
          <Glyph name="folder" />
          {t('panel.makeCase')}{' '}
          <span className="key" aria-hidden="true">
            C
          </span>
        </button>
      )}
    </footer>
  );
}
