import { type ReactNode, useEffect, useRef, useState } from 'react';
import { go } from '../addresses.ts';
import { sayCase } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import type { DayScene } from './day-scene.ts';
import { patrolCaseAddress } from './patrol-bar.tsx';
import { standingOnPhone, usePatrol } from './patrol-desk.ts';
import { useSharing } from './whereabouts.ts';

/** The day's cases on a map, and where the phone is. The map's code is fetched when it is first looked at. */
export function MapView(): ReactNode {
  const { t } = useWords();
  const { day, posts } = usePatrol();
  const { place } = useSharing();
  const container = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<DayScene | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const name = t('patrol.mapLabel');
  useEffect(() => {
    let made: DayScene | null = null;
    let closed = false;
    const open = async () => {
      try {
        const { openDayScene } = await import('./day-scene.ts');
        if (closed || !container.current) return;
        made = await openDayScene(container.current, name, (caseId) => go(patrolCaseAddress(caseId)));
        if (closed) made.close();
        else setScene(made);
      } catch (error) {
        if (!closed) setReason(error instanceof Error ? error.message : String(error));
      }
    };
    void open();
    return () => {
      closed = true;
      setScene(null);
      made?.close();
    };
  }, [name]);
  useEffect(() => {
    const shown = day?.cases.filter(
      (one) => one.mine && ['assigned', 'started'].includes(standingOnPhone(one, posts).state),
    );
    scene?.show(
      (shown ?? []).map((one) => ({ id: one.id, lngLat: one.lngLat, severity: one.severity, name: sayCase(one) })),
      day?.areas ?? [],
    );
  }, [scene, day, posts]);
  useEffect(() => scene?.showOwn(place, t('patrol.mapYou')), [scene, place, t]);
  return (
    <div className="map-view" data-testid="patrol-map" data-ready={scene !== null}>
      <div ref={container} className="canvas" />
      {reason !== null && <p className="map-note">{t('patrol.mapFailed', { reason })}</p>}
      {reason === null && !scene && <p className="map-note">{t('loading')}</p>}
    </div>
  );
}
