import { useEffect, useRef, useState } from 'react';
import { ProofJob } from '#engine/contract/proof-job.ts';
import { ask } from '../../live/ask.ts';

const ASK_EVERY_MS = 500;
export const isOver = ({ state }: ProofJob): boolean => state !== 'waiting' && state !== 'running';

/** A job that was begun here, followed until it is over; `onOver` is told once. */
export function useJob(onOver: (job: ProofJob) => void): {
  job: ProofJob | null;
  follow: (job: ProofJob | null) => void;
} {
  const [job, setJob] = useState<ProofJob | null>(null);
  const told = useRef(onOver);
  told.current = onOver;
  useEffect(() => {
    if (!job || isOver(job)) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(ProofJob, `/api/proof-jobs/${job.id}`, { signal: stop.signal }).then(
        (now) => {
          setJob(now);
          if (isOver(now)) told.current(now);
        },
        // Asked for again, for as long as it takes.
        () => stop.signal.aborted || setJob({ ...job }),
      );
    }, ASK_EVERY_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [job]);
  return { job, follow: setJob };
}
