import { createCipheriv, createECDH, createPrivateKey, hkdfSync, randomBytes, sign } from 'node:crypto';
import type { PushAddress } from '../contract/notice.ts';
import type { PushKeys } from './push-keys.ts';

const SIGNED_FOR_S = 12 * 3600;
const RECORD_BYTES = 4096;

/**
 * What is posted to a push service so that the browser behind an address, and nobody on the way, can read it: sealed as RFC 8291
 * says, signed as RFC 8292 says.
 * @param keptS how long the service keeps it for a browser that is not reached
 */
export function pushRequest(
  { endpoint, keys: to }: PushAddress,
  text: string,
  keys: PushKeys,
  keptS: number,
): { headers: Record<string, string>; body: Buffer } {
  return {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Encoding': 'aes128gcm',
      TTL: String(keptS),
      Urgency: 'high',
      Authorization: `vapid t=${tokenFor(new URL(endpoint).origin, keys)}, k=${keys.publicKey}`,
    },
    body: sealed(Buffer.from(text), to),
  };
}

function sealed(plain: Buffer, to: PushAddress['keys']): Buffer {
  const browserKey = Buffer.from(to.p256dh, 'base64url');
  const own = createECDH('prime256v1');
  const ownKey = own.generateKeys();
  const salt = randomBytes(16);
  const derive = (secret: Buffer, from: Buffer, info: Buffer, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, from, info, bytes));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browserKey, ownKey]);
  const secret = derive(own.computeSecret(browserKey), Buffer.from(to.auth, 'base64url'), info, 32);
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // 2: this record is the last one.
  const closed = [cipher.update(plain), cipher.update(Buffer.from([2])), cipher.final(), cipher.getAuthTag()];
  const head = Buffer.alloc(5);
  head.writeUInt32BE(RECORD_BYTES);
  head.writeUInt8(ownKey.length, 4);
  return Buffer.concat([salt, head, ownKey, ...closed]);
}

function tokenFor(audience: string, { privateKey, contact }: PushKeys): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + SIGNED_FOR_S;
  const said = `${part({ typ: 'JWT', alg: 'ES256' })}.${part({ aud: audience, exp, ...(contact && { sub: contact }) })}`;
  const key = createPrivateKey({ key: privateKey, format: 'jwk' });
  return `${said}.${sign('sha256', Buffer.from(said), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
