import type { SamplingRange } from '#config/sampling.ts';
import type { AccessUnit } from '#streams/access-unit.ts';
import type { Frame } from '#streams/frame.ts';
import type { Observer } from '../observations/observe.ts';
import type { WatchedCameraConfig } from './messages.ts';
import type { DecodeAgain } from './pictures.ts';

/** Keys come a little early or late: one that is early by this share of the period is taken. */
const SAMPLE_TOLERANCE = 0.75;
/** Without a rule that looks, only the view as a whole is watched: with the keys as they come. */
const NOBODY_LOOKS: Wish = {
  atMostEveryMs: 1000,
  atLeastEveryMs: Number.POSITIVE_INFINITY,
  finestEveryMs: Number.POSITIVE_INFINITY,
  inOrder: false,
};

/** How finely a camera is to be looked at now. */
export interface Wish extends SamplingRange {
  /** What it may become while the same rules look, from one picture to the next. */
  finestEveryMs: number;
  /** Something is followed: where a turn came late, the pictures that were missed are looked at first. */
  inOrder: boolean;
}

/** What says how finely to look: one observer, or several together. */
export type Asking = Pick<Observer, 'samplingRange' | 'mayWantEveryMs' | 'wantsEveryMs'>;

/** The finest that any of them asks for. */
export function together(all: readonly Asking[]): Asking {
  const finest = (wishes: readonly (number | null)[]) => {
    const stated = wishes.filter((wish) => wish !== null);
    return stated.length > 0 ? Math.min(...stated) : null;
  };
  return {
    samplingRange(atMs) {
      const ranges = all.flatMap((one) => one.samplingRange(atMs) ?? []);
      if (ranges.length === 0) return null;
      return {
        atMostEveryMs: Math.min(...ranges.map((range) => range.atMostEveryMs)),
        atLeastEveryMs: Math.min(...ranges.map((range) => range.atLeastEveryMs)),
      };
    },
    mayWantEveryMs: (atMs) => finest(all.map((one) => one.mayWantEveryMs(atMs))),
    wantsEveryMs: (atMs) => finest(all.map((one) => one.wantsEveryMs(atMs))),
  };
}

/** The finest that the rules in force ask for; a period of the camera's own overrules them. */
export function wishOf({ samplePeriodMs }: WatchedCameraConfig, observer: Asking, atMs: number): Wish {
  const range = observer.samplingRange(atMs);
  if (range === null)
    return samplePeriodMs === undefined ? NOBODY_LOOKS : { ...NOBODY_LOOKS, atMostEveryMs: samplePeriodMs };
  if (samplePeriodMs !== undefined)
    return {
      atMostEveryMs: samplePeriodMs,
      atLeastEveryMs: samplePeriodMs,
      finestEveryMs: samplePeriodMs,
      inOrder: false,
    };
  const { atMostEveryMs, atLeastEveryMs } = range;
  const finestEveryMs = Math.min(atLeastEveryMs, observer.mayWantEveryMs(atMs) ?? atLeastEveryMs);
  const nowEveryMs = observer.wantsEveryMs(atMs);
  if (nowEveryMs === null || nowEveryMs >= atLeastEveryMs)
    return { atMostEveryMs, atLeastEveryMs, finestEveryMs, inOrder: false };
  return {
    atMostEveryMs: Math.min(atMostEveryMs, nowEveryMs),
    atLeastEveryMs: nowEveryMs,
    finestEveryMs,
    inOrder: true,
  };
}

/** Whether a picture that came so long after the last sample is one. */
export function isDueAfter(sinceMs: number, { atMostEveryMs }: Wish): boolean {
  return sinceMs >= atMostEveryMs * SAMPLE_TOLERANCE;
}

export interface DueFrame {
  /** Borrowed until the next decode on any camera. */
  frame: Frame;
  again: DecodeAgain | null;
}

/** Chooses a camera's pictures: what is late is replaced before it is decoded, never queued. */
export interface Sampler {
  /** Whether it decodes other pictures than keys, now or soon: these must arrive too. */
  readonly wantsAllUnits: boolean;
  /** Whether it takes them from the kept GOP. */
  readonly wantsGop: boolean;
  /** Pictures that were due and made way for a later one before they were decoded. */
  readonly dropped: number;
  /** Pictures that are no keys and were decoded. */
  readonly interDecoded: number;
  /** Takes in what arrived. @returns whether a picture is due now */
  accept(unit: AccessUnit): boolean;
  /** Decodes what is due, or a part of it: then it is due still. */
  take(): DueFrame | null;
  /** Something waits to be taken. */
  readonly isDue: boolean;
  /** The stream was lost: what waits is let go. */
  forget(): void;
  /** Frees a decoder of the camera's own that has been idle for long, also where nothing arrives any more. */
  freeIdle(atMs: number): void;
  close(): void;
}
