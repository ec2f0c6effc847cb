import type { AccessUnit } from './access-unit.ts';
import { nowMs } from './clock.ts';
import { withoutAddresses } from './mask.ts';
import type { Stream, StreamCounters, StreamListener, StreamState, StreamTiming } from './stream.ts';

/** When to try again: by the retry clock, at once (the first try only found out how), or rarely (wrong password). */
export type Retry = 'soon' | 'at-once' | 'refused';

/** What a connection reports to its watch; all of it is without effect once the watch has given the connection up. */
export interface Progress {
  readonly counters: StreamCounters;
  /** An access unit, to be counted and passed on. */
  unit(unit: AccessUnit): void;
  /** An access unit that is counted and not passed on. */
  skippedUnit(): void;
  /** A sign of life while there is no picture yet, for example while a file is transcoded. */
  working(): void;
  /** The connection is over. It is closed by the watch. */
  ended(reason: string, retry?: Retry): void;
}

export interface Connection {
  /** Ends within a second. */
  close(): Promise<void>;
}

/** Makes one attempt. Must not throw: what goes wrong is reported by `ended`. */
export type Connect = (progress: Progress) => Connection;

/** A loop that could not run for this long forgives every stream its silence: it was the process that did not listen. */
const LATE_TICK_MS = 1000;
const TICK_MS = 250;

/** Keeps one source connected: the watchdog over its silence and the retry clock, the same for every kind of source. */
export class Watch implements Stream {
  readonly counters: StreamCounters = {
    accessUnits: 0,
    keyUnits: 0,
    damagedUnits: 0,
    lostPackets: 0,
    bytes: 0,
    connects: 0,
  };
  lastUnitAtMs = 0;
  readonly #connect: Connect;
  readonly #listener: StreamListener;
  readonly #timing: StreamTiming;
  #state: StreamState = 'connecting';
  #reason: string | null = null;
  #connection: Connection | null = null;
  #attempt = 0;
  #attemptAtMs = 0;
  #aliveAtMs = 0;
  #lostAtMs: number | null = null;
  #backoffs = 0;
  #refusals = 0;
  #retryTimer: NodeJS.Timeout | null = null;
  #closed: Promise<void> | null = null;
  readonly #closing = new Set<Promise<void>>();

  constructor(connect: Connect, listener: StreamListener, timing: StreamTiming) {
    this.#connect = connect;
    this.#listener = listener;
    this.#timing = timing;
    startTicking(this);
    queueMicrotask(() => {
      if (this.#closed !== null) return;
      this.#tell('connecting', null);
      this.#try();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  /** Looks whether the source has fallen silent. */
  tick(atMs: number, lateMs: number): void {
    if (this.#connection === null) return;
    this.#aliveAtMs = Math.min(atMs, this.#aliveAtMs + lateMs);
    const silentMs = atMs - this.#aliveAtMs;
    if (silentMs < this.#timing.silentAfterMs) return;
    this.#end(`no picture for ${(silentMs / 1000).toFixed(1)} s`, 'soon');
  }

  #try(): void {
    this.#retryTimer = null;
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt;
    this.counters.connects++;
    this.#attemptAtMs = this.#aliveAtMs = nowMs();
    const connection = this.#connect({
      counters: this.counters,
      unit: (unit) => {
        if (current()) this.#unit(unit);
      },
      skippedUnit: () => {
        if (current()) this.#count();
      },
      working: () => {
        if (current()) this.#aliveAtMs = nowMs();
      },
      ended: (reason, retry = 'soon') => {
        if (current()) this.#end(reason, retry);
      },
    });
    if (current()) this.#connection = connection;
    else this.#letGo(connection);
  }

  #count(): void {
    this.counters.accessUnits++;
    this.lastUnitAtMs = this.#aliveAtMs = nowMs();
    if (this.#state === 'playing') return;
    this.#lostAtMs = null;
    this.#backoffs = this.#refusals = 0;
    this.#tell('playing', null);
  }

  #unit(unit: AccessUnit): void {
    this.#count();
    if (unit.key) this.counters.keyUnits++;
    try {
      this.#listener.onAccessUnit(unit);
    } catch (error) {
      reportListenerError(error);
    }
  }

  #end(reason: string, retry: Retry): void {
    this.#attempt++;
    if (this.#connection !== null) this.#letGo(this.#connection);
    this.#connection = null;
    if (retry !== 'at-once') {
      this.#lostAtMs ??= nowMs();
      this.#tell('offline', withoutAddresses(reason));
    }
    if (this.#closed !== null) return;
    this.#retryTimer = setTimeout(() => this.#try(), this.#waitMs(retry));
  }

  #waitMs(retry: Retry): number {
    const { firstRetryMs, backoffAfterMs, maxRetryMs, refusedRetryMs } = this.#timing;
    if (retry === 'at-once') return 0;
    if (retry === 'refused') return refusedRetryMs * Math.min(6, 2 ** this.#refusals++);
    const sinceMs = nowMs();
    if (sinceMs - this.#lostAtMs! < backoffAfterMs)
      return Math.max(Math.min(50, firstRetryMs), this.#attemptAtMs + firstRetryMs - sinceMs);
    const longestMs = Math.min(maxRetryMs, firstRetryMs * 2 ** ++this.#backoffs);
    return longestMs * (0.75 + Math.random() * 0.25);
  }

  #tell(state: StreamState, reason: string | null): void {
    if (state === this.#state && reason === this.#reason && state !== 'connecting') return;
    this.#state = state;
    this.#reason = reason;
    try {
      this.#listener.onState(state, reason);
    } catch (error) {
      reportListenerError(error);
    }
  }

  #letGo(connection: Connection): void {
    const closing = connection.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #shutDown(): Promise<void> {
    stopTicking(this);
    this.#attempt++;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    if (this.#connection !== null) this.#letGo(this.#connection);
    this.#connection = null;
    await Promise.all(this.#closing);
  }
}

const watches = new Set<Watch>();
let ticking: NodeJS.Timeout | null = null;

/** One timer for all streams of the process: thousands of timers would cost more than the looking. */
function startTicking(watch: Watch): void {
  watches.add(watch);
  if (ticking !== null) return;
  let lastMs = nowMs();
  ticking = setInterval(() => {
    const atMs = nowMs();
    const lateMs = atMs - lastMs - TICK_MS;
    lastMs = atMs;
    for (const each of watches) each.tick(atMs, lateMs > LATE_TICK_MS ? lateMs : 0);
  }, TICK_MS);
}

function stopTicking(watch: Watch): void {
  watches.delete(watch);
  if (watches.size > 0 || ticking === null) return;
  clearInterval(ticking);
  ticking = null;
}

let listenerErrors = 0;

/** A listener's throw never reaches the loop, and a flood of them is one line a second with a count. */
function reportListenerError(error: unknown): void {
  if (listenerErrors++ > 0) return;
  setTimeout(() => {
    console.error(`a stream's listener threw ${listenerErrors} time(s) in the last second, first:`, error);
    listenerErrors = 0;
  }, 1000).unref();
}
