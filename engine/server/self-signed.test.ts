import { X509Certificate } from 'node:crypto';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from './self-signed.ts';

test('a self-signed certificate is valid for localhost and its addresses, and TLS works with it', async () => {
  const { cert, key, selfSigned } = await selfSignedCertificate();
  expect(selfSigned).toBe(true);
  const certificate = new X509Certificate(cert);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 300 * 86_400_000);

  const https = createServer({ cert, key }, (_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void https.close());
  const { port } = https.address() as AddressInfo;
  const status = await new Promise((resolve, reject) => {
    get({ host: 'localhost', port, ca: cert, agent: false, family: 4 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
  expect(status).toBe(200);
});
