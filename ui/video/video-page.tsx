import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { go, useAddress } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { useRoom } from '../design/room.ts';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useCamera, useCity } from '../live/use-live.ts';
import '../pictures/pictures.css';
import { useWords } from '../words/words.ts';
import { CameraChooser } from './camera-chooser.tsx';
import { GRIDS, type Grid, type GridView, gridAddress, readGrid, withCamera, withGrid } from './grid-address.ts';
import { LiveVideo } from './live-video.tsx';
import './video.css';

/** Live video: a grid of tiles, and the cameras to fill them with. All of it is in the address. */
export function VideoPage(): ReactNode {
  const { t } = useWords();
  const { cameras } = useCity();
  const room = useRoom();
  const view = readGrid(useAddress().search);
  const [chosen, setChosen] = useState(0);
  const tiles = useRef<HTMLElement>(null);
  const show = (next: GridView) => go(gridAddress(next), 'replace');
  const shownIds = new Set(view.cameras.filter((id) => id !== null));

  const choose = (id: string) => {
    const at = view.cameras.indexOf(id);
    if (at >= 0) {
      setChosen(at);
      return show(withCamera(view, at, null));
    }
    const next = withCamera(view, Math.min(chosen, view.grid - 1), id);
    const empty = next.cameras.indexOf(null);
    if (empty >= 0) setChosen(empty);
    show({ ...next, enlarged: null });
  };
  const enlarge = (id: string) => show({ ...view, enlarged: view.enlarged === id ? null : id });
  const toggleMarks = () => show({ ...view, marks: !view.marks });
  useKeys({
    escape: () => view.enlarged !== null && show({ ...view, enlarged: null }),
    m: toggleMarks,
  });
  const onArrow = (press: KeyboardEvent) => {
    const side = Math.sqrt(view.grid);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: side, ArrowUp: -side }[press.key];
    const from = (press.target as HTMLElement).dataset.tile;
    if (by === undefined || from === undefined || view.enlarged !== null) return;
    const to = tiles.current?.querySelector<HTMLElement>(`[data-tile="${Number(from) + by}"]`);
    if (!to) return;
    press.preventDefault();
    to.focus();
  };

  const chooser = <CameraChooser cameras={[...cameras.values()]} shownIds={shownIds} onChoose={choose} />;
  return (
    <div className="video-page">
      <Header />
      <main>
        {room === 'phone' ? (
          <details className="surface chooser-box" open={shownIds.size === 0}>
            <summary>{t('video.chooser')}</summary>
            {chooser}
          </details>
        ) : (
          <section className="surface panel chooser-box" aria-label={t('video.chooser')}>
            <header className="list-head">
              <h2>{t('video.chooser')}</h2>
              <span className="quiet-line">{t('video.count', { chosen: shownIds.size, all: view.grid })}</span>
            </header>
            {chooser}
          </section>
        )}
        <section className="video-side" aria-label={t('video.label')}>
          <div className="video-tools">
            <GridChoice grid={view.grid} onGrid={(grid) => show(withGrid(view, grid))} />
            <button
              type="button"
              className="button"
              data-testid="marks"
              aria-pressed={view.marks}
              aria-keyshortcuts="M"
              title={t('video.marksHint')}
              onClick={toggleMarks}
            >
              <Glyph name={view.marks ? 'check' : 'eye'} />
              {t('video.marks')}{' '}
              <span className="key" aria-hidden="true">
                M
              </span>
            </button>
          </div>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys go from tile to tile; Tab does too */}
          <section
            ref={tiles}
            className={view.enlarged === null ? 'video-grid' : 'video-grid one'}
            data-grid={view.grid}
            onKeyDown={onArrow}
          >
            {view.cameras.map((id, at) => {
              if (view.enlarged !== null && id !== view.enlarged) return null;
              return (
                <Tile
                  key={id ?? `empty-${at}`}
                  id={id}
                  marks={view.marks}
                  enlarged={id !== null && view.enlarged === id}
                  chosen={chosen === at}
                  tile={at}
                  onChoose={() => setChosen(at)}
                  onEnlarge={() => id !== null && enlarge(id)}
                  onRemove={() => {
                    setChosen(at);
                    show(withCamera(view, at, null));
                  }}
                />
              );
            })}
          </section>
        </section>
      </main>
    </div>
  );
}

/** A place of the grid: a camera's live video, or why there is none. */
function Tile({ id, ...tile }: { id: string | null } & Omit<Parameters<typeof LiveVideo>[0], 'camera'>): ReactNode {
  const { t } = useWords();
  const { entity: camera, problem } = useCamera(id);
  if (camera) return <LiveVideo camera={camera} {...tile} />;
  return (
    <button
      type="button"
      className={tile.chosen ? 'empty-tile chosen' : 'empty-tile'}
      data-tile={tile.tile}
      aria-pressed={tile.chosen}
      onClick={tile.onChoose}
    >
      {id !== null && <span>{problem ? t('video.gone', { id }) : t('loading')}</span>}
      {id === null && <span>{tile.chosen ? t('video.emptyHint') : t('video.empty')}</span>}
    </button>
  );
}

function GridChoice({ grid, onGrid }: { grid: Grid; onGrid: (grid: Grid) => void }): ReactNode {
  const { t } = useWords();
  return (
    <fieldset className="grid-choice" aria-label={t('video.grid')}>
      {GRIDS.map((one) => (
        <button
          key={one}
          type="button"
          className="button"
          aria-pressed={one === grid}
          aria-label={t('video.gridOf', { count: one })}
          title={t('video.gridOf', { count: one })}
          onClick={() => onGrid(one)}
        >
          {one}
        </button>
      ))}
    </fieldset>
  );
}
