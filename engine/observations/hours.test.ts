import { expect, test } from 'vitest';
import { LocalHours } from './hours.ts';

/** Beijing's clock, eight hours ahead of UTC. */
const at = (utc: string) => Date.parse(`2026-11-25T${utc}:00Z`);

test.each([
  [['07:00-22:00'], '23:00', true],
  [['07:00-22:00'], '14:00', false],
  [['22:00-06:00'], '16:00', true],
  [['00:00-24:00'], '15:59', true],
  [['00:00-24:00'], '16:00', true],
  [['20:00-24:00'], '15:59', true],
  [['20:00-24:00'], '16:00', false],
  [[], '03:00', true],
])('%j holds at %s UTC: %s', (spans, utc, holds) => {
  expect(new LocalHours(spans, 'Asia/Shanghai').includes(at(utc))).toBe(holds);
});
