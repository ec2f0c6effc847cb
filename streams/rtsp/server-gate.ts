import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { digest } from './authorization.ts';

export interface ServerCredentials {
  username: string;
  password: string;
  /** Default: digest. */
  scheme?: 'digest' | 'basic';
}

export type ServerAlgorithm = 'MD5' | 'SHA-256';

const REALM = 'chengnao';

/** Decides whether a request may pass, and states what it would take. */
export class Gate {
  readonly #credentials: ServerCredentials | null;
  readonly #algorithms: readonly ServerAlgorithm[];
  #nonce = randomBytes(16).toString('hex');
  readonly #staleNonces = new Set<string>();

  constructor(credentials: ServerCredentials | null, algorithms: readonly ServerAlgorithm[]) {
    this.#credentials = credentials;
    this.#algorithms = algorithms;
  }

  /** From now on a new nonce is asked for; an answer to the old one is told that it is stale. */
  renewNonce(): void {
    this.#staleNonces.add(this.#nonce);
    this.#nonce = randomBytes(16).toString('hex');
  }

  /** `WWW-Authenticate` headers of the 401 answer, or null when the request may pass. */
  refuse(method: string, authorization: string | undefined): string[] | null {
    const credentials = this.#credentials;
    if (credentials === null) return null;
    if (credentials.scheme === 'basic') {
      const expected = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
      return same(authorization ?? '', expected) ? null : [`WWW-Authenticate: Basic realm="${REALM}"`];
    }
    const given = readFields(authorization ?? '');
    if (this.#isRight(credentials, method, given)) return null;
    const stale = this.#staleNonces.has(given.get('nonce') ?? '') ? ', stale=true' : '';
    return this.#algorithms.map(
      (algorithm) =>
        `WWW-Authenticate: Digest realm="${REALM}", nonce="${this.#nonce}", algorithm=${algorithm}, qop="auth"${stale}`,
    );
  }

  #isRight(credentials: ServerCredentials, method: string, given: Map<string, string>): boolean {
    if (given.get('nonce') !== this.#nonce || given.get('username') !== credentials.username) return false;
    const algorithm = this.#algorithms.find((each) => each === (given.get('algorithm') ?? 'MD5'));
    if (algorithm === undefined) return false;
    const a1 = digest(algorithm, `${credentials.username}:${REALM}:${credentials.password}`);
    const a2 = digest(algorithm, `${method}:${given.get('uri')}`);
    const proof = [this.#nonce, given.get('nc'), given.get('cnonce'), given.get('qop')].join(':');
    return same(given.get('response') ?? '', digest(algorithm, `${a1}:${proof}:${a2}`));
  }
}

function readFields(header: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const match of header.matchAll(/([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi))
    fields.set(match[1]!.toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!);
  return fields;
}

function same(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
