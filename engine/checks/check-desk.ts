import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseChecks } from '#config/case-checks.ts';
import type { FreshLook, LookAnswer } from '../analysis/messages.ts';
import type { CasePolicy } from '../cases/case-clocks.ts';
import type { CheckReason } from '../contract/case-check.ts';
import type { Box } from '../contract/observation.ts';
import { recordCase } from '../store/changes.ts';
import type { Store } from '../store/open-store.ts';
import { type CheckedAlert, readCheckedAlerts, whyNotLooking } from './checked-things.ts';
import { smallPicture } from './compare-places.ts';
import { decideCheck, type PartOutcome } from './decide-check.ts';
import { type Judgement, judgeLook } from './judge-look.ts';

const ASK_EVERY_MS = 1000;

export interface CheckDeskOptions {
  store: Store;
  policy: CasePolicy;
  settings: CaseChecks;
  /** Has a camera's newest picture looked at now with what looks for an algorithm there; null: it shows none. */
  lookAnew(cameraId: string, algorithm: string, places: Box['xyxy'][]): Promise<LookAnswer>;
  say(line: string): void;
}

interface WaitingCheck {
  id: number;
  caseId: string;
  askedAtMs: number;
  untilMs: number;
}

/** What came of an alert's looks so far. */
interface Tally {
  alert: CheckedAlert;
  clear: number;
  seen: number;
  last: Judgement;
  look: FreshLook | null;
  decided: boolean;
}

/**
 * Has the cameras of each case that was handled look again: some looks in a row that agree decide, and what they cannot tell in
 * time a person checks. What waits is in the database, so that a restarted engine goes on with it.
 */
export class CheckDesk {
  readonly #o: CheckDeskOptions;
  readonly #running = new Map<number, Promise<void>>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | null = null;

  constructor(options: CheckDeskOptions) {
    this.#o = options;
  }

