import { expect, test } from 'vitest';
import { ownAddress } from './addresses.ts';

test('after signing in one goes only to this page’s own addresses', () => {
  expect(ownAddress('/dispatch?case=1')).toBe('/dispatch?case=1');
  expect(ownAddress('//evil.example')).toBe('/');
  expect(ownAddress('/\\evil.example')).toBe('/');
  expect(ownAddress('https://evil.example')).toBe('/');
  expect(ownAddress(null)).toBe('/');
});
