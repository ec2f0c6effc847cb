import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { dispatchAddress, go, useAddress } from '../addresses.ts';
import { AlgorithmNewsLines } from '../algorithms/rollout/news-lines.tsx';
import { FaultWall } from '../design/fault-wall.tsx';
import { Glyph } from '../design/glyph.tsx';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { listAlerts } from '../live/alert-order.ts';
import { SourceContext, useAlert, useCity, useDesk, useIsPast, useSaidOfShown } from '../live/use-live.ts';
import { withMapAddress } from '../map/map-address.ts';
import { ReplayBand } from '../replay/replay-band.tsx';
import { TimeAxis } from '../replay/time-axis.tsx';
import { useAxis, useReplay } from '../replay/use-replay.ts';
import { useReplayKeys } from '../replay/use-replay-keys.ts';
import { useWords } from '../words/words.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { type AlertAct, mayStart } from './alert-act.ts';
import { AlertList } from './alert-list.tsx';
import { AlertPanel } from './alert-panel.tsx';
import { FalseAlarmDialog } from './false-alarm-dialog.tsx';
import { Figures } from './figures.tsx';
import { MakeCaseDialog } from './make-case-dialog.tsx';
import { OutageLines } from './outage-lines.tsx';
import { PictureRail } from './picture-rail.tsx';
import './wall.css';

const CityMap = lazy(() => import('../map/city-map.tsx').then(({ CityMap }) => ({ default: CityMap })));

const LISTS_EVERY_MS = 15_000;

/** The one map, as it is or as it was at an instant; what is above it and the time axis below are always of now. */
export function WallPage(): ReactNode {
  const { t } = useWords();
  const { alertId, search } = useAddress();
  const { replay, past, written } = useReplay();
  const axis = useAxis(past);
  const [refused, setRefused] = useState(false);
  const toLive = () => go(withMapAddress(search, { atMs: null }));
  const toPast = () => go(withMapAddress(search, { atMs: replay.instantMs() }));
  useReplayKeys({ replay, past, toLive, toggle: axis.toggle });
  useEffect(() => {
    if (!past) setRefused(false);
  }, [past]);
  return (
    <div className={`wall${alertId ? ' with-panel' : ''}${past ? ' past' : ''}`}>
      <Header />
      {past && <ReplayBand replay={replay} written={written} refused={refused} onLive={toLive} />}
      <SourceContext value={past ? replay : null}>
        <WallMain onRefuse={() => setRefused(true)}>
          {!axis.open && (
            <button
              type="button"
              className="button icon axis-button"
              data-testid="open-axis"
              aria-label={t('replay.open')}
              title={t('replay.openHint')}
              aria-keyshortcuts="T"
              onClick={axis.toggle}
            >
              <Glyph name="rewind" />
            </button>
          )}
        </WallMain>
      </SourceContext>
      {axis.open && <TimeAxis replay={replay} past={past} onPast={toPast} onLive={toLive} onClose={axis.toggle} />}
    </div>
  );
}

/** Figures and alerts on the left, the city in the middle, the open alert on the right. */
function WallMain({ onRefuse, children }: { onRefuse: () => void; children: ReactNode }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const city = useCity();
  const past = useIsPast();
  const { alertId, search } = useAddress();
  const { entity: alert, problem } = useAlert(alertId);
  const [act, setAct] = useState<AlertAct | null>(null);
  const listedAtMs = useSaidOfShown((shownMs) => Math.floor(shownMs / LISTS_EVERY_MS) * LISTS_EVERY_MS);
  const listed = useMemo(() => listAlerts(city.alerts.values(), listedAtMs), [city.alerts, listedAtMs]);
  // The same all the time, or every line of the list would be drawn with the page.
  const open = useCallback((id: string) => go(withMapAddress(location.search, { alertId: id })), []);
  const close = () => {
    const list = document.querySelector<HTMLElement>('.alert-list [role="option"][tabindex="0"]');
    if (document.activeElement?.closest('.alert-panel')) list?.focus();
    go(withMapAddress(search, { alertId: null }));
  };
  const start = (wanted: AlertAct) => {
    if (past) return onRefuse();
    if (!alert) return;
    if (mayStart(wanted, alert)) setAct(wanted);
    else if (wanted === 'make-case' && alert.caseId !== null) go(dispatchAddress(alert.caseId));
  };
  useKeys({
    escape: () => alertId && close(),
    a: () => start('acknowledge'),
    f: () => start('false-alarm'),
    c: () => start('make-case'),
  });
  const done = () => setAct(null);
  return (
    <>
      <main>
        <section className="left">
          <div className="top">
            <Figures active={listed.active} />
            <OutageLines />
            <AlgorithmNewsLines />
          </div>
          <AlertList active={listed.active} ended={listed.ended} openId={alertId} onOpen={open} />
        </section>
        <section className="middle surface" aria-label={t('map.label')}>
          <FaultWall>
            <Suspense fallback={<p className="map-note">{t('map.loading')}</p>}>
              <CityMap alerts={listed.active} chosen={alert} onOpen={open} />
            </Suspense>
          </FaultWall>
          {site.notice && (
            <p className="site-notice" role="note" aria-label={t('header.notice')}>
              <Glyph name="notice" />
              {site.notice[language]}
            </p>
          )}
          {children}
        </section>
        {!alertId && <PictureRail alerts={listed.active} onOpen={open} />}
        {alertId && <AlertPanel key={alertId} alert={alert} problem={problem} onAct={start} onClose={close} />}
      </main>
      {alert && act === 'acknowledge' && !past && <AcknowledgeDialog alert={alert} onClose={done} />}
      {alert && act === 'false-alarm' && !past && <FalseAlarmDialog alert={alert} onClose={done} />}
      {alert && act === 'make-case' && !past && <MakeCaseDialog alert={alert} onClose={done} />}
    </>
  );
}
