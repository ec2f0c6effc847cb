import type { RuleName } from '#config/rule.ts';
import type { Presence } from '../contract/alert.ts';
import type { Box, ClassGroup, PictureMoment } from '../contract/observation.ts';

/** What the desk keeps in hand of an alert that stands, or that ended a moment ago. The database is the truth. */
export interface KeptAlert {
  readonly id: string;
  readonly rule: RuleName;
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
  rule: RuleName;
  classGroup: ClassGroup;
}

export function isSameKind(a: Kind, b: Kind): boolean {
  return a.viewId === b.viewId && a.rule === b.rule && a.classGroup === b.classGroup;
}
