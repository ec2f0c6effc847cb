import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import type { MapArea } from '#engine/contract/camera-area.ts';
import type { Officer } from '#engine/contract/officer.ts';
import { useAddress } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { useRoom, useUnitPx } from '../design/room.ts';
import { useAlert, useCity, useDesk } from '../live/use-live.ts';
import { sayClock } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { AreaPanel } from './area-panel.tsx';
import { CityScene } from './city-scene.ts';
import { readCounties, readTownships } from './counties.ts';
import type { Place } from './find-place.ts';
import { LayersPanel } from './layers-panel.tsx';
import { Legend } from './legend.tsx';
import './map.css';
import './map-tools.css';
import { PlaceList } from './place-list.tsx';
import { circleRing, distanceM, type LngLat, type Sketch, sketchOf } from './sketch.ts';
import { useAreaDrawing } from './use-area-drawing.ts';
import { useCameraMap } from './use-camera-map.ts';
import { useMapAddress } from './use-map-address.ts';
import { useOfficers } from './use-officers.ts';
import { useOutlines } from './use-outlines.ts';
import type { NameOfZone } from './zone-layers.ts';
import { ZoomButtons } from './zoom-buttons.tsx';

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
  const { site, account } = useDesk();
  const { cameras, cases, units } = useCity();
  const container = useRef<HTMLDivElement>(null);
  const unitPx = useUnitPx() * (useRoom() === 'phone' ? ON_PHONE : 1);
  const { outlines: counties, failed } = useOutlines(readCounties);
  const pool = useCameraMap();
  const [scene, setScene] = useState<CityScene | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [place, setPlace] = useState<Shown | null>(null);
  const view = useMapAddress();
  // The alert itself may not have been read yet.
  const { alertId } = useAddress();
  const { layers, area } = view;
  const [tool, setTool] = useState<'area' | 'layers' | null>(area ? 'area' : null);
  const areaName = area === null ? '' : JSON.stringify(area);
  useEffect(() => {
    if (areaName !== '') setTool('area');
  }, [areaName]);
  const drawing = useAreaDrawing(scene, view.setArea);
  const nameOfZone: NameOfZone = ({ kind, name }) => name || t(`zone.${kind}`);
  const latest = { unitPx, name: t('map.label'), nameOfZone, onOpen, view, drawing, openAlertId: alertId };
  const opening = useRef(latest);
  opening.current = latest;
  const wantsTownships = layers.has('townships') && site.townshipsAttribution !== null;
  const { outlines: townships, failed: noTownships } = useOutlines(readTownships, wantsTownships);
  const stations = useMemo(() => [...units.values()], [units]);
  const openCases = useMemo(() => [...cases.values()].filter(({ state }) => state !== 'closed'), [cases]);
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
    const { unitPx, name, nameOfZone, openAlertId, view } = opening.current;
    try {
      const { centre, zoom, basemap } = site;
      made = new CityScene(container.current, {
        counties,
        centre,
        zoom,
        basemap,
        unitPx,
        name,
        nameOfZone,
        at: view.at,
        openAlertId,
        onPlace,
        onMove,
        onRest: (at) => opening.current.view.setAt(at),
        onStroke: (stroke) => opening.current.drawing.onStroke(stroke),
      });
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
    scene?.show({
      cameras: [...cameras.values()],
      alerts,
      cases: openCases,
      units: stations,
      townships,
      chosen,
      unitPx,
      layers,
      pool,
    });
  }, [scene, cameras, alerts, openCases, stations, townships, chosen, unitPx, layers, pool]);

  const patrol = useOfficers(layers.has('officers') && account.roles.some((role) => role !== 'model-admin'));
  useEffect(() => {
    const said = ({ displayName, place }: Officer) => {
      const lost = place?.stale ? t('officers.lost', { at: sayClock(place.at, site.timeZone) }) : '';
      return `${displayName}${lost}${place?.outside ? t('officers.outside') : ''}`;
    };
    scene?.showOfficers(patrol?.officers ?? [], patrol?.trails ?? [], said);
  }, [scene, patrol, t, site]);

  const around = useAlert(area?.shape === 'around-alert' ? area.alertId : null).entity;
  const { sketch } = drawing;
  useEffect(() => {
    scene?.showSketch(sketch ?? (area && sketchOf(area, around?.lngLat ?? null)));
  }, [scene, sketch, area, around]);

  const setArea = (next: MapArea | null) => {
    view.setArea(next);
    const drawn = next && sketchOf(next, next.shape === 'around-alert' ? (chosen?.lngLat ?? null) : null);
    if (drawn) scene?.fit(reachOf(drawn));
  };
  const showCamera = (cameraId: string, lngLat: LngLat) => {
    scene?.approach(lngLat);
    if (scene) setPlace({ lngLat, alertIds: [], caseIds: [], cameraIds: [cameraId], ...scene.project(lngLat) });
  };
  const closeTool = () => {
    drawing.cancel();
    setTool(null);
  };
  useEscapeWithin('.map-panel', closeTool);
  const toggle = (which: 'area' | 'layers') => {
    drawing.cancel();
    setTool(tool === which ? null : which);
  };

  return (
    <div className="city-map" data-testid="city-map" data-ready={scene !== null} data-officers={patrol?.trails.length}>
      <div ref={container} className="canvas" />
      {reason !== null && <p className="map-note">{t('map.failed', { reason })}</p>}
      {reason === null && !scene && <p className="map-note">{t('map.loading')}</p>}
      {scene && (
        <div className="map-buttons">
          <ZoomButtons scene={scene} onHome={() => scene.home()} />
          <button
            type="button"
            className="button icon"
            aria-label={t('area.open')}
            title={t('area.open')}
            aria-pressed={tool === 'area'}
            data-testid="open-area"
            onClick={() => toggle('area')}
          >
            <Glyph name="area" />
          </button>
          <button
            type="button"
            className="button icon"
            aria-label={t('layers.open')}
            title={t('layers.open')}
            aria-pressed={tool === 'layers'}
            data-testid="open-layers"
            onClick={() => toggle('layers')}
          >
            <Glyph name="layers" />
          </button>
        </div>
      )}
      {sketch && <div className="map-middle" aria-hidden="true" />}
      {scene && tool === 'area' && (
        <AreaPanel
          scene={scene}
          drawing={drawing}
          area={area}
          chosen={chosen}
          onArea={setArea}
          onShow={showCamera}
          onClose={closeTool}
        />
      )}
      {scene && tool === 'layers' && (
        <LayersPanel
          layers={layers}
          zoom={view.at?.zoom ?? site.zoom}
          viewAddress={() => view.sharedAddress(scene.sightline)}
          onLayers={view.setLayers}
          onClose={closeTool}
        />
      )}
      <div className="map-foot">
        <Legend />
        <p className="attribution">
          {failed ? t('map.noBoundaries') : site.boundariesAttribution} · {noTownships && `${t('map.noTownships')} · `}
          {townships && site.townshipsAttribution && `${site.townshipsAttribution} · `}
          {site.basemap?.attribution ?? t('map.noRoads')}
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

/** All that must be in view for an area to be seen whole: a circle's points tell only one of its sides. */
function reachOf({ tool, points }: Sketch): readonly LngLat[] {
  const [centre, edge] = points;
  return tool === 'circle' && centre && edge ? circleRing(centre, distanceM(centre, edge)) : points;
}

/** Escape closes what the focus is in, and nothing behind it. */
function useEscapeWithin(selector: string, close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    const onPress = (press: KeyboardEvent) => {
      const within = press.target instanceof Element && press.target.closest(selector) !== null;
      if (press.key !== 'Escape' || press.defaultPrevented || !within) return;
      press.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onPress, { capture: true });
    return () => removeEventListener('keydown', onPress, { capture: true });
  }, [selector]);
}
