import { expect, test } from 'vitest';
import { foreignOrigin } from './same-origin.ts';

const host = 'city.example:8443';

test('a page of this server is its own origin', () => {
  expect(foreignOrigin({ host, origin: 'https://city.example:8443' })).toBeNull();
  expect(foreignOrigin({ host, referer: 'https://CITY.example:8443/wall' })).toBeNull();
  expect(foreignOrigin({ host: 'city.example', origin: 'https://city.example' })).toBeNull();
  expect(foreignOrigin({ host: 'city.example:443', origin: 'https://city.example' })).toBeNull();
  expect(foreignOrigin({ host: '[::1]:8080', origin: 'http://[::1]:8080' })).toBeNull();
});

test('another host, another port, a sandboxed page and a name that only begins alike are foreign', () => {
  expect(foreignOrigin({ host, origin: 'https://evil.example' })).toBe('https://evil.example');
  expect(foreignOrigin({ host, origin: 'https://city.example:9000' })).not.toBeNull();
  expect(foreignOrigin({ host, origin: 'null' })).toBe('null');
  expect(foreignOrigin({ host, referer: 'https://city.example.evil:8443/' })).not.toBeNull();
  expect(foreignOrigin({ host, origin: 'https://evil.example', referer: 'https://city.example:8443/' })).not.toBeNull();
});

test('a browser that says only "cross-site" is foreign; a program that says nothing is not', () => {
  expect(foreignOrigin({ host, 'sec-fetch-site': 'cross-site' })).not.toBeNull();
  expect(foreignOrigin({ host, 'sec-fetch-site': 'same-origin' })).toBeNull();
  expect(foreignOrigin({ host })).toBeNull();
});
