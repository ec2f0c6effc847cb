import { useEffect, useState } from 'react';
import type { CountyCollection } from './counties.ts';

const AGAIN_AFTER_MS = 5000;

interface Outlines {
  outlines: CountyCollection | null;
  failed: boolean;
}

/**
 * Outlines of named areas, asked for once they are first wanted; if they do not come, again and again.
 * @param read the same function each time
 */
export function useOutlines(read: (signal: AbortSignal) => Promise<CountyCollection>, wanted = true): Outlines {
  const [got, setGot] = useState<Outlines>({ outlines: null, failed: false });
  const known = got.outlines !== null;
  useEffect(() => {
    if (!wanted || known) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () =>
      read(stop.signal).then(
        (outlines) => setGot({ outlines, failed: false }),
        () => {
          if (stop.signal.aborted) return;
          setGot({ outlines: null, failed: true });
          timer = setTimeout(again, AGAIN_AFTER_MS);
        },
      );
    void again();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [read, wanted, known]);
  return got;
}
