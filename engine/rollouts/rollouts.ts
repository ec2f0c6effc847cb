import type { Kysely } from 'kysely';
import { fullBefore, moveVersion, SYSTEM } from '../algorithms/stages.ts';
import type { BarredVersion } from '../analysis/messages.ts';
import type { SceneReport } from '../contract/observation.ts';
import type { ModelDeath } from '../shards/fleet.ts';
import type { ModelCount } from '../shards/model-count.ts';
import type { Schema } from '../store/schema.ts';
import { breachOf, sayBreach } from './breaches.ts';
import { LastMinute } from './minute.ts';
import { planOf, type RolloutPlan } from './plan.ts';
import { ShadowDesk } from './shadow-desk.ts';
import { readBarred, readStanding, type StandingVersion } from './standing.ts';

const COUNT_EVERY_MS = 1000;
const JUDGE_EVERY_MS = 5000;
/** So many deaths within this time are a quarantine. */
const DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;
/** What the shadow would have raised is kept so long. */
const SHADOW_KEPT_MS = 30 * 86_400_000;

/** What is watched: the cameras of the fleet, with the rules that are bound to them. */
interface WatchedBindings {
  id: string;
  algorithms: readonly { model?: string | undefined }[];
}

interface Options {
  db: Kysely<Schema>;
  versionsFolder: string;
  /** The name of the site's package. */
  sites: string;
  endAfterMs: () => number;
  /** Of the hours of control areas; absent: the shadow heeds none. */
  timeZone?: string | undefined;
  watched: () => readonly WatchedBindings[];
  countOf: (versionId: string) => ModelCount;
  /** The versions in play, or who looks where, have changed. */
  onPlan: (plan: RolloutPlan) => void;
  say(line: string): void;
}

/**
 * Which versions run on which cameras: what stands in the table of stages, and what happens to a version that does not
 * keep its limits or that crashes. The only one who moves a version without being asked.
 */
export class Rollouts {
  readonly #o: Options;
  readonly shadows: ShadowDesk;
  #standing: readonly StandingVersion[] = [];
  #barred: readonly BarredVersion[] = [];
  #plan: RolloutPlan;
  readonly #minutes = new Map<string, LastMinute>();
  readonly #deathsAtMs = new Map<string, number[]>();
  readonly #isolated = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #work: Promise<void> = Promise.resolve();
  #closed = false;
  /** A move was made, or may have been, and is not in force yet: that is tried until it is. */
  #isStale = false;

  constructor(options: Options) {
    this.#o = options;
    this.#plan = this.#planned();
    const { db, endAfterMs, say, timeZone } = options;
    this.shadows = new ShadowDesk({ db, endAfterMs, say, timeZone });
  }

  async start(): Promise<void> {
    const old = new Date(Date.now() - SHADOW_KEPT_MS);
    await this.#o.db.deleteFrom('shadow_alerts').where('raised_at', '<', old).execute();
    await this.moved();
    this.#timers.push(setInterval(() => this.#count(), COUNT_EVERY_MS));
    this.#timers.push(setInterval(() => void this.#lookAfter(), JUDGE_EVERY_MS));
  }

  /** Some version was moved, or cameras or their rules changed: what follows from it is in force when this resolves. */
  moved(): Promise<void> {
    return this.#inTurn('the versions in play', () => this.#putInForce());
  }

