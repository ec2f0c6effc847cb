import type { Presence } from '../contract/alert.ts';
import type { Box, ClassGroup, Observation, PictureMoment } from '../contract/observation.ts';

/** What the desk keeps in hand of an alert that stands, or that ended a moment ago. The database is the truth. */
export interface KeptAlert {
  readonly id: string;
  readonly algorithm: string;
  readonly classGroup: ClassGroup;
  readonly viewId: string;
  presence: Presence;
  endedAtMs: number | null;
  /** Until when an ended alert is taken up again by what stands at its place. */
  heldUntilMs: number;
  lastSeenAtMs: number;
  boxes: Box[];
  confidence: number;
  /** Analysed time, and frames, since it was last seen. */
  absentMs: number;
  absentFrames: number;
  /** When its row was last written, and when a change last told of it. */
  writtenAtMs: number;
  toldAtMs: number;
  /** Whether the row does not say yet what is said here. */
  dirty: boolean;
  pictures: Map<PictureMoment, { capturedAtMs: number; path: string }>;
}

/** What an alert and an observation must agree in, beside the place. */
export interface Kind {
  viewId: string;
  algorithm: string;
  classGroup: ClassGroup;
}

export function isSameKind(a: Kind, b: Kind): boolean {
  return a.viewId === b.viewId && a.algorithm === b.algorithm && a.classGroup === b.classGroup;
}

/** The kind of what was observed: one algorithm's facts never continue another's. */
export function kindOf({ algorithm, rule, classGroup }: Observation, viewId: string): Kind {
  return { viewId, algorithm: algorithm ?? rule, classGroup };
}
