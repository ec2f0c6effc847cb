import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { MapArea } from '#engine/contract/camera-area.ts';
import { useUnitPx } from '../design/room.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { AreaSteps } from '../map/area-steps.tsx';
import { CityScene } from '../map/city-scene.ts';
import { readCounties } from '../map/counties.ts';
import '../map/map.css';
import '../map/map-tools.css';
import type { MapLayer } from '../map/map-layers.ts';
import { circleRing, type LngLat, sketchOf } from '../map/sketch.ts';
import { useAreaDrawing } from '../map/use-area-drawing.ts';
import { useCameraMap } from '../map/use-camera-map.ts';
import { ZoomButtons } from '../map/zoom-buttons.tsx';
import { useWords } from '../words/words.ts';

interface AreaMapProps {
  /** The corners of what is drawn, without the first once more; empty: nothing. */
  corners: readonly LngLat[];
  onDraw: (corners: LngLat[]) => void;
}

const TOOLS = ['polygon', 'circle'] as const;
const LAYERS: ReadonlySet<MapLayer> = new Set(['cameras', 'counties', 'basemap']);

/** The map to draw a library's area on: a polygon, or a circle, which becomes one. */
export function AreaMap({ corners, onDraw }: AreaMapProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { cameras } = useCity();
  const container = useRef<HTMLDivElement>(null);
  const unitPx = useUnitPx();
  const pool = useCameraMap();
  const [scene, setScene] = useState<CityScene | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const drawing = useAreaDrawing(scene, (area) => {
    const drawn = cornersOf(area);
    if (drawn.length > 0) onDraw(drawn);
  });
  const { sketch } = drawing;
  const opening = useRef({ drawing, corners, unitPx, name: t('map.label'), site });
  opening.current = { drawing, corners, unitPx, name: t('map.label'), site };

  useEffect(() => {
    const stop = new AbortController();
    let made: CityScene | null = null;
    const open = async () => {
      const counties = await readCounties(stop.signal).catch(() => null);
      if (stop.signal.aborted || !container.current) return;
      const { site, unitPx, name, corners } = opening.current;
      try {
        made = new CityScene(container.current, {
          counties,
          centre: site.centre,
          zoom: site.zoom,
          basemap: site.basemap,
          unitPx,
          name,
          nameOfZone: ({ name }) => name ?? '',
          at: null,
          openAlertId: null,
          onPlace: () => undefined,
          onMove: () => undefined,
          onRest: () => undefined,
          onStroke: (stroke) => opening.current.drawing.onStroke(stroke),
        });
        await made.open();
        if (stop.signal.aborted) return;
        if (corners.length > 0) made.fit(corners);
        setScene(made);
      } catch (error) {
        if (!stop.signal.aborted) setReason(made ? String(error) : t('map.noWebgl'));
      }
    };
    void open();
    return () => {
      stop.abort();
      setScene(null);
      made?.close();
    };
  }, [t]);

  useEffect(() => {
    const shown = [...cameras.values()];
    scene?.show({
      cameras: shown,
      alerts: [],
      cases: [],
      units: [],
      townships: null,
      chosen: null,
      unitPx,
      layers: LAYERS,
      pool,
    });
  }, [scene, cameras, unitPx, pool]);
  const drawn = JSON.stringify(corners);
  useEffect(() => {
    const settled: LngLat[] = JSON.parse(drawn);
    scene?.showSketch(sketch ?? (settled.length > 2 ? sketchOf({ shape: 'polygon', corners: settled }, null) : null));
  }, [scene, sketch, drawn]);

  return (
    <div className="area-map" data-testid="area-map" data-ready={scene !== null}>
      <div className="city-map">
        <div ref={container} className="canvas" />
        {reason !== null && <p className="map-note">{t('map.failed', { reason })}</p>}
        {reason === null && !scene && <p className="map-note">{t('map.loading')}</p>}
        {scene && (
          <div className="map-buttons">
            <ZoomButtons scene={scene} onHome={() => scene.home()} />
          </div>
        )}
        {sketch && <div className="map-middle" aria-hidden="true" />}
      </div>
      <fieldset className="area-tools">
        <legend className="quiet-line">{t('area.tools')}</legend>
        {TOOLS.map((tool) => (
          <button
            key={tool}
            type="button"
            className="button"
            disabled={!scene}
            aria-pressed={sketch?.tool === tool}
            data-testid={`draw-${tool}`}
            onClick={() => {
              if (sketch?.tool === tool) return drawing.cancel();
              drawing.begin(tool, 0);
              scene?.focus();
            }}
          >
            {t(`area.tool.${tool}`)}
          </button>
        ))}
      </fieldset>
      <AreaSteps drawing={drawing} />
      <p className="quiet-line small">{t('area.keys')}</p>
    </div>
  );
}

/** Six decimals are a hand's breadth. */
const rounded = ([lng, lat]: LngLat): LngLat => [Number(lng.toFixed(6)), Number(lat.toFixed(6))];

function cornersOf(area: MapArea): LngLat[] {
  if (area.shape === 'polygon') return area.corners.map(rounded);
  if (area.shape === 'circle') return circleRing(area.centre, area.radiusM).slice(0, -1).map(rounded);
  return [];
}
