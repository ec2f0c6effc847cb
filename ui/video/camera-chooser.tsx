import { type ReactNode, useState } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { OfflineMark } from '../design/severity-mark.tsx';
import { useWords } from '../words/words.ts';

/** More would only be scrolled past: who looks for one of thousands types a part of its name. */
const MOST_LISTED = 200;

interface CameraChooserProps {
  cameras: readonly Camera[];
  shownIds: ReadonlySet<string>;
  onChoose: (id: string) => void;
}

/** The cameras by name; one that is chosen goes to the chosen tile, one that is shown already is taken away. */
export function CameraChooser({ cameras, shownIds, onChoose }: CameraChooserProps): ReactNode {
  const { t, language } = useWords();
  const [sought, setSought] = useState('');
  const words = sought.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = cameras
    .filter((camera) => {
      const text = `${camera.name} ${camera.id} ${camera.county?.name ?? ''}`.toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => a.name.localeCompare(b.name, language === 'zh' ? 'zh-CN' : 'en', { numeric: true }));
  return (
    <div className="camera-chooser">
      <div className="field">
        <input
          type="search"
          aria-label={t('video.search')}
          placeholder={t('video.search')}
          value={sought}
          onChange={(change) => setSought(change.target.value)}
        />
      </div>
      {found.length === 0 && (
        <p className="quiet-line">{cameras.length === 0 ? t('video.noCamera') : t('video.none')}</p>
      )}
      <ul>
        {found.slice(0, MOST_LISTED).map((camera) => (
          <li key={camera.id}>
            <button
              type="button"
              data-testid="choose-camera"
              aria-pressed={shownIds.has(camera.id)}
              onClick={() => onChoose(camera.id)}
            >
              {camera.state === 'offline' && <OfflineMark label={t('camera.offline')} />}
              <span className="name">{camera.name}</span>
              <span className="quiet-line">{camera.county?.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length > MOST_LISTED && (
        <p className="quiet-line">{t('list.below', { count: found.length - MOST_LISTED })}</p>
      )}
    </div>
  );
}
