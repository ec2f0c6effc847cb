import { type ReactNode, useEffect, useState } from 'react';
import { PoolPage } from '#engine/contract/camera-pool.ts';
import { ask } from '../live/ask.ts';
import { useWords } from '../words/words.ts';

const TYPED_OUT_MS = 250;
const SHOWN = 50;

interface CameraFieldProps {
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

/** Single cameras of the pool, found by what is typed; what was chosen stays listed. */
export function CameraField({ chosen, onChoose }: CameraFieldProps): ReactNode {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [found, setFound] = useState<{ id: string; name: string }[]>([]);
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const stop = new AbortController();
    const query = new URLSearchParams({ limit: String(SHOWN), ...(text.trim() && { text: text.trim() }) });
    const timer = setTimeout(() => {
      ask(PoolPage, `/api/camera-pool?${query}`, { signal: stop.signal }).then(
        ({ items }) => {
          setFound(items.map(({ id, name }) => ({ id, name })));
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
  const lines = [...chosen.map((id) => ({ id, name: names.get(id) ?? id })), ...rest];
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
      {lines.map(({ id, name }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(happening) =>
              onChoose(happening.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
          {name} <span className="quiet-line">{id}</span>
        </label>
      ))}
    </fieldset>
  );
}
