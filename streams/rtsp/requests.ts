import type { FaultCode } from '../faults.ts';
import { Authorization, readChallenges } from './authorization.ts';
import type { RtspMessage } from './interleaved.ts';

/** The server answered with a status that is not 2xx. */
export class RefusedError extends Error {
  readonly code: FaultCode;
  readonly status: number;
  /** Where a 3xx sends us. */
  readonly location: string | null;

  constructor(code: FaultCode, status: number, message: string, location: string | null = null) {
    super(message);
    this.code = code;
    this.status = status;
    this.location = location;
  }
}

const STATUS_FAULTS: Record<number, FaultCode> = {
  403: 'forbidden',
  404: 'not-found',
  410: 'not-found',
  453: 'busy',
  461: 'transport-refused',
  503: 'busy',
};

/** At most this many signed tries on one connection: the second only when the server says that the nonce was stale. */
const SIGNED_TRIES = 2;
/** A server that plays and never answers a keep-alive must not fill the memory. */
const WAITING_LIMIT = 4;

/** Asks and gets answers over one RTSP connection, and signs in when it is asked to. */
export class Requests {
  readonly #write: (text: string) => void;
  readonly #username: string | null;
  readonly #password: string;
  readonly #waiting = new Map<number, { resolve(message: RtspMessage): void; reject(error: Error): void }>();
  #authorization: Authorization | null = null;
  #accepted = false;
  #sequence = 0;
  #session: string | null = null;

  constructor(write: (text: string) => void, username: string | null, password: string | null) {
    this.#write = write;
    this.#username = username;
    this.#password = password ?? '';
  }

  /** From SETUP on every request names its session. */
  set session(id: string) {
    this.#session = id;
  }

  /**
   * Sends a request and, when the server asks for it, signs it.
   * @returns the answer, of status 2xx
   * @throws RefusedError for any other status; Error when the connection ends before the answer
   */
  async ask(method: string, url: string, headers: Record<string, string> = {}): Promise<RtspMessage> {
    for (let signed = 0; ; ) {
      const authorization = this.#authorization;
      if (authorization !== null) signed++;
      const answer = await this.#exchange(method, url, headers);
      const [, code, ...text] = answer.startLine.split(' ');
      if (code === '401') {
        this.#authorization = this.#answerTo(answer, authorization, signed);
        continue;
      }
      if (code?.[0] !== '2') {
        const status = Number(code);
        const fault = code?.[0] === '3' ? 'redirected-away' : (STATUS_FAULTS[status] ?? 'server-error');
        const said = `${method} was answered ${code} ${text.join(' ')}`;
        throw new RefusedError(fault, status, said, answer.headers.get('location')?.[0] ?? null);
      }
      this.#accepted ||= authorization !== null;
      return answer;
    }
  }

  /** Sends a request whose answer nobody waits for. */
  tell(method: string, url: string): void {
    this.#send(method, url, {});
  }

  /** Takes a message of the server's: an answer, or a request of its own, which is acknowledged. */
  take(message: RtspMessage): void {
    const sequence = message.headers.get('cseq')?.[0] ?? '';
    if (!message.startLine.startsWith('RTSP/')) {
      this.#write(`RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\n\r\n`);
      return;
    }
    const number = Number(sequence);
    this.#waiting.get(number)?.resolve(message);
    this.#waiting.delete(number);
  }

  /** The connection is over: nobody waits any longer. */
  end(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #exchange(method: string, url: string, headers: Record<string, string>): Promise<RtspMessage> {
    const [oldest] = this.#waiting;
    if (oldest !== undefined && this.#waiting.size >= WAITING_LIMIT) {
      this.#waiting.delete(oldest[0]);
      oldest[1].reject(new Error('the camera does not answer'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(this.#send(method, url, headers), { resolve, reject });
    });
  }

  #send(method: string, url: string, headers: Record<string, string>): number {
    const sequence = ++this.#sequence;
    let text = `${method} ${url} RTSP/1.0\r\nCSeq: ${sequence}\r\nUser-Agent: Chengnao\r\n`;
    if (this.#authorization !== null) text += `Authorization: ${this.#authorization.header(method, url)}\r\n`;
    if (this.#session !== null) text += `Session: ${this.#session}\r\n`;
    for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
    this.#write(`${text}\r\n`);
    return sequence;
  }

  #answerTo(answer: RtspMessage, before: Authorization | null, signed: number): Authorization {
    const headers = answer.headers.get('www-authenticate') ?? [];
    const [challenge] = readChallenges(headers);
    if (challenge === undefined)
      throw new RefusedError(
        'sign-in-unknown',
        401,
        `the camera asks for a sign-in of the kind "${headers.join(', ').split(' ')[0]}", expected Digest or Basic`,
      );
    if (this.#username === null)
      throw new RefusedError(
        'credentials-missing',
        401,
        'the camera asks for a user and password, the address has none',
      );
    if (before !== null) {
      const old = before.challenge;
      const renewed =
        challenge.scheme === 'digest' &&
        (challenge.stale || (this.#accepted && old.scheme === 'digest' && old.nonce !== challenge.nonce));
      if (!renewed || signed >= SIGNED_TRIES)
        throw new RefusedError('wrong-credentials', 401, 'wrong user or password');
    }
    return new Authorization(challenge, this.#username, this.#password);
  }
}
