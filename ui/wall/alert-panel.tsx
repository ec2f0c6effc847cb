import { type ReactNode, useEffect, useRef } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, follow, wallAddress } from '../addresses.ts';
import { Glyph, type GlyphName } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useRoom } from '../design/room.ts';
import { SeverityMark } from '../design/severity-mark.tsx';
import { alertState, isUntouched, lastingMs } from '../live/alert-order.ts';
import { useCity, useDesk, useIsPast, useKnownMs, useShownMs } from '../live/use-live.ts';
import { CurrentPicture } from '../pictures/current-picture.tsx';
import { Evidence } from '../pictures/evidence.tsx';
import { sayDuration, sayMoment } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import './alert-panel.css';
import { type AlertAct, mayStart } from './alert-act.ts';
import { AlertFacts } from './alert-facts.tsx';
import { AlertHistory } from './alert-history.tsx';
import { AlertReason } from './alert-reason.tsx';
import { AlertVerdict } from './alert-verdict.tsx';

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
  const past = useIsPast();
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
          <h2>{alert ? sayRule(alert) : t('panel.label')}</h2>
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
      <AsItWas />
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
              <AlertVerdict alert={alert} past={past} />
              <AlertHistory entries={alert.entries} />
            </div>
          </div>
          <Acts alert={alert} onAct={onAct} />
        </>
      )}
    </aside>
  );
}

/** That the panel tells of an instant that is past, and what of it is not kept for each instant. */
function AsItWas(): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const past = useIsPast();
  const at = sayMoment(useShownMs(), site.timeZone);
  if (!past) return null;
  return (
    <p className="as-it-was" data-testid="as-it-was">
      <b>
        {t('replay.title')} · {at} · {t('replay.notNow')}
      </b>
      <small>{t('replay.panelNote')}</small>
    </p>
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
  const knownMs = useKnownMs(alert);
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
  const past = useIsPast();
  if (past) {
    return (
      <footer className="over" data-testid="no-acts">
        {t('replay.noActs')}{' '}
        <a href={wallAddress(alert.id)} onClick={follow}>
          {t('replay.actNow')}
        </a>
      </footer>
    );
  }
  if (alert.verdict === 'false') return <footer className="over">{t('panel.judgedFalse')}</footer>;
  const may = (act: AlertAct) => mayStart(act, alert);
  const button = (act: AlertAct, glyph: GlyphName, shortcut: string, name: string) => (
    <button
      type="button"
      className={act === 'acknowledge' ? 'button primary' : 'button'}
      data-testid={act}
      disabled={!may(act)}
      aria-keyshortcuts={shortcut}
      onClick={() => onAct(act)}
    >
      <Glyph name={glyph} />
      {name}{' '}
      <span className="key" aria-hidden="true">
        {shortcut}
      </span>
    </button>
  );
  return (
    <footer>
      {button('acknowledge', 'check', 'A', may('acknowledge') ? t('panel.acknowledge') : t('state.acknowledged'))}
      {button('false-alarm', 'cross', 'F', t('panel.falseAlarm'))}
      {alert.caseId !== null && (
        <a className="button" data-testid="open-case" href={dispatchAddress(alert.caseId)} onClick={follow}>
          <Glyph name="folder" />
          {t('panel.openCase')}
        </a>
      )}
      {may('make-case') && button('make-case', 'folder', 'C', t('panel.makeCase'))}
    </footer>
  );
}