  /** Cameras or their rules are others than before: what is in play is what is used, and a share has a camera. */
  bindingsChanged(): void {
    const of = ({ models, firsts }: RolloutPlan) => JSON.stringify([models, [...firsts]]);
    const before = of(this.#plan);
    const plan = this.#planned();
    if (of(plan) === before) return;
    this.#plan = plan;
    this.#o.onPlan(plan);
  }

  get plan(): RolloutPlan {
    return this.#plan;
  }

  standing(versionId: string): StandingVersion | null {
    return this.#standing.find(({ id }) => id === versionId) ?? null;
  }

  /** null: nowhere. */
  runsOf(versionId: string): 'within' | 'apart' | null {
    const runs = this.#plan.models.find((model) => model.versionId === versionId)?.runs;
    return runs === 'aside' ? 'apart' : (runs ?? null);
  }

  minuteOf(versionId: string): LastMinute {
    const known = this.#minutes.get(versionId);
    if (known) return known;
    const minute = new LastMinute();
    this.#minutes.set(versionId, minute);
    return minute;
  }

  /** The cameras that a version looks at. */
  camerasOf(versionId: string): { id: string; role: 'alerts' | 'shadow' }[] {
    return this.#o.watched().flatMap(({ id, algorithms }) => {
      const lane = this.#plan.lanesOf(id, algorithms).find(({ version }) => version === versionId);
      return lane ? [{ id, role: lane.shadow ? ('shadow' as const) : ('alerts' as const) }] : [];
    });
  }

  shadowSaw(versionId: string, report: SceneReport): void {
    if (this.standing(versionId)?.stage === 'shadow') void this.shadows.receive(versionId, report);
  }

  /** A process ended that the version was asked in. */
  died(versionId: string, death: ModelDeath): Promise<void> {
    return this.#inTurn(`the end of ${versionId}`, async () => {
      const { db } = this.#o;
      await db
        .insertInto('algorithm_deaths')
        .values({ version_id: versionId, ...death })
        .execute();
      const nowMs = Date.now();
      const deaths = [...(this.#deathsAtMs.get(versionId) ?? []), nowMs].filter(
        (atMs) => nowMs - atMs <= DEATHS_WITHIN_MS,
      );
      this.#deathsAtMs.set(versionId, deaths);
      const version = this.standing(versionId);
      if (deaths.length < DEATHS || !version) return;
      this.#deathsAtMs.delete(versionId);
      await this.#takeOut(version, deaths.length);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#work;
    await this.shadows.close();
  }

  /** Of a package that has no other version to run, one in full first gets a process of its own: then it takes nobody along. */
  async #takeOut(version: StandingVersion, deaths: number): Promise<void> {
    const { db, say } = this.#o;
    const { id, algorithm, stage } = version;
    const name = `${algorithm} ${version.version}`;
    if (stage === 'full' && this.runsOf(id) === 'within' && (await fullBefore(db, algorithm, id)) === null) {
      this.#isolated.add(id);
      say(`${name} took its analysis process along ${deaths} times in a minute: it runs in a process of its own now.`);
      await this.#putInForce();
      return;
    }
    const reason = `一分钟内进程终止 ${deaths} 次 · its process ended ${deaths} times in a minute`;
    this.#isStale = true;
    await moveVersion(db, id, { move: 'quarantine', reason }, SYSTEM);
    say(`${name} is quarantined: its process ended ${deaths} times in a minute.`);
    void this.moved();
  }

  async #putInForce(): Promise<void> {
    this.#isStale = true;
    this.#standing = await readStanding(this.#o.db);
    this.#barred = await readBarred(this.#o.db);
    const inShadow = this.#standing.filter(({ stage }) => stage === 'shadow').map(({ id }) => id);
    await this.shadows.keepOnly(inShadow);
    this.#replan();
    this.#isStale = false;
  }

  async #lookAfter(): Promise<void> {
    if (this.#isStale) await this.moved();
    await this.#inTurn('the limits', () => this.#judge());
  }

  #count(): void {
    for (const { id } of this.#standing) this.minuteOf(id).count(this.#o.countOf(id), performance.now());
  }

  async #judge(): Promise<void> {
    for (const version of this.#standing) {
      const cameraIds = this.camerasOf(version.id).map(({ id }) => id);
      const breach = await breachOf(this.#o.db, version, this.minuteOf(version.id), cameraIds);
      if (!breach) continue;
      const reason = sayBreach(breach);
      this.#isStale = true;
      await moveVersion(this.#o.db, version.id, { move: 'withdraw', reason }, SYSTEM);
      this.#o.say(`${version.algorithm} ${version.version} is withdrawn: ${reason}`);
      void this.moved();
      return;
    }
  }

  #planned(): RolloutPlan {
    const { sites, versionsFolder, watched } = this.#o;
    const own = { standing: this.#standing, barred: this.#barred, isolated: this.#isolated };
    return planOf({ ...own, sites, versionsFolder, watched: watched() });
  }

  #replan(): void {
    this.#plan = this.#planned();
    const inPlay = new Set(this.#standing.map(({ id }) => id));
    for (const id of this.#minutes.keys()) if (!inPlay.has(id)) this.#minutes.delete(id);
    this.#o.onPlan(this.#plan);
  }

  /** One after the other: two must not move at once, nor a plan be made of half a move. */
  #inTurn(what: string, work: () => Promise<void>): Promise<void> {
    this.#work = this.#work
      .then(() => (this.#closed ? undefined : work()))
      .catch((error) => this.#o.say(`${what}: ${error instanceof Error ? error.message : error}`));
    return this.#work;
  }
}
