import { expect, test } from 'vitest';
import { ownAddress, wallAddress } from './addresses.ts';

test('after signing in one goes only to this page’s own addresses', () => {
  expect(ownAddress('/dispatch?case=1')).toBe('/dispatch?case=1');
  expect(ownAddress('//evil.example')).toBe('/');
  expect(ownAddress('/\\evil.example')).toBe('/');
  expect(ownAddress('https://evil.example')).toBe('/');
  expect(ownAddress(null)).toBe('/');
});

test('the wall’s address names the alert that is open and the instant that is shown', () => {
  expect(wallAddress()).toBe('/');
  expect(wallAddress('a b')).toBe('/?alert=a+b');
  const address = wallAddress('a', Date.parse('2026-11-28T03:15:00.123+08:00'));
  expect(new URLSearchParams(address.slice(2)).get('at')).toBe('2026-11-27T19:15:00.123Z');
});
