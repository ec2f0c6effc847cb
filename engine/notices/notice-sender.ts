import { createHmac } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { postOnce } from './post-once.ts';
import type { PushKeys } from './push-keys.ts';
import { pushRequest } from './push-request.ts';

const LOOK_EVERY_MS = 1000;
const AT_ONCE = 20;
const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 3_600_000;
const MOST_TRIES = 30;
const PUSH_KEPT_S = 3600;

interface Due {
  n: number;
  tries: number;
  notice_id: string;
  kind: string;
  at: Date;
  case_id: string | null;
  about: string;
  url: string | null;
  secret: string | null;
  endpoint: string | null;
  p256dh: string | null;
  auth: string | null;
}

/**
 * Tells notices to browsers and programs, each at least once: what was not taken is tried again, later each time. A notice that
 * somebody acknowledged is told to nobody any more.
 */
export class NoticeSender {
  readonly #db: Kysely<Schema>;
  readonly #keys: PushKeys;
  readonly #say: (line: string) => void;
  readonly #ca: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | null = null;
  #closed = false;

  constructor(options: {
    db: Kysely<Schema>;
    keys: PushKeys;
    say: (line: string) => void;
    /** Of a certificate that is trusted besides those of the system. */
    ca?: string;
  }) {
    this.#db = options.db;
    this.#keys = options.keys;
    this.#say = options.say;
    this.#ca = options.ca;
  }

  get publicKey(): string {
    return this.#keys.publicKey;
  }

  start(): void {
    this.#timer = setInterval(() => void this.sendDue(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Sends what is due now, if that is not under way. */
  sendDue(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#sending ??= this.#sendAll()
      .catch((error) => {
        if (!this.#closed)
          this.#say(`notices: not sent, tried again soon: ${error instanceof Error ? error.message : error}`);
      })
      .finally(() => {
        this.#sending = null;
      });
    return this.#sending;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    await sql`
      update notice_deliveries d set done_at = now(), outcome = 'acknowledged' from notices n
      where d.done_at is null and n.id = d.notice_id and n.acknowledged_at is not null`.execute(this.#db);
    const { rows } = await sql<Due>`
      select d.n, d.tries, d.notice_id, n.kind, n.at, n.case_id, n.about, w.url, w.secret, d.endpoint, p.p256dh, p.auth
      from notice_deliveries d join notices n on n.id = d.notice_id
        left join webhooks w on w.id = d.webhook_id left join push_addresses p on p.endpoint = d.endpoint
      where d.done_at is null and d.next_at <= now() order by d.next_at, d.n limit ${AT_ONCE}`.execute(this.#db);
    await Promise.all(rows.map((due) => this.#send(due)));
  }

  async #send(due: Due): Promise<void> {
    let outcome: string;
    let gone = false;
    try {
      const status = await this.#post(due);
      gone = due.endpoint !== null && (status === 404 || status === 410 || status === 0);
      outcome = status >= 200 && status < 300 ? 'delivered' : gone ? 'gone' : `answered with ${status}`;
    } catch (error) {
      outcome = error instanceof Error ? error.message.slice(0, 200) : String(error);
    }
    if (gone) await this.#db.deleteFrom('push_addresses').where('endpoint', '=', due.endpoint!).execute();
    const tries = due.tries + 1;
    const over = outcome === 'delivered' || gone || tries >= MOST_TRIES;
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** due.tries);
    await this.#db
      .updateTable('notice_deliveries')
      .set({ tries, outcome, done_at: over ? new Date() : null, next_at: new Date(Date.now() + waitMs) })
      .where('n', '=', due.n)
      .where('done_at', 'is', null)
      .execute();
  }

  /** @returns the status; 0: there is no such address any more */
  async #post({ notice_id: id, kind, at, case_id: caseId, about, ...to }: Due): Promise<number> {
    const notice = { id, kind, at: at.toISOString(), caseId, about };
    if (to.url !== null && to.secret !== null) return this.#tellProgram(to.url, to.secret, notice);
    if (to.endpoint === null || to.p256dh === null || to.auth === null) return 0;
    const address = { endpoint: to.endpoint, keys: { p256dh: to.p256dh, auth: to.auth } };
    const { headers, body } = pushRequest(address, JSON.stringify(notice), this.#keys, PUSH_KEPT_S);
    return postOnce(to.endpoint, headers, body, this.#ca);
  }

  #tellProgram(url: string, secret: string, notice: { id: string }): Promise<number> {
    const body = Buffer.from(JSON.stringify(notice));
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    const headers = {
      'Content-Type': 'application/json',
      'X-Chengnao-Notice': notice.id,
      'X-Chengnao-Timestamp': timestamp,
      'X-Chengnao-Signature': `sha256=${signature}`,
    };
    return postOnce(url, headers, body, this.#ca);
  }
}
