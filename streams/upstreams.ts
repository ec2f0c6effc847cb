import type { CameraSource } from '#config/camera.ts';
import type { AccessUnit } from './access-unit.ts';
import type { FaultCode } from './faults.ts';
import { openStream } from './open-stream.ts';
import type { Stream, StreamCounters, StreamListener, StreamOptions, StreamState } from './stream.ts';
import { reportListenerError } from './watch.ts';

/**
 * One connection for each address, however many look at it: many cameras allow only one, and each costs the network the
 * same again. It is opened for the first and closed after the last.
 */
export class SharedStreams {
  readonly #options: Omit<StreamOptions, 'keyUnitsOnly'>;
  readonly #upstreams = new Map<string, Upstream>();

  /** @param options of all connections */
  constructor(options: Omit<StreamOptions, 'keyUnitsOnly'> = {}) {
    this.#options = options;
  }

  /**
   * As `openStream`, and what it answers is used in the same way. Who joins a connection that stands is told its present
   * state at once, and gets whole units from the next key on. Counters are those of the connection.
   * @throws RangeError for an address whose scheme no opener knows
   */
  open(source: CameraSource, listener: StreamListener, { keyUnitsOnly = false }: StreamOptions = {}): Stream {
    const address = JSON.stringify(source);
    let upstream = this.#upstreams.get(address);
    if (upstream === undefined) {
      upstream = new Upstream(source, this.#options, keyUnitsOnly, () => this.#upstreams.delete(address));
      this.#upstreams.set(address, upstream);
    }
    return upstream.join(listener, keyUnitsOnly);
  }

  /** Connections that are kept. */
  get size(): number {
    return this.#upstreams.size;
  }
}

type ToldState = Parameters<StreamListener['onState']>;

/** The one connection to an address. */
class Upstream {
  readonly #stream: Stream;
  readonly #onUnused: () => void;
  readonly #taps = new Set<Tap>();
  #state: ToldState | null = null;

  constructor(
    source: CameraSource,
    options: Omit<StreamOptions, 'keyUnitsOnly'>,
    keyUnitsOnly: boolean,
    onUnused: () => void,
  ) {
    this.#onUnused = onUnused;
    this.#stream = openStream(
      source,
      {
        onAccessUnit: (unit) => {
          for (const tap of this.#taps) tap.unit(unit);
        },
        onState: (...told: [StreamState, string | null, FaultCode | null]) => {
          this.#state = told;
          for (const tap of this.#taps) tap.state(told);
        },
      },
      { ...options, keyUnitsOnly },
    );
  }

  get counters(): StreamCounters {
    return this.#stream.counters;
  }

  get lastUnitAtMs(): number {
    return this.#stream.lastUnitAtMs;
  }

  join(listener: StreamListener, keyUnitsOnly: boolean): Stream {
    const tap = new Tap(this, listener, keyUnitsOnly);
    this.#taps.add(tap);
    this.weighWishes();
    const state = this.#state;
    // Not before who joins has its answer, and not after anything newer.
    if (state !== null) queueMicrotask(() => tap.firstState(this.#state ?? state));
    return tap;
  }

  /** Whatever one of them wants must come. */
  weighWishes(): void {
    let keyUnitsOnly = true;
    for (const tap of this.#taps) keyUnitsOnly &&= tap.keyUnitsOnly;
    if (this.#taps.size > 0) this.#stream.keyUnitsOnly = keyUnitsOnly;
  }

  async leave(tap: Tap): Promise<void> {
    if (!this.#taps.delete(tap)) return;
    if (this.#taps.size > 0) {
      this.weighWishes();
      return;
    }
    this.#onUnused();
    await this.#stream.close();
  }
}

/** One of those who look at a connection. */
class Tap implements Stream {
  readonly #upstream: Upstream;
  readonly #listener: StreamListener;
  #keyUnitsOnly: boolean;
  #told = false;
  #left: Promise<void> | null = null;
  /** It has not got all since a key: what is no key is of no use to it until the next. */
  #broken = true;

  constructor(upstream: Upstream, listener: StreamListener, keyUnitsOnly: boolean) {
    this.#upstream = upstream;
    this.#listener = listener;
    this.#keyUnitsOnly = keyUnitsOnly;
  }

  get counters(): StreamCounters {
    return this.#upstream.counters;
  }

  get lastUnitAtMs(): number {
    return this.#upstream.lastUnitAtMs;
  }

  get keyUnitsOnly(): boolean {
    return this.#keyUnitsOnly;
  }

  set keyUnitsOnly(only: boolean) {
    if (only === this.#keyUnitsOnly) return;
    this.#keyUnitsOnly = only;
    this.#upstream.weighWishes();
  }

  close(): Promise<void> {
    this.#left ??= this.#upstream.leave(this);
    return this.#left;
  }

  unit(unit: AccessUnit): void {
    if (unit.key) this.#broken = false;
    else if (this.#keyUnitsOnly) {
      this.#broken = true;
      return;
    }
    this.#tell(() => this.#listener.onAccessUnit(this.#broken && unit.whole ? { ...unit, whole: false } : unit));
  }

  state(told: ToldState): void {
    this.#told = true;
    this.#tell(() => this.#listener.onState(...told));
  }

  /** The state that it came into, unless it was told a newer one. */
  firstState(told: ToldState): void {
    if (!this.#told && this.#left === null) this.state(told);
  }

  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      reportListenerError(error);
    }
  }
}
