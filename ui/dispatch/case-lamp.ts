import type { Case } from '#engine/contract/case.ts';

/** 亮灯: how a case stands in time. `paused`: its clock stands still; `none`: nothing of it is timed. */
export type Lamp = 'green' | 'yellow' | 'red' | 'paused' | 'none';

/** By the instants that the engine reckoned from the working calendar. */
export function lampOf({ clock }: Pick<Case, 'clock'>, nowMs: number): Lamp {
  if (!clock) return 'none';
  if (clock.dueAt !== null && Date.parse(clock.dueAt) < nowMs) return 'red';
  if (clock.phase === 'paused') return 'paused';
  return clock.yellowAt !== null && Date.parse(clock.yellowAt) <= nowMs ? 'yellow' : 'green';
}
