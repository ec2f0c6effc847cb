import { useEffect, useState } from 'react';
import { type CountyCollection, readTownships } from './counties.ts';

/** The townships' outlines, asked for once they are first wanted; `failed` when that did not work. */
export function useTownships(wanted: boolean): { townships: CountyCollection | null; failed: boolean } {
  const [read, setRead] = useState<{ townships: CountyCollection | null; failed: boolean }>({
    townships: null,
    failed: false,
  });
  const known = read.townships !== null;
  useEffect(() => {
    if (!wanted || known) return;
    const stop = new AbortController();
    readTownships(stop.signal).then(
      (townships) => setRead({ townships, failed: false }),
      () => stop.signal.aborted || setRead({ townships: null, failed: true }),
    );
    return () => stop.abort();
  }, [wanted, known]);
  return read;
}
