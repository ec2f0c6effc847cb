import { useEffect, useState } from 'react';
import { Officer, Trail } from '#engine/contract/officer.ts';
import { ask, listOf } from '../live/ask.ts';

const EVERY_MS = 5000;

export interface OfficersNow {
  officers: Officer[];
  trails: Trail[];
}

/** Officers and where those went who share it, read every few seconds while they are wanted; null: not read yet. */
export function useOfficers(wanted: boolean): OfficersNow | null {
  const [known, setKnown] = useState<OfficersNow | null>(null);
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      try {
        const { items: officers } = await ask(listOf(Officer), '/api/officers', { signal });
        const seen = officers.filter(({ place }) => place !== null);
        const trails = await Promise.all(
          seen.map(({ id }) => ask(Trail, `/api/officers/${encodeURIComponent(id)}/trail`, { signal })),
        );
        setKnown({ officers, trails });
      } catch {
        // What was read last stands, and grows stale by itself.
      }
      if (!signal.aborted) timer = setTimeout(() => void read(), EVERY_MS);
    };
    void read();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [wanted]);
  return wanted ? known : null;
}
