import { useEffect, useState } from 'react';
import { type Camera, isOnline } from '#engine/contract/camera.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { asProblem, Refused, request } from '../live/ask.ts';

/** A camera's latest picture as an object URL, and when it was captured. */
export interface CurrentPicture {
  url: string | null;
  capturedAtMs: number | null;
  problem: Problem | null;
}

/** A picture this old is no longer the place as it is. */
export const STALE_AFTER_MS = 10_000;
const EVERY_MS = 2000;
const EVERY_WITHOUT_PICTURE_MS = 4000;
const NONE: CurrentPicture = { url: null, capturedAtMs: null, problem: null };

/**
 * Asks for the camera's picture again and again while it is shown, and holds one picture at a time.
 * @param asksAnyway also of a camera that is only registered: the engine opens it for as long as it is asked
 */
export function useCurrentPicture(camera: Camera | null, asksAnyway = false): CurrentPicture {
  const [picture, setPicture] = useState<CurrentPicture>(NONE);
  const id = camera?.id ?? null;
  const hasPicture = camera !== null && (asksAnyway || isOnline(camera.state) || camera.lastFrameAt !== null);
  useEffect(() => {
    setPicture(NONE);
    if (id === null || !hasPicture) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let held: string | null = null;
    const show = (next: { url: string; capturedAtMs: number | null }) => {
      const before = held;
      held = next.url;
      setPicture({ ...next, problem: null });
      if (before) setTimeout(() => URL.revokeObjectURL(before), 1000);
    };
    const again = async () => {
      let waitMs = EVERY_MS;
      try {
        const next = document.hidden ? null : await fetchPicture(id, stop.signal);
        if (next) show(next);
        else if (!document.hidden) {
          waitMs = EVERY_WITHOUT_PICTURE_MS;
          setPicture((before) => ({ ...before, problem: null }));
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof Refused && error.status > 0) waitMs = EVERY_WITHOUT_PICTURE_MS;
        setPicture((before) => ({ ...before, problem: asProblem(error) }));
      }
      if (!stop.signal.aborted) timer = setTimeout(again, waitMs);
    };
    void again();
    return () => {
      stop.abort();
      clearTimeout(timer);
      if (held) URL.revokeObjectURL(held);
    };
  }, [id, hasPicture]);
  return picture;
}

/** null: the camera has given none since the start. */
async function fetchPicture(
  id: string,
  signal: AbortSignal,
): Promise<{ url: string; capturedAtMs: number | null } | null> {
  const answer = await request(`/api/cameras/${encodeURIComponent(id)}/frame.jpg`, { signal });
  if (answer.status === 204) return null;
  const url = URL.createObjectURL(await answer.blob());
  return { url, capturedAtMs: readInstant(answer.headers.get('x-captured-at')) };
}

/** The instant a header tells, as a date or as epoch milliseconds; null when it tells none. */
export function readInstant(told: string | null): number | null {
  if (told === null || told.trim() === '') return null;
  const ms = /^\d+(\.\d+)?$/.test(told.trim()) ? Number(told) : Date.parse(told);
  return Number.isFinite(ms) ? ms : null;
}
