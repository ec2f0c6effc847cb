import { type ReactNode, useEffect, useReducer, useRef, useState } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { fromLocalMetres, toLocalMetres } from '#engine/contract/ground.ts';
import { useUnitPx } from '../design/room.ts';
import { useDesk } from '../live/use-live.ts';
import { readCounties } from '../map/counties.ts';
import '../map/map.css';
import { ellipseOnEarth, type PlacedPoint } from '../map/picture-on-ground.ts';
import { zoneFeatures } from '../map/zone-layers.ts';
import { ZoomButtons } from '../map/zoom-buttons.tsx';
import { useWords } from '../words/words.ts';
import { onMap, type Pair, type Zone } from './draft.ts';
import { GroundScene } from './ground-scene.ts';
import { Handle } from './handle.tsx';
import { PairMark } from './pair-mark.tsx';

interface GroundMapProps {
  camera: Camera;
  pairs: readonly Pair[];
  /** What lies on the ground by the present calibration. */
  view: Camera['views'][number];
  nameOf: (zone: Zone) => string;
  cursor: PlacedPoint | null;
  editable: boolean;
  onClick: (lngLat: [number, number]) => void;
  onMove: (index: number, lngLat: [number, number], act: string) => void;
  onDelete: (index: number) => void;
}

const STEP_M = 0.1;

/** The map to calibrate on: reference points, what the picture shows of the ground, and its zones. */
export function GroundMap(props: GroundMapProps): ReactNode {
  const { camera, pairs, view, nameOf, cursor, editable } = props;
  const { t } = useWords();
  const { site } = useDesk();
  const container = useRef<HTMLDivElement>(null);
  const unitPx = useUnitPx();
  const [scene, setScene] = useState<GroundScene | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [, moved] = useReducer((count: number) => count + 1, 0);
  const latest = useRef(props);
  latest.current = props;
  const { lngLat } = camera;
  const places = () => [
    latest.current.camera.lngLat,
    ...latest.current.pairs.flatMap((pair) => (pair.lngLat ? [pair.lngLat] : [])),
  ];
  const opening = useRef({ places, name: t('calibration.map'), unitPx });

  useEffect(() => {
    const stop = new AbortController();
    let made: GroundScene | null = null;
    const open = async () => {
      const counties = await readCounties(stop.signal).catch(() => null);
      if (stop.signal.aborted || !container.current) return;
      const { name, unitPx, places } = opening.current;
      try {
        const onClick = (at: [number, number]) => latest.current.onClick(onMap(at));
        const [centre] = places();
        made = new GroundScene(container.current, { counties, centre: centre!, unitPx, name, onClick, onMove: moved });
        await made.open();
        if (stop.signal.aborted) return;
        if (places().length > 1) made.fit(places());
        setScene(made);
      } catch (error) {
        setReason(made ? String(error) : t('map.noWebgl'));
      }
    };
    void open();
    return () => {
      stop.abort();
      setScene(null);
      made?.close();
    };
  }, [t]);

  const drawn = JSON.stringify(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the view is made anew each time; `drawn` tells when it differs
  useEffect(() => scene?.showZones(zoneFeatures(camera, view, nameOf)), [scene, drawn, lngLat[0], lngLat[1]]);
  useEffect(() => scene?.showCursor(cursor && ellipseOnEarth(cursor)), [scene, cursor]);

  const at = (place: [number, number]) => {
    const { x, y } = scene?.project(place) ?? { x: 0, y: 0 };
    return { left: `${x}px`, top: `${y}px` };
  };
  return (
    <div className="city-map ground-map" data-testid="ground-map" data-ready={scene !== null}>
      <div ref={container} className="canvas" />
      {reason !== null && <p className="map-note">{t('map.failed', { reason })}</p>}
      {reason === null && !scene && <p className="map-note">{t('map.loading')}</p>}
      {scene && (
        <>
          <svg className="camera-place" viewBox="0 0 24 24" aria-hidden="true" style={at(lngLat)}>
            <circle cx="12" cy="12" r="5.4" />
          </svg>
          {pairs.map(
            (pair, i) =>
              pair.lngLat && (
                <Handle
                  // biome-ignore lint/suspicious/noArrayIndexKey: a pair is known by its number
                  key={i}
                  {...at(pair.lngLat)}
                  label={t('calibration.pairOnMap', { number: i + 1 })}
                  className="pair"
                  testId="pair-on-map"
                  fixed={!editable}
                  onDrag={(client, act) => props.onMove(i, onMap(scene.placeAt(client)), act)}
                  onStep={([right, down], large) => {
                    const stepM = STEP_M * (large ? 10 : 1);
                    const [east, north] = toLocalMetres(lngLat, pair.lngLat!);
                    const to = fromLocalMetres(lngLat, [east + right * stepM, north - down * stepM]);
                    props.onMove(i, onMap(to), `place-${i}`);
                  }}
                  onDelete={() => props.onDelete(i)}
                >
                  <PairMark index={i} />
                </Handle>
              ),
          )}
          <div className="map-buttons">
            <ZoomButtons scene={scene} onHome={() => scene.fit(places())} />
          </div>
        </>
      )}
      <div className="map-foot">
        <p className="attribution">
          {site.boundariesAttribution} · {t('map.noRoads')}
        </p>
      </div>
    </div>
  );
}
