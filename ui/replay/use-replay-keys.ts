import { useEffect, useRef } from 'react';
import type { Replay } from './replay.ts';

const MINUTE_MS = 60_000;

interface ReplayKeys {
  replay: Replay;
  past: boolean;
  toLive: () => void;
  toggle: () => void;
}

const TYPED_IN = 'textarea, select, input:not(.time-slider, [type="radio"])';
/** Where the arrows, and where the space bar have a meaning of their own. */
const OWN_ARROWS = `${TYPED_IN}, input[type="radio"], [role="listbox"], [role="tablist"], .maplibregl-map`;
const OWN_SPACE = `${OWN_ARROWS}, button, a`;
const ownTo = (key: string): string => (key === ' ' ? OWN_SPACE : key.length > 1 ? OWN_ARROWS : TYPED_IN);

/** T opens and closes the axis. In the past: arrows a minute, with Shift ten; , and . a step; space, Home, End; L to live. */
export function useReplayKeys(keys: ReplayKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onPress = (press: KeyboardEvent) => {
      if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return;
      if (document.querySelector('dialog[open]')) return;
      const at = press.target instanceof Element ? press.target : null;
      if (at?.closest(ownTo(press.key))) return;
      const act = actOf(press, latest.current);
      if (!act) return;
      press.preventDefault();
      act();
    };
    addEventListener('keydown', onPress);
    return () => removeEventListener('keydown', onPress);
  }, []);
}

function actOf(
  { key, shiftKey }: KeyboardEvent,
  { replay, past, toLive, toggle }: ReplayKeys,
): (() => void) | undefined {
  if (key.toLowerCase() === 't' && !past) return toggle;
  if (!past) return undefined;
  const { atMs, day, playing } = replay.state();
  const byMs = MINUTE_MS * (shiftKey ? 10 : 1);
  const acts: Record<string, () => void> = {
    arrowleft: () => replay.seek(atMs - byMs),
    arrowright: () => replay.seek(atMs + byMs),
    home: () => day && replay.seek(day.day.fromMs),
    end: () => day && replay.seek(day.day.untilMs),
    ' ': () => (playing ? replay.pause() : replay.play()),
    ',': () => replay.step(-1),
    '.': () => replay.step(1),
    l: toLive,
  };
  return acts[key.toLowerCase()];
}
