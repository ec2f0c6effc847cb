import { hostname, networkInterfaces } from 'node:os';
import { generate } from 'selfsigned';

/** A certificate and its private key, PEM. `selfSigned`: browsers ask before they trust it. */
export interface Tls {
  cert: string;
  key: string;
  selfSigned?: boolean;
}

const VALID_DAYS = 825;

/** Makes a certificate for this machine: localhost, its name and its addresses in the local network. */
export async function selfSignedCertificate(): Promise<Required<Tls>> {
  const names = [...new Set(['localhost', hostname()])].map((value) => ({ type: 2 as const, value }));
  const addresses = [...new Set(['127.0.0.1', '::1', ...ownAddresses()])].map((ip) => ({ type: 7 as const, ip }));
  const notAfterDate = new Date(Date.now() + VALID_DAYS * 86_400_000);
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...names, ...addresses] },
    ],
  });
  return { cert: made.cert, key: made.private, selfSigned: true };
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);
}
