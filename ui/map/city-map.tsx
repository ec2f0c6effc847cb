import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { Glyph } from '../design/glyph.tsx';
import { useRoom, useUnitPx } from '../design/room.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { CityScene, type Place } from './city-scene.ts';
import { type CountyCollection, readCounties } from './counties.ts';
import { Legend } from './legend.tsx';
import './map.css';
import { PlaceList } from './place-list.tsx';
import { useCameraMap } from './use-camera-map.ts';
import type { NameOfZone } from './zone-layers.ts';

interface CityMapProps {
  alerts: Alert[];
  chosen: Alert | null;
  onOpen: (id: string) => void;
}

/** A phone is held near: its map can be drawn finer than its text. */
const ON_PHONE = 0.78;

type Shown = Place & { x: number; y: number };

/** The city with its cameras and alerts. What cannot be drawn is said; the list beside it shows the same alerts. */
export function CityMap({ alerts, chosen, onOpen }: CityMapProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { cameras } = useCity();
  const container = useRef<HTMLDivElement>(null);
  const unitPx = useUnitPx() * (useRoom() === 'phone' ? ON_PHONE : 1);
  const { counties, failed } = useCounties();
  const pool = useCameraMap();
  const [scene, setScene] = useState<CityScene | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [place, setPlace] = useState<Shown | null>(null);
  const nameOfZone: NameOfZone = ({ kind, name }) => name || t(`zone.${kind}`);
  const opening = useRef({ unitPx, name: t('map.label'), onOpen, nameOfZone });
  opening.current = { unitPx, name: t('map.label'), onOpen, nameOfZone };
  const settled = counties !== null || failed;

  useEffect(() => {
    if (!container.current || !settled) return;
    let made: CityScene;
    let gone = false;
    const onPlace = (found: Place | null) => {
      const [only] = found?.alertIds ?? [];
      if (only !== undefined && found?.alertIds.length === 1) {
        setPlace(null);
        opening.current.onOpen(only);
      } else {
        setPlace(found && { ...found, ...made.project(found.lngLat) });
      }
    };
    const onMove = () => setPlace((shown) => shown && { ...shown, ...made.project(shown.lngLat) });
    const { unitPx, name, nameOfZone } = opening.current;
    try {
      const { centre, zoom } = site;
      made = new CityScene(container.current, { counties, centre, zoom, unitPx, name, nameOfZone, onPlace, onMove });
    } catch {
      setReason(t('map.noWebgl'));
      return;
    }
    made.open().then(
      () => !gone && setScene(made),
      (error) => setReason(String(error)),
    );
    return () => {
      gone = true;
      setScene(null);
      made.close();
    };
  }, [counties, settled, site, t]);

  useEffect(() => {
    scene?.show({ cameras: [...cameras.values()], alerts, chosen, unitPx, pool });
  }, [scene, cameras, alerts, chosen, unitPx, pool]);

  return (
    <div className="city-map" data-testid="city-map" data-ready={scene !== null}>
      <div ref={container} className="canvas" />
      {reason !== null && <p className="map-note">{t('map.failed', { reason })}</p>}
      {reason === null && !scene && <p className="map-note">{t('map.loading')}</p>}
      {scene && (
        <div className="map-buttons">
          <button type="button" className="button icon" aria-label={t('map.zoomIn')} onClick={() => scene.zoomBy(1)}>
            <Glyph name="plus" />
          </button>
          <button type="button" className="button icon" aria-label={t('map.zoomOut')} onClick={() => scene.zoomBy(-1)}>
            <Glyph name="minus" />
          </button>
          <button type="button" className="button icon" aria-label={t('map.home')} onClick={() => scene.home()}>
            <Glyph name="home" />
          </button>
        </div>
      )}
      <div className="map-foot">
        <Legend />
        <p className="attribution">
          {failed ? t('map.noBoundaries') : site.boundariesAttribution} · {t('map.noRoads')}
        </p>
      </div>
      {place && (
        <PlaceList
          place={place}
          alerts={alerts}
          chosenId={chosen?.id ?? null}
          onOpen={onOpen}
          onClose={() => setPlace(null)}
        />
      )}
    </div>
  );
}

const AGAIN_AFTER_MS = 5000;

/** The counties, asked for until they come; meanwhile the map is drawn without them. */
function useCounties(): { counties: CountyCollection | null; failed: boolean } {
  const [read, setRead] = useState<{ counties: CountyCollection | null; failed: boolean }>({
    counties: null,
    failed: false,
  });
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () =>
      readCounties(stop.signal).then(
        (counties) => setRead({ counties, failed: false }),
        () => {
          if (stop.signal.aborted) return;
          setRead({ counties: null, failed: true });
          timer = setTimeout(again, AGAIN_AFTER_MS);
        },
      );
    void again();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);
  return read;
}
