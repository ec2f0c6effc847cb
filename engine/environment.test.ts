import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

test('without variables the demo runs on 8080', () => {
  expect(readEnvironment({}, '/srv/chengnao')).toMatchObject({
    port: 8080,
    isDemo: true,
    dataDir: '/srv/chengnao/data',
    siteDir: '/srv/chengnao/config/demo',
  });
});

test.each([
  [{ CHENGNAO_PORT: 'http' }, /CHENGNAO_PORT: got "http"/],
  [{ CHENGNAO_TLS_CERT: 'a.pem' }, /expected both or none/],
  [{ DATABASE_URL: 'mysql://u:secret@h/x' }, /DATABASE_URL: got a value that is not shown/],
])('%j is refused in one sentence', (variables, sentence) => {
  expect(() => readEnvironment(variables, '/')).toThrow(sentence);
});

test('no secret is repeated in the error', () => {
  expect(() => readEnvironment({ CHENGNAO_METRICS_TOKEN: 'short' }, '/')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('short') }),
  );
});
