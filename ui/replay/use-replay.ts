import { type RefObject, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { go, useAddress } from '../addresses.ts';
import { useDesk } from '../live/use-live.ts';
import { withMapAddress } from '../map/map-address.ts';
import { readReplayedDay } from './read-replayed-day.ts';
import { Replay, type ReplayState } from './replay.ts';

const WRITE_EVERY_MS = 1000;

/** The instant that the page itself wrote into its address last: nobody asked for it anew. */
export type Written = RefObject<string | null>;

/**
 * The wall's replay, and whether the wall shows it: while its address names an instant. The replay follows an address that
 * was opened, or gone back to.
 */
export function useReplay(): { replay: Replay; past: boolean; written: Written } {
  const { site } = useDesk();
  const { time: at } = useAddress();
  const askedMs = at === null ? Number.NaN : Date.parse(at);
  const past = Number.isFinite(askedMs);
  const replay = useMemo(() => new Replay(site.timeZone, readReplayedDay), [site.timeZone]);
  const written = useRef<string | null>(null);
  useEffect(() => {
    if (!past) replay.pause();
    else if (at !== written.current) {
      written.current = at;
      replay.seek(askedMs);
    }
  }, [replay, past, at, askedMs]);
  useEffect(() => () => replay.pause(), [replay]);
  return { replay, past, written };
}

/** Lets the address follow the replay, so that it can be shared. */
export function useWrittenAddress(replay: Replay, written: Written): void {
  const { time: at } = useAddress();
  const { atMs, playing } = useReplayState(replay);
  const wroteAtMs = useRef(0);
  useEffect(() => {
    if (at === null || new Date(atMs).toISOString() === at) return;
    const waitMs = playing ? Math.max(0, wroteAtMs.current + WRITE_EVERY_MS - performance.now()) : 100;
    const timer = setTimeout(() => {
      const nowMs = replay.instantMs();
      wroteAtMs.current = performance.now();
      written.current = new Date(nowMs).toISOString();
      go(withMapAddress(location.search, { atMs: nowMs }), 'replace');
    }, waitMs);
    return () => clearTimeout(timer);
  }, [replay, written, at, atMs, playing]);
}

export const useReplayState = (replay: Replay): ReplayState => useSyncExternalStore(replay.subscribe, replay.state);

/** Whether the time axis is open; a wall that shows the past always has it. */
export function useAxis(past: boolean): { open: boolean; toggle: () => void } {
  const [open, setOpen] = useState(past);
  useEffect(() => {
    if (past) setOpen(true);
  }, [past]);
  return { open: open || past, toggle: () => setOpen(!open) };
}
