import { type ReactNode, useEffect, useState } from 'react';
import { type PoolLine, PoolPage } from '#engine/contract/camera-pool.ts';
import { ask } from '../live/ask.ts';
import { useWords } from '../words/words.ts';

const TYPED_OUT_MS = 250;
const SHOWN = 50;

interface CameraFieldProps {
  /** Why a camera of a county, or of none, cannot be chosen; absent: it can. */
  closedIn: (county: PoolLine['county']) => string | undefined;
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

/** Single cameras of the pool, found by what is typed; what was chosen stays listed. */
export function CameraField({ closedIn, chosen, onChoose }: CameraFieldProps): ReactNode {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [found, setFound] = useState<Pick<PoolLine, 'id' | 'name' | 'county'>[]>([]);
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const stop = new AbortController();
    const query = new URLSearchParams({ limit: String(SHOWN), ...(text.trim() && { text: text.trim() }) });
    const timer = setTimeout(() => {
      ask(PoolPage, `/api/camera-pool?${query}`, { signal: stop.signal }).then(
        ({ items }) => {
          setFound(items.map(({ id, name, county }) => ({ id, name, county })));
          setNames((held) => new Map([...held, ...items.map(({ id, name }) => [id, name] as const)]));
        },
        // Divisions and libraries can be chosen all the same; the server names what it does not take.
        () => undefined,
      );
    }, TYPED_OUT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  const rest = found.filter(({ id }) => !chosen.includes(id));
  const lines = [
    ...chosen.map((id) => ({ id, name: names.get(id) ?? id, closed: undefined })),
    ...rest.map(({ id, name, county }) => ({ id, name, closed: closedIn(county) })),
  ];
  return (
    <fieldset className="ticks cameras">
      <legend>
        {t('binding.cameras')} · {t('binding.chosen', { count: chosen.length })}
      </legend>
      <input
        type="search"
        aria-label={t('binding.camerasFind')}
        placeholder={t('binding.camerasFind')}
        value={text}
        onChange={(happening) => setText(happening.target.value)}
      />
      {lines.map(({ id, name, closed }) => (
        <label key={id} className={closed ? 'closed' : undefined}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            disabled={closed !== undefined}
            onChange={(happening) =>
              onChoose(happening.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
          {name} <span className="quiet-line">{closed ?? id}</span>
        </label>
      ))}
    </fieldset>
  );
}
