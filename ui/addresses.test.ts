import { expect, test } from 'vitest';
import { cameraAddress, cameraOfPath, ownAddress } from './addresses.ts';

test('after signing in one goes only to this page’s own addresses', () => {
  expect(ownAddress('/dispatch?case=1')).toBe('/dispatch?case=1');
  expect(ownAddress('//evil.example')).toBe('/');
  expect(ownAddress('/\\evil.example')).toBe('/');
  expect(ownAddress('https://evil.example')).toBe('/');
  expect(ownAddress(null)).toBe('/');
});

test('a camera’s address names it whatever its id is, and has no dot by which the server would take it for a file', () => {
  for (const id of ['dc-0001', 'dc.1.b', '东风中路_7']) {
    expect(cameraAddress(id)).not.toContain('.');
    expect(cameraOfPath(cameraAddress(id))).toBe(id);
  }
  for (const path of ['/cameras', '/cameras/', '/cameras/a/b', '/cameras/%E4%B8', '/pool'])
    expect(cameraOfPath(path)).toBeNull();
});
