import type { Kysely } from 'kysely';
import type { CameraSource } from '#config/camera.ts';
import { FAULTS } from '#streams/faults.ts';
import type { Probe } from '#streams/probe-answer.ts';
import type { Schema } from '../store/schema.ts';
import { countAsked, type DueProbe, pickDue, takeIn } from './due-probes.ts';
import { hurryNeighbours, recordDeadEndpoint, recordProbe } from './record-probe.ts';

const TICK_MS = 1000;
const TIMEOUT_MS = 5000;
/** One try that fails says little of a camera: it is lost when a second one fails so long after. */
const LONGEST_CONFIRMING_MS = 15_000;
/** Who is lost is asked ever more rarely, and still often enough that a site that is back is known before long. */
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 600_000;
const FORBIDDEN_RETRY_MS = 1_800_000;
const COUNT_EVERY_MS = 60_000;
/** Faster than the period asks for, so that who is lost and asked more often does not make others late. */
const HEADROOM = 2;
const FEWEST_PER_SECOND = 10;
const MOST_PER_SECOND = 200;
const MOST_HOSTS_AT_ONCE = 256;

export interface ProberOptions {
  db: Kysely<Schema>;
  /** Within so long every camera that nobody has open is asked. */
  periodMs: number;
  probe: (source: CameraSource, timeoutMs: number) => Promise<Probe>;
  nowMs: () => number;
  say: (line: string) => void;
}

/**
 * Asks the cameras that no shard has open, in turn, whether their streams answer: so many a second, and those of one host
 * one after the other. Who refuses the password is not asked again: cameras lock accounts.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #confirmMs: number;
  /** Hosts whose cameras are being asked. */
  readonly #busy = new Map<string, Promise<void>>();
  /** Hosts at which nobody answered for the first time, and until when they rest; by endpoint. */
  readonly #suspects = new Map<string, { host: string; untilMs: number }>();
  readonly #notes = new Set<Promise<void>>();
  #perSecond = FEWEST_PER_SECOND;
  #countedAtMs = Number.NEGATIVE_INFINITY;
  #tickedAtMs: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ticking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#confirmMs = Math.min(LONGEST_CONFIRMING_MS, options.periodMs / 4);
  }

  start(): void {
    let under = false;
    this.#timer = setInterval(() => {
      if (under) return;
      under = true;
      this.#ticking = this.tick()
        .catch((error) => this.#options.say(`cameras not asked: ${error instanceof Error ? error.message : error}`))
        .finally(() => (under = false));
    }, TICK_MS);
  }

  /** Asks those whose turn it is, and does not wait for their answers. */
  async tick(): Promise<void> {
    const { db, nowMs, periodMs } = this.#options;
    const atMs = nowMs();
    const elapsedMs = Math.min(2 * TICK_MS, atMs - (this.#tickedAtMs ?? atMs - TICK_MS));
    this.#tickedAtMs = atMs;
    await takeIn(db, atMs);
    if (atMs - this.#countedAtMs >= COUNT_EVERY_MS) {
      this.#countedAtMs = atMs;
      const needed = Math.ceil((HEADROOM * (await countAsked(db)) * 1000) / periodMs);
      this.#perSecond = Math.min(MOST_PER_SECOND, Math.max(FEWEST_PER_SECOND, needed));
    }
    const limit = Math.floor((this.#perSecond * elapsedMs) / 1000);
    if (limit < 1 || this.#busy.size >= MOST_HOSTS_AT_ONCE) return;
    const resting = [...this.#suspects.values()].filter(({ untilMs }) => untilMs > atMs).map(({ host }) => host);
    const due = await pickDue(db, {
      nowMs: atMs,
      busyHosts: [...this.#busy.keys(), ...resting],
      perHost: this.#perSecond,
      limit,
    });
    const byHost = new Map<string, DueProbe[]>();
    for (const one of due) byHost.set(one.host, [...(byHost.get(one.host) ?? []), one]);
    for (const [host, probes] of byHost) {
      const asking = this.#askHost(probes)
        .catch((error) =>
          this.#options.say(`an answer was not noted: ${error instanceof Error ? error.message : error}`),
        )
        .finally(() => this.#busy.delete(host));
      this.#busy.set(host, asking);
    }
  }

  /** Waits until nobody is being asked. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /** Answers that are still to come are not waited for, and not noted. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#ticking;
    await Promise.allSettled(this.#notes);
  }

  async #askHost(probes: readonly DueProbe[]): Promise<void> {
    const silent = new Set<string>();
    for (const one of probes) {
      if (this.#closed) return;
      // Nobody answers there: whoever is left is not waited for one by one.
      if (silent.has(one.endpoint)) continue;
      const answer = await this.#options.probe(one.source, TIMEOUT_MS);
      if (this.#closed) return;
      if (!answer.reached) silent.add(one.endpoint);
      const note = this.#note(one, answer).finally(() => this.#notes.delete(note));
      this.#notes.add(note);
      await note;
    }
  }

  async #note(probe: DueProbe, answer: Probe): Promise<void> {
    const { db, nowMs, periodMs } = this.#options;
    const askedAtMs = nowMs();
    const { code, reason, reached } = answer;
    if (reached) this.#suspects.delete(probe.endpoint);
    if (code === null) {
      const told = { state: 'reachable', code: null, reason: null } as const;
      await recordProbe(db, probe, { told, askedAtMs, dueAtMs: askedAtMs + periodMs, misses: 0, held: false });
      if (probe.state === 'offline') await hurryNeighbours(db, probe, askedAtMs);
      return;
    }
    const told = { state: 'offline', code, reason } as const;
    if (FAULTS[code].retry === 'new-source') {
      const held = code !== 'forbidden';
      const dueAtMs = askedAtMs + Math.max(periodMs, FORBIDDEN_RETRY_MS);
      await recordProbe(db, probe, { told, askedAtMs, dueAtMs, misses: probe.misses + 1, held });
      return;
    }
    const misses = probe.misses + 1;
    const suspect = this.#suspects.get(probe.endpoint);
    const wasSilent = suspect !== undefined && askedAtMs - suspect.untilMs < FIRST_RETRY_MS;
    const isSure = probe.state === 'offline' || misses > 1 || (!reached && wasSilent);
    if (!isSure) {
      // It goes first among those of its host, which rests meanwhile if nobody answered there at all.
      const dueAtMs = reached ? askedAtMs + this.#confirmMs : askedAtMs;
      if (!reached) this.#suspects.set(probe.endpoint, { host: probe.host, untilMs: askedAtMs + this.#confirmMs });
      await recordProbe(db, probe, { told: null, askedAtMs, dueAtMs, misses, held: false });
      return;
    }
    this.#suspects.delete(probe.endpoint);
    const retryMs = Math.min(periodMs, LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(9, Math.max(0, misses - 2)));
    await recordProbe(db, probe, { told, askedAtMs, dueAtMs: askedAtMs + retryMs, misses, held: false });
    if (!reached) await recordDeadEndpoint(db, probe.endpoint, told, { askedAtMs, dueAtMs: askedAtMs + periodMs });
    if (probe.state === 'reachable') await hurryNeighbours(db, probe, askedAtMs);
  }
}
