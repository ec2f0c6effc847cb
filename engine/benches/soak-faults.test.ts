import { expect, test } from 'vitest';
import { seeded } from '#streams/seeded.ts';
import type { Observation } from '../contract/observation.ts';
import { drawFault, missingFacts, slope } from './soak-faults.ts';

function fact(left: number, rule: Observation['rule'] = 'illegal-parking'): Observation {
  return {
    key: `${left}`,
    rule,
    classGroup: 'vehicle',
    phase: 'standing',
    zoneKind: 'no-parking',
    zoneIndex: 0,
    boxes: [{ xyxy: [left, 0.1, left + 0.1, 0.2], class: 'car', score: 0.9 }],
    confidence: 0.9,
    dwellMs: 1000,
    startedAtMs: 0,
    lastSeenAtMs: 0,
    lngLat: [116, 37],
    errorM: 1,
  };
}

test('a fact is missing unless one of its rule stands in its place', () => {
  const [van, car] = [fact(0.1), fact(0.5)];
  expect(missingFacts([van, car], [fact(0.11), fact(0.52)])).toEqual([]);
  expect(missingFacts([van, car], [fact(0.11)])).toEqual([car]);
  expect(missingFacts([van], [fact(0.1, 'exposed-garbage'), fact(0.19)])).toEqual([van]);
  expect(missingFacts([], [van])).toEqual([]);
});

test('the slope is that of the line through the points', () => {
  expect(slope([0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x })))).toBeCloseTo(2);
  expect(slope([{ x: 1, y: 1 }])).toBe(0);
});

test('a seed draws the same faults again, of every kind', () => {
  const draw = () => {
    const random = seeded(7);
    return Array.from({ length: 50 }, () => drawFault(random).kind);
  };
  expect(draw()).toEqual(draw());
  expect(new Set(draw()).size).toBe(5);
});