  /** Checks that waited while no engine ran are given their time anew. */
  async start(): Promise<void> {
    const { store, settings } = this.#o;
    const until = new Date(Date.now() + settings.withinMs);
    await store.db.transaction().execute(async (trx) => {
      const waiting = await trx
        .selectFrom('cases')
        .select('id')
        .where((where) =>
          where.exists(
            where
              .selectFrom('case_checks')
              .select('case_checks.id')
              .whereRef('case_checks.case_id', '=', 'cases.id')
              .where('until', '<', until),
          ),
        )
        .orderBy('id')
        .forUpdate()
        .execute();
      const ids = waiting.map(({ id }) => id);
      if (ids.length === 0) return;
      await trx
        .updateTable('case_checks')
        .set({ until })
        .where('case_id', 'in', ids)
        .where('until', '<', until)
        .execute();
      for (const id of ids) await recordCase(trx, id);
    });
    this.#timer = setInterval(() => {
      this.#asking ??= this.#ask()
        .catch((error) => this.#o.say(`checks not read: ${error.message}`))
        .finally(() => (this.#asking = null));
    }, ASK_EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#asking;
    await Promise.all(this.#running.values());
  }

  async #ask(): Promise<void> {
    const rows = await this.#o.store.db
      .selectFrom('case_checks')
      .select(['id', 'case_id', 'asked_at', 'until'])
      .where('until', 'is not', null)
      .execute();
    for (const { id, case_id, asked_at, until } of rows) {
      if (this.#running.has(id)) continue;
      const check = { id, caseId: case_id, askedAtMs: asked_at.getTime(), untilMs: until!.getTime() };
      const run = this.#run(check)
        .catch((error) => {
          if (!this.#stop.signal.aborted) this.#o.say(`check of case ${case_id}: ${error.message}`);
        })
        .finally(() => this.#running.delete(id));
      this.#running.set(id, run);
    }
  }

  async #run(check: WaitingCheck): Promise<void> {
    const { store, settings, policy } = this.#o;
    const { signal } = this.#stop;
    let tallies: Tally[] = [];
    await sleep(Math.max(0, check.askedAtMs + settings.afterMs - Date.now()), undefined, { signal });
    for (;;) {
      if (!(await this.#isWaiting(check.id))) return;
      // Cases are merged and split meanwhile: what was seen of an alert stays known as long as the case has it.
      const known = new Map(tallies.map((tally) => [tally.alert.alertId, tally]));
      const alerts = await readCheckedAlerts(store, check.caseId, check.askedAtMs, known);
      tallies = alerts.map((alert) => known.get(alert.alertId) ?? newTally(alert));
      for (const tally of tallies) if (!tally.decided) await this.#look(tally, check);
      const isOver = Date.now() >= check.untilMs;
      const isDecided =
        tallies.every(({ decided }) => decided) ||
        tallies.some(({ last, decided }) => decided && last.outcome === 'still-there');
      if (isDecided || isOver) {
        const parts = tallies.map((tally) => partOf(tally, settings));
        if (await decideCheck(store, { checkId: check.id, caseId: check.caseId, parts }, policy, settings.closing))
          return;
        // An alert stood up again meanwhile, or has not ended yet.
        for (const tally of tallies) tally.decided = typeof tally.alert.thing === 'string';
        if (isOver) for (const tally of tallies) tally.last = { outcome: 'unclear', reason: 'disagrees' };
      }
      await sleep(settings.everyMs, undefined, { signal });
    }
  }

  async #look(tally: Tally, { askedAtMs }: WaitingCheck): Promise<void> {
    const { store, settings } = this.#o;
    const { alert } = tally;
    if (typeof alert.thing === 'string') return;
    const { thing } = alert;
    const places = thing.boxes.map(({ xyxy }) => xyxy);
    const itself = await whyNotLooking(store, alert.cameraId, thing.viewId);
    const answer = itself?.never ? null : await this.#o.lookAnew(alert.cameraId, alert.algorithm, places);
    const [why, look] =
      answer === 'not-running' ? [{ reason: 'not-looked-for' as const, never: true }, null] : [itself, answer];
    // The same picture again, or one from before: nothing new is known by it.
    const isNew = look !== null && look.capturedAtMs > Math.max(askedAtMs, tally.look?.capturedAtMs ?? 0);
    if (why || !isNew || look === null) {
      note(tally, { outcome: 'unclear', reason: why?.reason ?? 'disagrees' }, why?.never ? null : tally.look, !why);
      tally.decided = why?.never === true;
      return;
    }
    note(tally, judgeLook(thing, look, await smallPicture(look.jpeg)), look);
    const isEnded = tally.clear < settings.frames || (await this.#hasEnded(alert.alertId));
    tally.decided = tally.seen >= settings.frames || (tally.clear >= settings.frames && isEnded);
  }

  async #isWaiting(id: number): Promise<boolean> {
    const row = await this.#o.store.db
      .selectFrom('case_checks')
      .select('id')
      .where('id', '=', id)
      .where('until', 'is not', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Whether the desk of alerts, which has looked all the time, says so too. */
  async #hasEnded(alertId: string): Promise<boolean> {
    const row = await this.#o.store.db
      .selectFrom('alerts')
      .select('presence')
      .where('id', '=', alertId)
      .executeTakeFirst();
    return row?.presence === 'ended';
  }
}

function newTally(alert: CheckedAlert): Tally {
  const reason: CheckReason = typeof alert.thing === 'string' ? alert.thing : 'disagrees';
  const decided = typeof alert.thing === 'string';
  return { alert, clear: 0, seen: 0, last: { outcome: 'unclear', reason }, look: null, decided };
}

/** Looks count only in a row; that there was no new picture breaks none. */
function note(tally: Tally, judgement: Judgement, look: FreshLook | null, keepsRow = false): void {
  tally.look = look;
  if (keepsRow) return;
  tally.last = judgement;
  tally.clear = judgement.outcome === 'gone' ? tally.clear + 1 : 0;
  tally.seen = judgement.outcome === 'still-there' ? tally.seen + 1 : 0;
}

/** What was not seen, or not missed, often enough is not clear. */
function partOf({ alert, last, look, clear, seen, decided }: Tally, { frames }: CaseChecks): PartOutcome {
  const holds = last.outcome === 'unclear' || (decided && Math.max(clear, seen) >= frames);
  const judgement: Judgement = holds ? last : { outcome: 'unclear', reason: 'disagrees' };
  return { alert, look, ...judgement };
}
