import { type ReactNode, useEffect, useState } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { LONGEST_RADIUS_M, type MapArea, WIDEST_CORRIDOR_M } from '#engine/contract/camera-area.ts';
import { Glyph } from '../design/glyph.tsx';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../words/words.ts';
import { AreaResults } from './area-results.tsx';
import { AreaSteps } from './area-steps.tsx';
import type { CityScene } from './city-scene.ts';
import type { SketchTool } from './sketch.ts';
import { useAreaCameras } from './use-area-cameras.ts';
import type { AreaDrawing } from './use-area-drawing.ts';

interface AreaPanelProps {
  scene: CityScene;
  drawing: AreaDrawing;
  area: MapArea | null;
  chosen: Alert | null;
  onArea: (area: MapArea | null) => void;
  onShow: (cameraId: string, lngLat: [number, number]) => void;
  onClose: () => void;
}

const TOOLS: readonly SketchTool[] = ['circle', 'polygon', 'corridor'];

/** Selects cameras by a part of the map: drawn by hand, around its middle, or around the open alert. */
export function AreaPanel(props: AreaPanelProps): ReactNode {
  const { scene, drawing, area, chosen, onArea, onShow, onClose } = props;
  const { t } = useWords();
  const { sketch } = drawing;
  const [radius, setRadius] = useState('300');
  const [width, setWidth] = useState('60');
  const radiusM = inRange(radius, LONGEST_RADIUS_M);
  const widthM = inRange(width, WIDEST_CORRIDOR_M);
  const answer = useAreaCameras(sketch ? null : area);
  const begin = (next: SketchTool) => {
    drawing.begin(next, widthM ?? 60);
    scene.focus();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the width alone changes it
  useEffect(() => {
    if (widthM !== null) drawing.setWidth(widthM);
  }, [widthM]);
  const circleHere = () => radiusM !== null && onArea({ shape: 'circle', centre: scene.sightline.centre, radiusM });
  const aroundAlert = () =>
    radiusM !== null && chosen && onArea({ shape: 'around-alert', alertId: chosen.id, radiusM });
  return (
    <section className="map-panel surface" aria-label={t('area.title')} data-testid="area-panel">
      <header>
        <h3>{t('area.title')}</h3>
        <button type="button" className="button plain icon" aria-label={t('close')} onClick={onClose}>
          <Glyph name="close" />
        </button>
      </header>
      <div className="scroll">
        <fieldset className="area-tools">
          <legend className="quiet-line">{t('area.tools')}</legend>
          {TOOLS.map((one) => (
            <button
              key={one}
              type="button"
              className="button"
              aria-pressed={sketch?.tool === one}
              data-testid={`draw-${one}`}
              onClick={() => (sketch?.tool === one ? drawing.cancel() : begin(one))}
            >
              {t(`area.tool.${one}`)}
            </button>
          ))}
        </fieldset>
        <div className="area-fields">
          <TextField
            label={t('area.radiusM')}
            type="number"
            value={radius}
            onChange={setRadius}
            wrong={radiusM === null ? t('area.wrongRadius', { most: LONGEST_RADIUS_M }) : null}
          />
          <TextField
            label={t('area.widthM')}
            type="number"
            value={width}
            onChange={setWidth}
            wrong={widthM === null ? t('area.wrongWidth', { most: WIDEST_CORRIDOR_M }) : null}
          />
        </div>
        {sketch ? (
          <AreaSteps drawing={drawing} />
        ) : (
          <div className="area-steps">
            <button type="button" className="button" disabled={radiusM === null} onClick={circleHere}>
              {t('area.circleHere')}
            </button>
            <button
              type="button"
              className="button"
              disabled={radiusM === null || !chosen}
              title={chosen ? undefined : t('area.noAlert')}
              data-testid="around-alert"
              onClick={aroundAlert}
            >
              {t('area.aroundAlert')}
            </button>
          </div>
        )}
        {!sketch && area && (
          <AreaResults area={area} aroundOf={chosen} answer={answer} onShow={onShow} onClear={() => onArea(null)} />
        )}
        {!sketch && !area && <p className="quiet-line">{t('area.choose')}</p>}
        <p className="quiet-line small">{t('area.keys')}</p>
      </div>
    </section>
  );
}

function inRange(text: string, most: number): number | null {
  const value = Number(text);
  return text.trim() !== '' && value >= 1 && value <= most ? value : null;
}
