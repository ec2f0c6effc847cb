import { useState } from 'react';
import { Camera } from '#engine/contract/camera.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { useAction } from '../design/use-action.ts';
import { ask } from '../live/ask.ts';
import { type Draft, draftOf, isSame, patchOf } from './draft.ts';

interface History {
  /** The camera as it was when the draft was begun. */
  base: Camera;
  past: Draft[];
  now: Draft;
  /** Names what is under way: its steps are undone as one. */
  act: string | null;
}

/** A camera's drawings under work: changed, undone, saved as its next revision. */
export interface Drafting {
  draft: Draft;
  base: Camera;
  isChanged: boolean;
  /** Somebody else has changed the camera since the draft was begun. */
  conflict: boolean;
  /** The revision that was just saved. */
  savedAs: number | null;
  busy: boolean;
  problem: Problem | null;
  /** @param act names a drag or a run of key presses, which is undone as one */
  change(next: Draft, act?: string): void;
  undo: (() => void) | null;
  discard(): void;
  save(): void;
}

const begin = (base: Camera): History => ({ base, past: [], now: draftOf(base), act: null });

export function useDraft(live: Camera): Drafting {
  const [saved, setSaved] = useState<Camera | null>(null);
  const newest = saved && saved.revision > live.revision ? saved : live;
  const [history, setHistory] = useState(() => begin(newest));
  const isChanged = !isSame(history.now, draftOf(history.base));
  const isBehind = newest.revision > history.base.revision;
  // What was not touched follows the camera.
  const current = isBehind && !isChanged ? begin(newest) : history;
  if (current !== history) setHistory(current);
  const { busy, problem, start } = useAction(async () => {
    const camera = await ask(Camera, `/api/cameras/${encodeURIComponent(live.id)}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(patchOf(current.now, current.base)),
    });
    setSaved(camera);
    setHistory(begin(camera));
  });
  const { past } = current;
  return {
    draft: current.now,
    base: current.base,
    isChanged,
    conflict: isBehind && isChanged && !busy,
    savedAs: saved && saved.revision === current.base.revision && !isChanged ? saved.revision : null,
    busy,
    problem,
    change: (next, act) =>
      setHistory((before) => {
        const sameAct = act !== undefined && act === before.act;
        return { ...before, past: sameAct ? before.past : [...before.past, before.now], now: next, act: act ?? null };
      }),
    undo:
      past.length === 0
        ? null
        : () =>
            setHistory((before) => ({
              ...before,
              past: before.past.slice(0, -1),
              now: before.past.at(-1)!,
              act: null,
            })),
    discard: () => setHistory(begin(newest)),
    save: start,
  };
}
