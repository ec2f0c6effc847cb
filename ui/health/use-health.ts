import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { CameraHealthReport, HealthLine } from '#engine/contract/camera-health.ts';
import { Outage } from '#engine/contract/outage.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, listOf } from '../live/ask.ts';
import { useCalmed } from '../live/use-calmed.ts';
import { useCity } from '../live/use-live.ts';
import { camerasQuery, type HealthWish } from './health-wish.ts';

const FOLLOWS_EVERY_MS = 15_000;
export const DAYS = 30;

export interface Asked<T> {
  /** null: not read yet. What was read last stays while the same is asked for anew. */
  found: T | null;
  problem: Problem | null;
}

function useAsked<T>(schema: z.ZodType<T>, path: string, seq: number): Asked<T> {
  const [read, setRead] = useState<Asked<T> & { path: string }>({ path, found: null, problem: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: seq says that the same question has another answer
  useEffect(() => {
    const stop = new AbortController();
    ask(schema, path, { signal: stop.signal }).then(
      (found) => setRead({ path, found, problem: null }),
      (error) =>
        stop.signal.aborted ||
        setRead((before) => ({ path, found: before.path === path ? before.found : null, problem: asProblem(error) })),
    );
    return () => stop.abort();
  }, [schema, path, seq]);
  return read.path === path ? read : { found: null, problem: null };
}

const Lines = listOf(HealthLine);
const Outages = listOf(Outage);

/** All that the page shows; read anew when cameras change, and not more often than every quarter of a minute. */
export function useHealth(wish: HealthWish) {
  const { cameraSeq, poolSeq, outages } = useCity();
  const seq = useCalmed(Math.max(cameraSeq, poolSeq), FOLLOWS_EVERY_MS);
  const narrowed = camerasQuery(wish);
  const whole = useAsked(CameraHealthReport, `/api/camera-health?by=${wish.by}&days=${DAYS}`, seq);
  const chosen = useAsked(CameraHealthReport, `/api/camera-health?by=${wish.by}&days=${DAYS}&${narrowed}`, seq);
  const lines = useAsked(
    Lines,
    wish.day ? `/api/camera-days?day=${wish.day}&${narrowed}` : `/api/degrading-cameras?${narrowed}`,
    seq,
  );
  const past = useAsked(Outages, '/api/outages?state=all', outages.size);
  return { whole, chosen: narrowed.size === 0 ? whole : chosen, lines, past };
}
