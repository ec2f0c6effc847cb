import { expect, test } from 'vitest';
import { Authorization, readChallenges } from './authorization.ts';

const MUFASA =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

test('the example of RFC 7616 comes out, MD5 and SHA-256', () => {
  const [sha256, md5] = readChallenges([`Digest ${MUFASA}, algorithm=MD5`, `Digest ${MUFASA}, algorithm=SHA-256`]);
  const answer = (challenge: typeof md5) =>
    new Authorization(challenge!, 'Mufasa', 'Circle of Life', CNONCE).header('GET', '/dir/index.html');
  expect(answer(md5)).toContain('response="8ca523f5e9506fed4657c9700eebdbec"');
  expect(answer(sha256)).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"');
  expect(answer(sha256)).toContain('qop=auth, nc=00000001');
});

test('the example of RFC 2069, without qop, comes out', () => {
  const [challenge] = readChallenges(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"']);
  const header = new Authorization(challenge!, 'Mufasa', 'CircleOfLife').header('GET', '/dir/index.html');
  expect(header).toContain('response="1949323746fe6a43ef61f9606e7febea"');
  expect(header).not.toContain('qop');
});

test('of several challenges SHA-256 comes first and Basic last, in one header or in many', () => {
  const one = readChallenges([
    'Basic realm="a, b", Digest realm="x \\"y\\"", nonce="n", algorithm=MD5, Digest realm="z", nonce="m", algorithm=SHA-256',
  ]);
  expect(one.map((each) => (each.scheme === 'digest' ? each.algorithm : each.scheme))).toEqual([
    'SHA-256',
    'MD5',
    'basic',
  ]);
  expect(one.map(({ realm }) => realm)).toEqual(['z', 'x "y"', 'a, b']);
  expect(readChallenges(['Digest realm="z", nonce="m", algorithm=SHA-512', 'Negotiate', 'Digest realm="z"'])).toEqual(
    [],
  );
  expect(readChallenges(['Digest realm="z",nonce="m",stale=TRUE'])).toMatchObject([{ stale: true, algorithm: 'MD5' }]);
});

test('Basic is the Base64 of UTF-8', () => {
  const [challenge] = readChallenges(['Basic realm="camera"']);
  const header = new Authorization(challenge!, '用户', '密码:#').header('DESCRIBE', 'rtsp://a/');
  expect(Buffer.from(header.slice(6), 'base64').toString()).toBe('用户:密码:#');
});
