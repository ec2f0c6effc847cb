import type { AccessUnit } from './access-unit.ts';
import { nowMs } from './clock.ts';
import { DamageWindow } from './damage-window.ts';
import { FAULTS, type FaultCode, type Retry } from './faults.ts';
import { withoutAddresses } from './mask.ts';
import type { Stream, StreamCounters, StreamListener, StreamState, StreamTiming } from './stream.ts';

/** What a connection reports to its watch; all of it is without effect once the watch has given the connection up. */
export interface Progress {
  readonly counters: StreamCounters;
  /** Units that are no keys are not wanted now. */
  readonly keyUnitsOnly: boolean;
  /** An access unit, to be counted and passed on. */
  unit(unit: AccessUnit): void;
  /** An access unit that is counted and not passed on. */
  skippedUnit(): void;
  /** A sign of life while there is no picture yet, for example while a file is transcoded. */
  working(): void;
  /** From now on this connection plays with a fault: one whose state in the table is `degraded`. */
  degraded(code: FaultCode): void;
  /** The connection is over. It is closed by the watch, and the table says when to connect again. */
  ended(code: FaultCode, detail: string): void;
  /** The connection is over because it found out how to connect otherwise: that is tried at once, without a word. */
  otherwise(): void;
}

export interface Connection {
  /** False until somebody has answered at the address: its silence is another fault than a camera's without pictures. */
  readonly reached?: boolean;
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
  keyUnitsOnly: boolean;
  readonly #connect: Connect;
  readonly #listener: StreamListener;
  readonly #timing: StreamTiming;
  #state: StreamState = 'connecting';
  #reason: string | null = null;
  #code: FaultCode | null = null;
  /** A fault that the connection plays with, whatever arrives. */
  #standing: FaultCode | null = null;
  readonly #damage = new DamageWindow();
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

  constructor(connect: Connect, listener: StreamListener, timing: StreamTiming, keyUnitsOnly: boolean) {
    this.keyUnitsOnly = keyUnitsOnly;
    this.#connect = connect;
    this.#listener = listener;
    this.#timing = timing;
    startTicking(this);
    queueMicrotask(() => {
      if (this.#closed !== null) return;
      this.#tell('connecting', null, null);
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
    this.#damage.look(this.counters, atMs);
    if (isPlaying(this.#state)) this.#tellPlaying();
    this.#aliveAtMs = Math.min(atMs, this.#aliveAtMs + lateMs);
    const silentMs = atMs - this.#aliveAtMs;
    if (silentMs < this.#timing.silentAfterMs) return;
    const span = `${(silentMs / 1000).toFixed(1)} s`;
    if (this.#connection.reached === false) this.#end('unreachable', `no answer for ${span}`);
    else this.#end('silent', `no picture for ${span}`);
  }

  #try(): void {
    this.#retryTimer = null;
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt;
    this.counters.connects++;
    this.#standing = null;
    this.#damage.restart(this.counters);
    this.#attemptAtMs = this.#aliveAtMs = nowMs();
    const keyUnitsOnly = () => this.keyUnitsOnly;
    const connection = this.#connect({
      counters: this.counters,
      get keyUnitsOnly() {
        return keyUnitsOnly();
      },
      unit: (unit) => {
        if (current()) this.#unit(unit);
      },
      skippedUnit: () => {
        if (current()) this.#count();
      },
      working: () => {
        if (current()) this.#aliveAtMs = nowMs();
      },
      degraded: (code) => {
        if (current()) this.#standing = code;
      },
      ended: (code, detail) => {
        if (current()) this.#end(code, detail);
      },
      otherwise: () => {
        if (current()) this.#again(0);
      },
    });
    if (current()) this.#connection = connection;
    else this.#letGo(connection);
  }

  #count(): void {
    this.counters.accessUnits++;
    this.lastUnitAtMs = this.#aliveAtMs = nowMs();
    if (isPlaying(this.#state)) return;
    this.#lostAtMs = null;
    this.#backoffs = this.#refusals = 0;
    this.#tellPlaying();
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

  #end(code: FaultCode, detail: string): void {
    this.#lostAtMs ??= nowMs();
    // The next attempt is set before anybody is told: a listener may close the stream.
    this.#again(this.#waitMs(FAULTS[code].retry));
    this.#tell('offline', withoutAddresses(detail), code);
  }

  #again(waitMs: number): void {
    this.#attempt++;
    if (this.#connection !== null) this.#letGo(this.#connection);
    this.#connection = null;
    if (this.#closed === null) this.#retryTimer = setTimeout(() => this.#try(), waitMs);
  }

  #waitMs(retry: Retry): number {
    const { firstRetryMs, backoffAfterMs, maxRetryMs, refusedRetryMs } = this.#timing;
    if (retry === 'new-source') return this.#refusals++ === 0 ? 10 * firstRetryMs : refusedRetryMs;
    const sinceMs = nowMs();
    if (retry === 'steady' && sinceMs - this.#lostAtMs! < backoffAfterMs)
      return Math.max(Math.min(50, firstRetryMs), this.#attemptAtMs + firstRetryMs - sinceMs);
    const longestMs = Math.min(maxRetryMs, firstRetryMs * 2 ** ++this.#backoffs);
    return longestMs * (0.75 + Math.random() * 0.25);
  }

  #tellPlaying(): void {
    const code = this.#damage.high ? 'damaged' : this.#standing;
    this.#tell(code === null ? 'playing' : 'degraded', null, code);
  }

  #tell(state: StreamState, reason: string | null, code: FaultCode | null): void {
    const same = state === this.#state && reason === this.#reason && code === this.#code;
    if (same && state !== 'connecting') return;
    this.#state = state;
    this.#reason = reason;
    this.#code = code;
    try {
      this.#listener.onState(state, reason, code);
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

function isPlaying(state: StreamState): boolean {
  return state === 'playing' || state === 'degraded';
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
export function reportListenerError(error: unknown): void {
  if (listenerErrors++ > 0) return;
  setTimeout(() => {
    console.error(`a stream's listener threw ${listenerErrors} time(s) in the last second, first:`, error);
    listenerErrors = 0;
  }, 1000).unref();
}
