import type { Alert } from '#engine/contract/alert.ts';
import type { Case } from '#engine/contract/case.ts';
import { ChangeBatch } from '#engine/contract/change.ts';
import { asProblem, Refused } from './ask.ts';
import { applyBatch, applyChange, type City, EMPTY_CITY, forgetPast } from './city.ts';
import type { CitySource } from './city-source.ts';
import { serverNowMs } from './clock.ts';
import type { Connection } from './connection.ts';
import type { CityWire } from './wire.ts';

export interface LiveTiming {
  /** How long the first load waits for the socket before it goes ahead without. */
  helloWithinMs: number;
  /** After so long a silence the server is asked whether anything changed. */
  askAfterQuietMs: number;
  /** After so long a silence we call ourselves out of touch, whatever the socket says. */
  downAfterQuietMs: number;
  retryMs: number;
}

const TIMING: LiveTiming = { helloWithinMs: 2500, askAfterQuietMs: 5000, downAfterQuietMs: 15_000, retryMs: 1500 };
const FORGET_EVERY_MS = 60_000;

/**
 * Keeps one `City` true: loads it, takes in the socket's batches, and asks for what is missing after a hole, a
 * reconnect or a silence. Batches that come while it asks are not applied but asked for too, so order never matters.
 */
export class LiveCity implements CitySource {
  #city: City = EMPTY_CITY;
  #connection: Connection = { phase: 'loading', heardAtMs: null, problem: null };
  #loaded = false;
  #socketUp = false;
  #helloSeq: number | null = null;
  #settling = false;
  #settleAgain = false;
  #reload = false;
  #closed = false;
  #helloCame = (): void => {};
  readonly #wire: CityWire;
  readonly #timing: LiveTiming;
  readonly #listeners = new Set<() => void>();
  readonly #link: { close(): void };
  readonly #watch: ReturnType<typeof setInterval>;
  #forgottenAtMs = serverNowMs();

