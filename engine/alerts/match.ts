import type { Observation } from '../contract/observation.ts';
import { isSameKind, type KeptAlert, kindOf } from './kept-alert.ts';
import { apart, isOneThing, mayContinue, runsAbout, sharedPlace } from './overlap.ts';

export interface Matches {
  /** The observations of each alert that has any. */
  ofAlert: Map<KeptAlert, Observation[]>;
  unmatched: Observation[];
}

/**
 * Finds for each observation the alert that it continues: same view, algorithm and class group, and the place. Never by the
 * observation's key, which a restarted shard gives anew. An alert takes the one observation that fits best, those that
 * were really seen in this frame first; further ones are its own only if they are the same thing seen twice, so that two
 * vehicles side by side stay two. A dog is at no place: of those seen in one view each alert takes the nearest, one that
 * stands before one that is pending.
 */
export function match(viewId: string, observations: readonly Observation[], alerts: readonly KeptAlert[]): Matches {
  const pairs: { observation: Observation; alert: KeptAlert; iou: number; ofSmaller: number; apart: number }[] = [];
  for (const observation of observations) {
    const { classGroup, boxes } = observation;
    for (const alert of alerts) {
      if (!isSameKind(kindOf(observation, viewId), alert)) continue;
      const overlap = sharedPlace(classGroup, boxes, alert.boxes);
      if (!mayContinue(overlap, classGroup)) continue;
      pairs.push({ observation, alert, ...overlap, apart: apart(boxes[0]!, alert.boxes[0]!) });
    }
  }
  pairs.sort(
    (a, b) =>
      b.observation.lastSeenAtMs - a.observation.lastSeenAtMs ||
      standsLoose(b.observation) - standsLoose(a.observation) ||
      b.iou - a.iou ||
      b.ofSmaller - a.ofSmaller ||
      a.apart - b.apart,
  );
  const ofAlert = new Map<KeptAlert, Observation[]>();
  const placed = new Set<Observation>();
  for (const { observation, alert } of pairs) {
    if (placed.has(observation) || ofAlert.has(alert)) continue;
    placed.add(observation);
    ofAlert.set(alert, [observation]);
  }
  for (const pair of pairs) {
    if (placed.has(pair.observation) || !isOneThing(pair)) continue;
    placed.add(pair.observation);
    ofAlert.get(pair.alert)?.push(pair.observation);
  }
  return { ofAlert, unmatched: observations.filter((observation) => !placed.has(observation)) };
}

function standsLoose({ classGroup, phase }: Observation): number {
  return Number(runsAbout(classGroup) && phase === 'standing');
}
