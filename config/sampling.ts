import type { RuleName } from './rule.ts';

/** How far apart the pictures may lie that a rule looks at, milliseconds. */
export interface SamplingRange {
  /** Pictures that come more often are passed over. */
  atMostEveryMs: number;
  /** Where key pictures come more rarely, pictures between them are decoded. */
  atLeastEveryMs: number;
}

/** How often a rule looks. */
export interface RuleSampling extends SamplingRange {
  /** While something of this class group is about in view, it looks this often. */
  whileInView?: { classGroup: string; everyMs: number };
}

/** Garbage lies for hours, a vehicle or a stall stands for minutes, a dog is gone in seconds. */
export const SAMPLING_OF_RULE: Record<RuleName, RuleSampling> = {
  'exposed-garbage': { atMostEveryMs: 1000, atLeastEveryMs: 5000 },
  'illegal-parking': { atMostEveryMs: 1000, atLeastEveryMs: 2000 },
  'street-vendor': { atMostEveryMs: 1000, atLeastEveryMs: 2000 },
  'unleashed-dog': {
    atMostEveryMs: 1000,
    atLeastEveryMs: 2000,
    whileInView: { classGroup: 'dog', everyMs: 200 },
  },
  'object-present': { atMostEveryMs: 1000, atLeastEveryMs: 2000 },
};
