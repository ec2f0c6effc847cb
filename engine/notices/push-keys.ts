import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What pushed notices are signed with, and what browsers know it by. */
export interface PushKeys {
  privateKey: JsonWebKey;
  /** The uncompressed point, base64url, as browsers take it. */
  publicKey: string;
  /** Whom a push service may ask: mailto: or https:. */
  contact?: string;
}

/** Reads the keys that were made at the first start, or makes them: a browser that subscribed knows no others. */
export function openPushKeys(file: string): PushKeys {
  const kept: JsonWebKey | null = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  const privateKey = kept ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  if (!kept) writeFileSync(file, JSON.stringify(privateKey), { mode: 0o600 });
  const point = [Buffer.from([4]), ...[privateKey.x, privateKey.y].map((part) => Buffer.from(part!, 'base64url'))];
  return { privateKey, publicKey: Buffer.concat(point).toString('base64url') };
}
