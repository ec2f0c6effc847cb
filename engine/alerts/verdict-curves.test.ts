import { expect, test } from 'vitest';
import { curveOf, type Judged } from './verdict-curves.ts';

const of = (verdict: Judged['verdict'], ...scores: number[]): Judged[] => scores.map((score) => ({ score, verdict }));
/** Hundredths, from one on. */
const spread = (from: number, count: number) => Array.from({ length: count }, (_, i) => (from + i) / 100);

test('precision at each score, from the least sure; how many were judged is always said', () => {
  const curve = curveOf([...of('confirmed', 0.9, 0.8, 0.6), ...of('false', 0.7, 0.5), ...of('wrong-class', 0.6)]);
  expect(curve).toMatchObject({ judged: 6, confirmed: 3, falseOnes: 2, wrongClass: 1, suggestion: null });
  expect(curve.points).toEqual([
    { threshold: 0.5, judged: 6, precision: 3 / 6, kept: 1 },
    { threshold: 0.6, judged: 5, precision: 3 / 5, kept: 1 },
    { threshold: 0.7, judged: 3, precision: 2 / 3, kept: 2 / 3 },
    { threshold: 0.8, judged: 2, precision: 1, kept: 2 / 3 },
    { threshold: 0.9, judged: 1, precision: 1, kept: 1 / 3 },
  ]);
});

test('a threshold is suggested from twenty verdicts on: the lowest that nine of ten are right from', () => {
  // Ten false ones from 0.40, eighteen true ones from 0.60: from 0.49 on 18 of 19 are right, from 0.48 on 18 of 20.
  const judged = [...of('false', ...spread(40, 10)), ...of('confirmed', ...spread(60, 18))];
  expect(curveOf(judged).suggestion).toMatchObject({ threshold: 0.48, judged: 20, precision: 0.9, kept: 1 });
  expect(curveOf(judged.slice(9)).suggestion).toBeNull();
  expect(judged.slice(9)).toHaveLength(19);
});

test('where no threshold reaches the precision on enough verdicts, none is suggested', () => {
  const mixed = [...of('false', ...spread(50, 15)), ...of('confirmed', ...spread(50.5, 15))];
  expect(curveOf(mixed).suggestion).toBeNull();
  // Three sure ones at the top are too few to rest on.
  const top = [...of('false', ...spread(50, 20)), ...of('confirmed', 0.95, 0.96, 0.97)];
  expect(curveOf(top).suggestion).toBeNull();
  expect(curveOf([])).toMatchObject({ judged: 0, points: [], suggestion: null });
});
