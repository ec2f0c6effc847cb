import { type ReactNode, useEffect, useState } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { PoolPage } from '#engine/contract/camera-pool.ts';
import { OfflineMark } from '../design/severity-mark.tsx';
import { ask } from '../live/ask.ts';
import { useCity } from '../live/use-live.ts';
import { useLibraries } from '../pool/use-libraries.ts';
import { useWords } from '../words/words.ts';

/** More would only be scrolled past: who looks for one of thousands types a part of its name. */
const MOST_LISTED = 200;

interface CameraChooserProps {
  cameras: readonly Camera[];
  shownIds: ReadonlySet<string>;
  onChoose: (id: string) => void;
}

/** What is told of a camera that can be chosen. */
type Choice = Pick<Camera, 'id' | 'name' | 'state' | 'county'>;

const TYPED_OUT_MS = 200;

/** The inspection set as a choice beside the libraries, whose ids are none of this. */
const INSPECTION = '-inspection';

const NONE: readonly Choice[] = [];

/**
 * Cameras of the pool that fit what is typed, so that one without rules is found as well, and those of a library; null until
 * they are known. `idle`: nothing is asked while neither is.
 */
function useFoundInPool(sought: string, library: string, idle: boolean): readonly Choice[] | null {
  const [known, setKnown] = useState<{ asked: string; found: readonly Choice[] } | null>(null);
  const { poolSeq } = useCity();
  const asked = `${library} ${sought}`;
  const wanted = !idle || sought !== '' || library !== '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: poolSeq says that the same question has another answer
  useEffect(() => {
    if (!wanted) return;
    const query = new URLSearchParams({ limit: String(MOST_LISTED) });
    if (sought !== '') query.set('text', sought);
    if (library === INSPECTION) query.set('inspection', 'true');
    else if (library !== '') query.set('library', library);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(PoolPage, `/api/camera-pool?${query}`, { signal: stop.signal }).then(
        ({ items }) => setKnown({ asked, found: items }),
        // The cameras that the page has are listed all the same; of a library nothing is known then.
        () => stop.signal.aborted || setKnown({ asked, found: NONE }),
      );
    }, TYPED_OUT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [wanted, asked, poolSeq]);
  if (!wanted) return NONE;
  return known?.asked === asked ? known.found : null;
}

/** The cameras by name; one that is chosen goes to the chosen tile, one that is shown already is taken away. */
export function CameraChooser({ cameras, shownIds, onChoose }: CameraChooserProps): ReactNode {
  const { t, language } = useWords();
  const [sought, setSought] = useState('');
  const words = sought.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const [library, setLibrary] = useState('');
  const libraries = useLibraries().found?.items ?? [];
  // Of a few cameras with rules the list is short: the others are listed too.
  const pool = useFoundInPool(sought.trim(), library, cameras.length >= MOST_LISTED);
  const here: Choice[] = cameras.filter((camera) => {
    if (library !== '') return false;
    const text = `${camera.name} ${camera.id} ${camera.county?.name ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  const known = new Set(here.map(({ id }) => id));
  const found = [...here, ...(pool ?? NONE).filter(({ id }) => !known.has(id))].sort((a, b) =>
    a.name.localeCompare(b.name, language === 'zh' ? 'zh-CN' : 'en', { numeric: true }),
  );
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
        <select aria-label={t('library.filter')} value={library} onChange={(change) => setLibrary(change.target.value)}>
          <option value="">{t('library.anyLibrary')}</option>
          <option value={INSPECTION}>{t('library.inspection')}</option>
          {libraries.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {found.length === 0 && (
        <p className="quiet-line">
          {pool === null
            ? t('loading')
            : sought.trim() === '' && library === ''
              ? t('video.noCamera')
              : t('video.none')}
        </p>
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
