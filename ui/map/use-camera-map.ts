import { useEffect, useState } from 'react';
import { CameraMap } from '#engine/contract/camera-map.ts';
import { ask } from '../live/ask.ts';
import { useIsPast } from '../live/use-live.ts';

/** The server makes a new version at most this often. */
const ASK_EVERY_MS = 10_000;

/** The city's cameras in numbers, by county, and the version of their tiles; null until it is known, and of the past. */
export function useCameraMap(): CameraMap | null {
  const [known, setKnown] = useState<CameraMap | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const look = () => {
      if (document.hidden) return;
      ask(CameraMap, '/api/camera-map', { signal: stop.signal }).then(
        (read) => setKnown((before) => (before?.version === read.version ? before : read)),
        // What is known stays; the header says that the line is down.
        () => undefined,
      );
    };
    look();
    const timer = setInterval(look, ASK_EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return useIsPast() ? null : known;
}
