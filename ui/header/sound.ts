import { useSyncExternalStore } from 'react';
import type { Severity } from '../live/alert-order.ts';

/** Off at every start: a browser lets a page sound only after a click on it. */
let context: AudioContext | null = null;
const listeners = new Set<() => void>();

/** Two rising notes for critical, one for major; the rest is silent. [start s, hertz] */
const NOTES: Partial<Record<Severity, readonly (readonly [number, number])[]>> = {
  critical: [
    [0, 660],
    [0.22, 880],
    [0.44, 880],
  ],
  major: [[0, 587]],
};

const LASTING_S = 0.18;
const LOUDNESS = 0.16;

/** Turns the tone on or off; called from a click. On, it sounds once, so that the person knows how it is. */
export function toggleSound(): void {
  if (context) {
    void context.close();
    context = null;
  } else {
    context = new AudioContext();
    void context.resume();
    sound('major');
  }
  for (const listener of listeners) listener();
}

/** Sounds the tone of a severity, if sound is on and the severity has one. */
export function sound(severity: Severity): void {
  if (!context) return;
  for (const [startS, hertz] of NOTES[severity] ?? []) {
    const at = context.currentTime + startS;
    const tone = new OscillatorNode(context, { type: 'sine', frequency: hertz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.001, at + LASTING_S);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + LASTING_S + 0.02);
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSoundOn = (): boolean => useSyncExternalStore(subscribe, () => context !== null);
