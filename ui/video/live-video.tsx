import { type CSSProperties, type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { Glyph, type GlyphName } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { OfflineMark } from '../design/severity-mark.tsx';
import { useAction } from '../design/use-action.ts';
import { useNowMs } from '../live/clock.ts';
import { useDesk } from '../live/use-live.ts';
import { STALE_AFTER_MS, useCurrentPicture } from '../pictures/use-current-picture.ts';
import { PtzLine } from '../ptz/ptz-line.tsx';
import { PtzPanel } from '../ptz/ptz-panel.tsx';
import { useWords } from '../words/words.ts';
import { PictureMarks } from './picture-marks.tsx';
import { saveSnapshot } from './snapshot.ts';
import { usePlayer } from './use-player.ts';

interface LiveVideoProps {
  camera: Camera;
  /** Zones and boxes are drawn. */
  marks: boolean;
  enlarged: boolean;
  chosen: boolean;
  /** Its place in the grid, by which focus finds it. */
  tile: number;
  onChoose: () => void;
  onEnlarge: () => void;
  onRemove: () => void;
}

/** A camera's live picture, always with its age; what does not play says why. */
export function LiveVideo({ camera, marks, ...tile }: LiveVideoProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [turns, setTurns] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shown, ageMs, stale, player } = usePlayer(camera.id, canvas, marks);
  const { phase, sizePx, boxes, hindrance, capturedAtMs } = shown;
  const saving = useAction(async () => {
    const atMs = player?.shown.capturedAtMs ?? null;
    if (!canvas.current || atMs === null) return;
    const { id: cameraId, name: cameraName } = camera;
    await saveSnapshot(canvas.current, { cameraId, cameraName, capturedAtMs: atMs, timeZone: site.timeZone });
  });
  const snapshot = saving.start;
  const onKeyDown = (press: KeyboardEvent) => {
    if (press.target !== press.currentTarget || press.ctrlKey || press.metaKey || press.altKey) return;
    const act = { Enter: tile.onEnlarge, Delete: tile.onRemove, s: snapshot, S: snapshot }[press.key];
    if (!act) return;
    press.preventDefault();
    act();
  };
  const turning = turns && tile.enlarged && camera.ptz !== null;
  const openPtz = () => {
    setTurns(!turning);
    if (!tile.enlarged) tile.onEnlarge();
  };
  const [width, height] = sizePx ?? [16, 9];
  const codec = shown.codec === 'h265' ? 'H.265' : 'H.264';
  const button = (glyph: GlyphName, name: string, onClick: () => void, disabled = false) => (
    <button
      type="button"
      className="button plain icon"
      title={name}
      aria-label={name}
      disabled={disabled}
      onClick={onClick}
    >
      <Glyph name={glyph} />
    </button>
  );
  return (
    <figure
      className={tile.chosen ? 'video-tile chosen' : 'video-tile'}
      data-testid="video-tile"
      data-camera={camera.id}
      data-phase={stale ? 'stale' : phase}
      data-captured-at={capturedAtMs === null ? undefined : player?.shown.capturedAtMs}
      data-tile={tile.tile}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a tile is chosen, enlarged and emptied by keys
      tabIndex={0}
      aria-label={t('video.tile', { camera: camera.name, phase: t(`video.phase.${phase}`) })}
      onFocus={tile.onChoose}
      onKeyDown={onKeyDown}
    >
      <div className={turning ? 'tile-body with-ptz' : 'tile-body'}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter on the tile does the same */}
        <div className={stale ? 'stage stale' : 'stage'} onDoubleClick={tile.onEnlarge}>
          <div className="frame" style={{ '--w': width, '--h': height } as CSSProperties}>
            <canvas ref={canvas} hidden={capturedAtMs === null} />
            {marks && sizePx && <PictureMarks camera={camera} sizePx={sizePx} boxes={boxes ?? []} />}
          </div>
          {phase === 'not-supported' && hindrance && (
            <StillPicture
              camera={camera}
              why={t(`video.hindrance.${hindrance}`, { codec })}
              inShort={t(`video.hindranceShort.${hindrance}`, { codec })}
            />
          )}
          {phase === 'refused' && shown.problem && (
            <div className="no-picture">
              <ProblemNote problem={shown.problem} />
            </div>
          )}
          {capturedAtMs === null && phase !== 'not-supported' && phase !== 'refused' && (
            <p className="no-picture">
              {shown.cameraState === 'offline' ? t('video.offline') : t(`video.phase.${phase}`)}
            </p>
          )}
          {stale && ageMs !== null && (
            <p className="stale-mark" data-testid="video-stale">
              <OfflineMark label="" />
              {t('video.stale', { seconds: Math.floor(ageMs / 1000) })}
            </p>
          )}
          {(saving.busy || saving.problem) && (
            <div className="saving-note" data-testid="snapshot-note">
              {saving.busy && <p role="status">{t('video.saving')}</p>}
              {saving.problem && (
                <>
                  <header>
                    <strong>{t('video.notSaved')}</strong>
                    {button('close', t('close'), saving.forget)}
                  </header>
                  <ProblemNote problem={saving.problem} />
                </>
              )}
            </div>
          )}
        </div>
        {turning && <PtzPanel camera={camera} />}
      </div>
      <figcaption>
        <span className="name" title={camera.name}>
          {camera.name}
        </span>
        <PtzLine camera={camera} short />
        {shown.converted && phase === 'playing' && (
          <span className="converted" data-testid="video-converted" title={t('video.convertedHint', { codec })}>
            {t('video.converted', { codec })}
          </span>
        )}
        {ageMs !== null && (
          <span className="age" data-testid="video-age">
            {t('video.age', { seconds: ageMs < 10_000 ? (ageMs / 1000).toFixed(1) : Math.floor(ageMs / 1000) })}
          </span>
        )}
        {button('camera', `${t('video.snapshot')} (S)`, snapshot, capturedAtMs === null || saving.busy)}
        {camera.ptz && (
          <button
            type="button"
            className="button plain icon"
            title={t('ptz.open')}
            aria-label={t('ptz.open')}
            aria-expanded={turning}
            data-testid="ptz-open"
            onClick={openPtz}
          >
            <Glyph name="turn" />
          </button>
        )}
        {button(
          tile.enlarged ? 'grid' : 'whole',
          `${tile.enlarged ? t('video.shrink') : t('video.enlarge')} (Enter)`,
          tile.onEnlarge,
        )}
        {button('close', `${t('video.remove')} (Del)`, tile.onRemove)}
      </figcaption>
    </figure>
  );
}

/** Where no video can be played: the picture that is asked for again and again, and why. */
function StillPicture({ camera, why, inShort }: { camera: Camera; why: string; inShort: string }): ReactNode {
  const { t } = useWords();
  const nowMs = useNowMs();
  const { url, capturedAtMs } = useCurrentPicture(camera, true);
  const ageMs = capturedAtMs === null ? null : Math.max(0, nowMs - capturedAtMs);
  const stale = ageMs !== null && ageMs > STALE_AFTER_MS;
  return (
    <div className={stale ? 'still-picture stale' : 'still-picture'} data-testid="still-picture">
      {url ? (
        <img src={url} alt={t('camera.currentAlt', { camera: camera.name })} />
      ) : (
        <p className="no-picture">{t('camera.noPicture')}</p>
      )}
      <p className="why-still">
        {ageMs !== null && <b>{t(stale ? 'video.stale' : 'video.age', { seconds: Math.floor(ageMs / 1000) })} · </b>}
        <span className="whole-reason">{why}</span>
        <span className="short-reason" aria-hidden="true" title={why}>
          {inShort}
        </span>
      </p>
    </div>
  );
}
