import type { Alert } from '#engine/contract/alert.ts';
import type { Problem } from '#engine/contract/problem.ts';
import type { CityThen, DayStep, ReplayedDay } from '#engine/contract/replayed-day.ts';
import { asProblem } from '../live/ask.ts';
import { type City, EMPTY_CITY } from '../live/city.ts';
import type { CitySource, Found } from '../live/city-source.ts';
import { serverNowMs } from '../live/clock.ts';
import type { Connection } from '../live/connection.ts';
import { sayDay } from '../words/say.ts';

/** How many times as fast as it happened. */
export const SPEEDS = [1, 10, 60, 600] as const;
type Speed = (typeof SPEEDS)[number];

const TICK_MS = 200;
const KEPT_DAYS = 3;
/** Today is read anew at most this often while it is played up to now. */
const READ_TODAY_EVERY_MS = 10_000;

/** Where the replay stands. */
export interface ReplayState {
  readonly atMs: number;
  /** The day that is looked at, on the site's calendar, and what is kept of it; null: not read yet. */
  readonly dayName: string;
  readonly day: ReplayedDay | null;
  readonly city: CityThen | null;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Nothing later is known yet. */
  readonly caughtUp: boolean;
  readonly problem: Problem | null;
}

/** Shows the city as it was: moved to an instant, or played from it. Reads the days it needs, each once. */
export class Replay implements CitySource {
  readonly #timeZone: string;
  readonly #readDay: (day: string) => Promise<ReplayedDay>;
  readonly #days = new Map<string, ReplayedDay>();
  readonly #listeners = new Set<() => void>();
  #state: ReplayState;
  #city: City = EMPTY_CITY;
  #connection: Connection = { phase: 'loading', heardAtMs: null, problem: null };
  #beside: { alert: Alert | null | undefined; id: string; found: Found<Alert> } | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #tickedAtMs = 0;
  #readTodayAtMs = Number.NEGATIVE_INFINITY;
  #reading: string | null = null;

  constructor(timeZone: string, readDay: (day: string) => Promise<ReplayedDay>, atMs = serverNowMs()) {
    this.#timeZone = timeZone;
    this.#readDay = readDay;
    const dayName = sayDay(atMs, timeZone);
    const nothing = { day: null, city: null, problem: null };
    this.#state = { atMs, dayName, ...nothing, playing: false, speed: 60, caughtUp: false };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): ReplayState => this.#state;
  readonly city = (): City => this.#city;
  readonly connection = (): Connection => this.#connection;
  readonly instantMs = (): number => this.#state.atMs;

  readonly alertBeside = (id: string): Found<Alert> => {
    const { day, atMs } = this.#state;
    if (!day) return NOT_YET;
    const alert = day.alert(id, atMs);
    if (this.#beside?.id === id && this.#beside.alert === alert) return this.#beside.found;
    const problem = alert ? null : notThen(id, day);
    this.#beside = { id, alert, found: { entity: alert ?? null, problem } };
    return this.#beside.found;
  };

  /** Goes to an instant; of a day that was not read yet the city is known a moment later. */
  seek(atMs: number): void {
    const dayName = sayDay(atMs, this.#timeZone);
    const day = this.#days.get(dayName) ?? null;
    this.#become({ atMs, dayName, day, problem: null, caughtUp: false });
    if (!day) void this.#read(dayName);
    else if (atMs > day.day.untilMs) this.#reachedEnd(day);
  }

  /** Goes to the step before or after; false: there is none on this day. */
  step(by: -1 | 1): boolean {
    const to = this.neighbour(by);
    if (!to) return false;
    this.pause();
    this.seek(to.atMs);
    return true;
  }

  /** The nearest step of this day before or after the instant. */
  neighbour(by: -1 | 1): DayStep | undefined {
    const { day, atMs } = this.#state;
    return by > 0 ? day?.steps.find((step) => step.atMs > atMs) : day?.steps.findLast((step) => step.atMs < atMs);
  }

  play(): void {
    if (this.#timer !== undefined) return;
    this.#tickedAtMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#become({ playing: true });
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#become({ playing: false });
  }

  run(speed: Speed): void {
    this.#become({ speed });
  }

  /** Reads again what could not be read. */
  retry(): void {
    this.seek(this.#state.atMs);
  }

  #tick(): void {
    const nowMs = performance.now();
    const passedMs = Math.min(nowMs - this.#tickedAtMs, 2000);
    this.#tickedAtMs = nowMs;
    const { day, atMs, speed } = this.#state;
    if (!day) return;
    const toMs = Math.round(atMs + passedMs * speed);
    // Each day is played to its last instant before the next one is begun.
    this.seek(atMs < day.day.toMs - 1 ? Math.min(toMs, day.day.toMs - 1) : day.day.toMs);
  }

  /** Later than is known: today may be known further meanwhile; otherwise it stays at the last instant. */
  #reachedEnd(day: ReplayedDay): void {
    const { untilMs, toMs } = day.day;
    const over = untilMs >= toMs - 1;
    if (!over && performance.now() - this.#readTodayAtMs > READ_TODAY_EVERY_MS) {
      void this.#read(day.day.day);
      return;
    }
    this.#become({ atMs: untilMs, caughtUp: !over });
    if (!over && this.#state.playing && serverNowMs() - untilMs < READ_TODAY_EVERY_MS) this.pause();
  }

  async #read(dayName: string): Promise<void> {
    if (this.#reading === dayName) return;
    this.#reading = dayName;
    this.#readTodayAtMs = performance.now();
    try {
      const day = await this.#readDay(dayName);
      this.#days.delete(dayName);
      this.#days.set(dayName, day);
      for (const name of this.#days.keys()) if (this.#days.size > KEPT_DAYS) this.#days.delete(name);
    } catch (error) {
      if (this.#state.dayName === dayName) {
        this.pause();
        this.#become({ problem: asProblem(error) });
      }
      return;
    } finally {
      if (this.#reading === dayName) this.#reading = null;
    }
    if (this.#state.dayName === dayName) this.seek(this.#state.atMs);
  }

  #become(part: Partial<ReplayState>): void {
    const next = { ...this.#state, ...part };
    const city = next.day ? next.day.at(next.atMs) : null;
    this.#state = { ...next, city };
    const { alerts, cases, cameras } = city ?? EMPTY_CITY;
    const same = alerts === this.#city.alerts && cases === this.#city.cases && cameras === this.#city.cameras;
    if (!same) this.#city = { ...EMPTY_CITY, alerts, cases, cameras };
    const phase = next.day ? 'live' : 'loading';
    if (phase !== this.#connection.phase || next.problem !== this.#connection.problem)
      this.#connection = { phase, heardAtMs: null, problem: next.problem };
    for (const listener of this.#listeners) listener();
  }
}

const NOT_YET: Found<Alert> = { entity: null, problem: null };

function notThen(id: string, day: ReplayedDay): Problem {
  const raisedMs = day.raisedAtMs(id);
  if (raisedMs === null) return { code: 'none-of-this-day', message: id, got: day.day.day, expected: null };
  return { code: 'not-raised-yet', message: id, got: null, expected: new Date(raisedMs).toISOString() };
}
