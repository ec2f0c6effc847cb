import { createHmac } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { postOnce } from './post-once.ts';
import type { PushKeys } from './push-keys.ts';
import { pushRequest } from './push-request.ts';

const LOOK_EVERY_MS = 1000;
/** Of one address, one after the other. */
const AT_ONCE = 20;
const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 3_600_000;
/** Of a push, over about twenty hours: its browser shows what is open when it is opened. A program is tried until it takes it. */
const MOST_PUSH_TRIES = 30;
const PUSH_KEPT_S = 3600;

interface Due {
  n: number;
  tries: number;
  address: string;
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
 * somebody acknowledged is told to nobody any more. An address that does not answer keeps no other one waiting.
 */
export class NoticeSender {
  readonly #db: Kysely<Schema>;
  readonly #keys: PushKeys;
  readonly #say: (line: string) => void;
  readonly #ca: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  /** By address, what is under way to it. */
  readonly #sending = new Map<string, Promise<void>>();
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

  /** Begins to send what is due now, and waits until nothing is under way. */
  async sendDue(): Promise<void> {
    if (this.#closed) return;
    this.#looking ??= this.#look()
      .catch((error) => this.#sayProblem(error))
      .finally(() => {
        this.#looking = null;
      });
    await this.#looking;
    await Promise.all(this.#sending.values());
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#sending.values());
  }

  #sayProblem(error: unknown): void {
    if (this.#closed) return;
    this.#say(`notices: not sent, tried again soon: ${error instanceof Error ? error.message : error}`);
  }

  async #look(): Promise<void> {
    await sql`
      update notice_deliveries d set done_at = now(), outcome = 'acknowledged' from notices n
      where d.done_at is null and n.id = d.notice_id and n.acknowledged_at is not null`.execute(this.#db);
    const { rows } = await sql<Due>`
      select d.n, d.tries, d.address, d.notice_id, n.kind, n.at, n.case_id, n.about, w.url, w.secret, d.endpoint,
        p.p256dh, p.auth
      from (
        select *, row_number() over (partition by address order by next_at, n) as turn from (
          select *, coalesce(webhook_id, endpoint) as address from notice_deliveries
          where done_at is null and next_at <= now()
        ) due where address <> all(${[...this.#sending.keys()]}::text[])
      ) d join notices n on n.id = d.notice_id
        left join webhooks w on w.id = d.webhook_id left join push_addresses p on p.endpoint = d.endpoint
      where d.turn <= ${AT_ONCE} order by d.next_at, d.n`.execute(this.#db);
    for (const address of new Set(rows.map((row) => row.address))) {
      const sending = this.#sendInOrder(rows.filter((row) => row.address === address))
        .catch((error) => this.#sayProblem(error))
        .finally(() => this.#sending.delete(address));
      this.#sending.set(address, sending);
    }
  }

  /** What comes after one that got no answer at all waits for the next look. */
  async #sendInOrder(due: readonly Due[]): Promise<void> {
    for (const one of due) if (this.#closed || !(await this.#send(one))) return;
  }

  /** @returns whether the address answered */
  async #send(due: Due): Promise<boolean> {
    if (!(await this.#isWanted(due))) return true;
    let outcome: string;
    let gone = false;
    let answered = true;
    try {
      const status = await this.#post(due);
      gone = due.endpoint !== null && (status === 404 || status === 410 || status === 0);
      outcome = status >= 200 && status < 300 ? 'delivered' : gone ? 'gone' : `answered with ${status}`;
    } catch (error) {
      answered = false;
      outcome = error instanceof Error ? error.message.slice(0, 200) : String(error);
    }
    if (gone) await this.#db.deleteFrom('push_addresses').where('endpoint', '=', due.endpoint!).execute();
    const tries = due.tries + 1;
    const over = outcome === 'delivered' || gone || (due.endpoint !== null && tries >= MOST_PUSH_TRIES);
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** due.tries);
    await this.#db
      .updateTable('notice_deliveries')
      .set({ tries, outcome, done_at: over ? new Date() : null, next_at: new Date(Date.now() + waitMs) })
      .where('n', '=', due.n)
      .where('done_at', 'is', null)
      .execute();
    return answered;
  }

  /** While others were sent it may have been acknowledged, or its address been removed. */
  async #isWanted({ n }: Due): Promise<boolean> {
    const row = await this.#db
      .selectFrom('notice_deliveries as d')
      .innerJoin('notices', 'notices.id', 'd.notice_id')
      .select('d.n')
      .where('d.n', '=', n)
      .where('d.done_at', 'is', null)
      .where('notices.acknowledged_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
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