  constructor(wire: CityWire, timing: Partial<LiveTiming> = {}) {
    this.#wire = wire;
    this.#timing = { ...TIMING, ...timing };
    this.#link = wire.connect({
      onHello: (lastSeq) => this.#onHello(lastSeq),
      onBatch: (batch) => this.#onBatch(batch),
      onSign: () => this.#heard(),
      onDown: () => this.#onDown(),
    });
    this.#watch = setInterval(() => this.#watchSilence(), Math.min(1000, this.#timing.askAfterQuietMs));
    void this.#settle();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly city = (): City => this.#city;
  readonly connection = (): Connection => this.#connection;
  readonly instantMs = (): null => null;
  readonly alertBeside = (): null => null;

  /** Takes in what an own request was answered with, before the socket tells it too. */
  readonly take = (entity: { kind: 'alert'; entity: Alert } | { kind: 'case'; entity: Case }): void => {
    const at = new Date(serverNowMs()).toISOString();
    const change = { ...entity, seq: entity.entity.seq, entityId: entity.entity.id, at };
    this.#setCity(applyChange(this.#city, change));
  };

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    this.#link.close();
    this.#listeners.clear();
  }

  #onHello(lastSeq: number): void {
    this.#socketUp = true;
    this.#helloSeq = lastSeq;
    this.#heard();
    this.#helloCame();
    if (!this.#loaded) return;
    if (lastSeq === this.#city.lastSeq && !this.#settling) this.#setConnection({ phase: 'live', problem: null });
    else void this.#settle();
  }

  #onBatch(raw: unknown): void {
    this.#socketUp = true;
    this.#heard();
    if (!this.#loaded || this.#settling || this.#connection.phase !== 'live') {
      if (this.#loaded) void this.#settle();
      return;
    }
    const batch = ChangeBatch.safeParse(raw);
    const applied = batch.success ? applyBatch(this.#city, batch.data) : null;
    if (batch.success && this.#changesSight(batch.data)) void this.#settle();
    else if (applied && applied.outcome !== 'hole') this.#setCity(applied.city);
    else void this.#settle();
  }

  #onDown(): void {
    this.#socketUp = false;
    if (this.#loaded) this.#setConnection({ phase: 'down' });
  }

  /** Loads what is not loaded, then asks for changes until there are none. One at a time; asked again, it goes again. */
  async #settle(): Promise<void> {
    this.#settleAgain = true;
    if (this.#settling) return;
    this.#settling = true;
    while (this.#settleAgain && !this.#closed) {
      this.#settleAgain = false;
      try {
        if (!this.#loaded || this.#reload) await this.#load();
        await this.#catchUp();
        this.#setConnection({ phase: this.#socketUp ? 'live' : 'down', problem: null });
      } catch (error) {
        if (this.#loaded && error instanceof Refused && error.status >= 400 && error.status < 500) this.#reload = true;
        this.#setConnection({
          phase: this.#loaded ? 'down' : 'loading',
          problem: this.#loaded ? null : asProblem(error),
        });
        await pause(this.#timing.retryMs);
        this.#settleAgain ||= !this.#loaded || this.#socketUp;
      }
    }
    this.#settling = false;
  }

  async #load(): Promise<void> {
    if (this.#helloSeq === null) await this.#waitForHello();
    const seq = this.#reload || this.#helloSeq === null ? await this.#wire.readSeq() : this.#helloSeq;
    const read = await this.#wire.readCity();
    this.#loaded = true;
    this.#reload = false;
    this.#heard();
    const { algorithmNews } = this.#city;
    this.#setCity({
      ...read,
      lastSeq: seq,
      poolSeq: seq,
      cameraSeq: seq,
      algorithmSeq: seq,
      fieldSeq: seq,
      algorithmNews,
    });
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const batch = await this.#wire.readChanges(this.#city.lastSeq);
      this.#heard();
      if (this.#changesSight(batch)) await this.#load();
      const applied = applyBatch(this.#city, batch);
      if (applied.outcome === 'known') return;
      if (applied.outcome === 'hole') {
        this.#reload = true;
        throw holeInAnswer(this.#city.lastSeq, batch.fromSeq);
      }
      if (batch.items.length > 0 && this.#connection.phase === 'live') this.#setConnection({ phase: 'catching-up' });
      this.#setCity(applied.city);
    }
  }

  /** Whether a batch says that this account sees other cameras now: what is held is true no longer, and all is read anew. */
  #changesSight({ items }: ChangeBatch): boolean {
    const told = items.some(({ kind, seq }) => kind === 'sight' && seq > this.#city.lastSeq);
    this.#reload ||= told;
    return told;
  }

  #waitForHello(): Promise<void> {
    return Promise.race([
      new Promise<void>((resolve) => {
        this.#helloCame = resolve;
      }),
      pause(this.#timing.helloWithinMs),
    ]);
  }

  #watchSilence(): void {
    const nowMs = serverNowMs();
    const quietMs = nowMs - (this.#connection.heardAtMs ?? nowMs);
    if (this.#loaded && quietMs > this.#timing.downAfterQuietMs) this.#setConnection({ phase: 'down' });
    if (this.#loaded && this.#socketUp && quietMs > this.#timing.askAfterQuietMs) void this.#settle();
    if (nowMs - this.#forgottenAtMs < FORGET_EVERY_MS) return;
    this.#forgottenAtMs = nowMs;
    this.#setCity(forgetPast(this.#city, nowMs));
  }

  #heard(): void {
    this.#setConnection({ heardAtMs: serverNowMs() });
  }

  #setCity(city: City): void {
    if (city === this.#city) return;
    this.#city = city;
    this.#tell();
  }

  #setConnection(part: Partial<Connection>): void {
    const next = { ...this.#connection, ...part };
    const same = (Object.keys(part) as (keyof Connection)[]).every((key) => next[key] === this.#connection[key]);
    if (same) return;
    this.#connection = next;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function holeInAnswer(askedAfter: number, got: number): Refused {
  const message = 'The server no longer has all changes after the one asked for';
  return new Refused(0, { code: 'changes-gone', message, got, expected: askedAfter });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
