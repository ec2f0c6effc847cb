import { expect, test } from 'vitest';
import { readInstant } from './use-current-picture.ts';

test('the instant of a picture is read from a date or from milliseconds, and nothing is made up', () => {
  expect(readInstant('2026-11-25T03:00:00.500Z')).toBe(Date.parse('2026-11-25T03:00:00.500Z'));
  expect(readInstant('1700000000123')).toBe(1_700_000_000_123);
  expect(readInstant(null)).toBeNull();
  expect(readInstant('soon')).toBeNull();
});
