import { createHash, randomBytes } from 'node:crypto';
import { escapeXml } from './escape-xml.ts';

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
const DIGEST = `${WSS}-username-token-profile-1.0#PasswordDigest`;
const BASE64 = `${WSS}-soap-message-security-1.0#Base64Binary`;

/** Base64(SHA-1(nonce + created + password)): OASIS WSS UsernameToken Profile 1.1, section 3.1. */
export function passwordDigest(nonce: Uint8Array, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password, 'utf8').digest('base64');
}

/** The SOAP header's sign-in by that profile; `nowMs` is the device's own time, which it holds the token against. */
export function usernameToken(username: string, password: string, nowMs: number): string {
  const nonce = randomBytes(16);
  const created = new Date(nowMs).toISOString();
  return `<Security s:mustUnderstand="1" xmlns="${WSS}-wssecurity-secext-1.0.xsd"><UsernameToken>
<Username>${escapeXml(username)}</Username>
<Password Type="${DIGEST}">${passwordDigest(nonce, created, password)}</Password>
<Nonce EncodingType="${BASE64}">${nonce.toString('base64')}</Nonce>
<Created xmlns="${WSS}-wssecurity-utility-1.0.xsd">${created}</Created>
</UsernameToken></Security>`;
}
