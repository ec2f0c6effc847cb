import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('who has waited longest is next, and asking again does not lose the place', () => {
  const turns = new Turns<string>();
  expect([turns.ask('a'), turns.ask('b'), turns.ask('a'), turns.ask('c')]).toEqual([true, true, false, true]);
  expect([turns.next(), turns.next(), turns.next(), turns.next()]).toEqual(['a', 'b', 'c', undefined]);
});

test('under overload every camera gets its share', () => {
  const turns = new Turns<number>();
  const served = new Array(10).fill(0);
  for (let round = 0; round < 1000; round++) {
    for (let camera = 0; camera < 10; camera++) turns.ask(camera);
    for (let slot = 0; slot < 3; slot++) served[turns.next()!]++;
  }
  const sum = served.reduce((a, b) => a + b, 0);
  const jain = sum ** 2 / (served.length * served.reduce((a, b) => a + b * b, 0));
  expect(jain).toBeGreaterThan(0.95);
});

test('who leaves is not served', () => {
  const turns = new Turns<string>();
  turns.ask('a');
  turns.leave('a');
  expect(turns.next()).toBeUndefined();
});
