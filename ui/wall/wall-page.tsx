import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { dispatchAddress, go, useAddress } from '../addresses.ts';
import { FaultWall } from '../design/fault-wall.tsx';
import { Glyph } from '../design/glyph.tsx';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { listAlerts } from '../live/alert-order.ts';
import { useNowMs } from '../live/clock.ts';
import { useAlert, useCity, useDesk } from '../live/use-live.ts';
import { withMapAddress } from '../map/map-address.ts';
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

/** The one map: figures and alerts on the left, the city in the middle, the open alert on the right. */
export function WallPage(): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const city = useCity();
  const { alertId, search } = useAddress();
  const { entity: alert, problem } = useAlert(alertId);
  const [act, setAct] = useState<AlertAct | null>(null);
  const listedAtMs = Math.floor(useNowMs() / LISTS_EVERY_MS) * LISTS_EVERY_MS;
  const listed = useMemo(() => listAlerts(city.alerts.values(), listedAtMs), [city.alerts, listedAtMs]);
  const open = (id: string) => go(withMapAddress(search, { alertId: id }));
  const close = () => {
    const list = document.querySelector<HTMLElement>('.alert-list [role="option"][tabindex="0"]');
    if (document.activeElement?.closest('.alert-panel')) list?.focus();
    go(withMapAddress(search, { alertId: null }));
  };
  const start = (wanted: AlertAct) => {
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
    <div className={alertId ? 'wall with-panel' : 'wall'}>
      <Header />
      <main>
        <section className="left">
          <div className="top">
            <Figures active={listed.active} />
            <OutageLines />
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
        </section>
        {!alertId && <PictureRail alerts={listed.active} onOpen={open} />}
        {alertId && <AlertPanel key={alertId} alert={alert} problem={problem} onAct={start} onClose={close} />}
      </main>
      {alert && act === 'acknowledge' && <AcknowledgeDialog alert={alert} onClose={done} />}
      {alert && act === 'false-alarm' && <FalseAlarmDialog alert={alert} onClose={done} />}
      {alert && act === 'make-case' && <MakeCaseDialog alert={alert} onClose={done} />}
    </div>
  );
}
