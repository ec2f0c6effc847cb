import { createHash, randomBytes } from 'node:crypto';

/** One way to sign in that a server offers in a `WWW-Authenticate` header (RFC 7616, RFC 7617). */
export type Challenge =
  | { scheme: 'basic'; realm: string }
  | {
      scheme: 'digest';
      realm: string;
      nonce: string;
      algorithm: 'MD5' | 'SHA-256';
      session: boolean;
      /** As the server wrote the algorithm; null when it named none, which means MD5. */
      algorithmText: string | null;
      opaque: string | null;
      qop: 'auth' | null;
      stale: boolean;
    };

const PARAMETER = /^([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/;

/** All challenges of the given headers that we can answer, best first: Digest SHA-256, Digest MD5, Basic. */
export function readChallenges(headers: readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  for (const header of headers) {
    for (const { scheme, parameters } of splitChallenges(header)) {
      const challenge = asChallenge(scheme, parameters);
      if (challenge !== null) challenges.push(challenge);
    }
  }
  return challenges.sort((a, b) => rank(a) - rank(b));
}

function rank(challenge: Challenge): number {
  if (challenge.scheme === 'basic') return 2;
  return challenge.algorithm === 'SHA-256' ? 0 : 1;
}

function splitChallenges(header: string): { scheme: string; parameters: Map<string, string> }[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  let rest = header.trim();
  while (rest !== '') {
    const parameter = found.length > 0 ? PARAMETER.exec(rest) : null;
    if (parameter !== null) {
      const value = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3] ?? '';
      found.at(-1)!.parameters.set(parameter[1]!.toLowerCase(), value);
      rest = rest.slice(parameter[0].length);
    } else {
      const scheme = /^[^\s,]+/.exec(rest)?.[0] ?? '';
      if (scheme !== '') found.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
      rest = rest.slice(scheme.length);
    }
    rest = rest.replace(/^[\s,]+/, '');
  }
  return found;
}

function asChallenge(scheme: string, parameters: Map<string, string>): Challenge | null {
  const realm = parameters.get('realm') ?? '';
  if (scheme === 'basic') return { scheme: 'basic', realm };
  const nonce = parameters.get('nonce');
  if (scheme !== 'digest' || nonce === undefined) return null;
  const algorithmText = parameters.get('algorithm') ?? null;
  const match = /^(MD5|SHA-256)(-sess)?$/i.exec(algorithmText ?? 'MD5');
  if (match === null) return null;
  const qops = parameters
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/);
  if (qops !== undefined && qops.join('') !== '' && !qops.includes('auth')) return null;
  return {
    scheme: 'digest',
    realm,
    nonce,
    algorithm: match[1]!.toUpperCase() as 'MD5' | 'SHA-256',
    session: match[2] !== undefined,
    algorithmText,
    opaque: parameters.get('opaque') ?? null,
    qop: qops?.includes('auth') ? 'auth' : null,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

/** Answers one server's challenge for any number of requests. */
export class Authorization {
  readonly challenge: Challenge;
  readonly #username: string;
  readonly #password: string;
  readonly #cnonce: string;
  #uses = 0;

  /** @param cnonce for tests against published vectors; random otherwise */
  constructor(challenge: Challenge, username: string, password: string, cnonce = randomBytes(12).toString('hex')) {
    this.challenge = challenge;
    this.#username = username;
    this.#password = password;
    this.#cnonce = cnonce;
  }

  /** The value of the `Authorization` header of one request. */
  header(method: string, uri: string): string {
    const challenge = this.challenge;
    if (challenge.scheme === 'basic')
      return `Basic ${Buffer.from(`${this.#username}:${this.#password}`).toString('base64')}`;
    const { realm, nonce, algorithm, session, algorithmText, opaque, qop } = challenge;
    const hash = (text: string) => digest(algorithm, text);
    const nc = (++this.#uses).toString(16).padStart(8, '0');
    const secret = hash(`${this.#username}:${realm}:${this.#password}`);
    const a1 = session ? hash(`${secret}:${nonce}:${this.#cnonce}`) : secret;
    const a2 = hash(`${method}:${uri}`);
    const response =
      qop === null ? hash(`${a1}:${nonce}:${a2}`) : hash(`${a1}:${nonce}:${nc}:${this.#cnonce}:auth:${a2}`);
    const fields = [
      `username=${quote(this.#username)}`,
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(uri)}`,
      `response="${response}"`,
    ];
    if (algorithmText !== null) fields.push(`algorithm=${algorithmText}`);
    if (opaque !== null) fields.push(`opaque=${quote(opaque)}`);
    if (qop !== null) fields.push('qop=auth', `nc=${nc}`);
    if (qop !== null || session) fields.push(`cnonce="${this.#cnonce}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

/** The hash of a Digest algorithm, hexadecimal. */
export function digest(algorithm: 'MD5' | 'SHA-256', text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'utf8')
    .digest('hex');
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
