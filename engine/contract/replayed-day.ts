import type { Alert, AlertEntry } from './alert.ts';
import type { Camera } from './camera.ts';
import type { Case, CaseEntryKind } from './case.ts';
import { boundsOfChecks, onceParts } from './case-then.ts';
import type { Day, DayAlert } from './day.ts';
import { alertAt, cameraAt, caseAt, isOnMap, stepAt } from './day-at.ts';

/** The city as it was at an instant. Each map is the same object again while nothing in it changes. */
export interface CityThen {
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly cases: ReadonlyMap<string, Case>;
  readonly cameras: ReadonlyMap<string, Camera>;
  /** Cameras that were there, and of which nothing is recorded at that instant. */
  readonly unrecorded: number;
  /** The engine did not run: what is shown is what it knew last. */
  readonly stopped: boolean;
}

/** Something that happened to an alert or a case, in the order of its time. */
export interface DayStep {
  atMs: number;
  kind: 'raised' | 'ended' | 'standing' | AlertEntry['kind'] | `case-${CaseEntryKind}`;
  /** Where: the camera's name. */
  cameraName: string;
  alertId: string | null;
  caseId: string | null;
}

/** Something with the instants at which it changes; what it was is reckoned once between two of them. */
class Course<T> {
  readonly bounds: readonly number[];
  readonly #was: (atMs: number) => T;
  #index = -1;
  #value: T | undefined;

  constructor(bounds: Iterable<number>, was: (atMs: number) => T) {
    this.bounds = [...new Set(bounds)].sort((a, b) => a - b);
    this.#was = was;
  }

  at(atMs: number): T {
    const index = countUpTo(this.bounds, atMs);
    if (index !== this.#index) {
      this.#value = this.#was(atMs);
      this.#index = index;
    }
    return this.#value as T;
  }
}

type Courses<T> = ReadonlyMap<string, Course<T | null>>;

function countUpTo(bounds: readonly number[], atMs: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* allBounds(courses: Courses<unknown>): Generator<number> {
  for (const { bounds } of courses.values()) yield* bounds;
}

/** Those that were there. */
function members<T>(courses: Courses<T>): Course<ReadonlyMap<string, T>> {
  return new Course(allBounds(courses), (atMs) => {
    const found = new Map<string, T>();
    for (const [id, course] of courses) {
      const member = course.at(atMs);
      if (member !== null) found.set(id, member);
    }
    return found;
  });
}

const byId = <O extends { id: string }, T>(all: readonly O[], course: (one: O) => Course<T | null>): Courses<T> =>
  new Map(all.map((one) => [one.id, course(one)]));

/**
 * A day that can be looked at from any of its instants. An alert belongs to an instant from when it was raised until it
 * ended or was judged wrong, a case from its opening to its closing but while it was part of another, a camera from when it was made until it was deleted,
 * each as it was then.
 */
export class ReplayedDay {
  readonly day: Day;
  readonly steps: readonly DayStep[];
  readonly #byId: ReadonlyMap<string, DayAlert>;
  readonly #alerts: Courses<Alert>;
  readonly #onMap: Course<ReadonlyMap<string, Alert>>;
  readonly #cases: Course<ReadonlyMap<string, Case>>;
  readonly #cameras: Course<ReadonlyMap<string, Camera>>;
  /** How many cameras there were, whatever is recorded of them. */
  readonly #there: Course<number>;

  constructor(day: Day, alerts: readonly DayAlert[]) {
    this.day = day;
    this.steps = stepsOf(day, alerts);
    this.#byId = new Map(alerts.map((one) => [one.alert.id, one]));
    this.#alerts = new Map(
      alerts.map((one) => [one.alert.id, new Course(boundsOf(one), (atMs) => alertAt(one, atMs))]),
    );
    const onMap = [...this.#alerts].map(([id, course]) => {
      return [id, new Course(course.bounds, (atMs) => shown(course.at(atMs)))] as const;
    });
    this.#onMap = members(new Map(onMap));
    const cases = new Map(day.cases.map((one) => [one.id, one]));
    this.#cases = members(byId(day.cases, (one) => this.#courseOfCase(one, cases)));
    this.#cameras = members(
      byId(day.cameras, (one) => {
        const bounds = [...one.lives, ...one.states, ...one.faults].map(({ atMs }) => atMs);
        return new Course(bounds, (atMs) => cameraAt(one, atMs));
      }),
    );
    this.#there = new Course(
      day.cameras.flatMap(({ lives }) => lives.map(({ atMs }) => atMs)),
      (atMs) => day.cameras.filter(({ lives }) => stepAt(lives, atMs)?.as != null).length,
    );
  }

  at(atMs: number): CityThen {
    const stopped = this.day.stops.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
    const cameras = stopped ? NO_CAMERAS : this.#cameras.at(atMs);
    return {
      alerts: this.#onMap.at(atMs),
      cases: this.#cases.at(atMs),
      cameras,
      unrecorded: this.#there.at(atMs) - cameras.size,
      stopped,
    };
  }

  /** An alert of this day as it was then; null: not raised yet; undefined: none of this day. */
  alert(id: string, atMs: number): Alert | null | undefined {
    return this.#alerts.get(id)?.at(atMs);
  }

  /** When an alert of this day was raised. */
  raisedAtMs(id: string): number | null {
    const one = this.#byId.get(id);
    return one ? Date.parse(one.alert.raisedAt) : null;
  }

  /** A case opens and closes, steps forward, has parts and is checked, and shows whether one of its alerts stood. */
  #courseOfCase(one: Case, cases: ReadonlyMap<string, Case>): Course<Case | null> {
    const bounds = [one.openedAt, one.closedAt ?? [], one.entries.map(({ at }) => at), boundsOfChecks(one)]
      .flat()
      .map((at) => Date.parse(at));
    const parts = onceParts(one.entries).flatMap((id) => cases.get(id)?.alertIds ?? []);
    for (const id of [...one.alertIds, ...parts]) bounds.push(...(this.#alerts.get(id)?.bounds ?? []));
    const has = (atMs: number) => (id: string) => this.#alerts.get(id)?.at(atMs)?.presence === 'standing';
    return new Course(bounds, (atMs) => caseAt(one, atMs, { has: has(atMs) }, cases));
  }

  /** How many alerts were raised in each span of the day, from its beginning. */
  density(spanMs: number): number[] {
    const { fromMs, toMs, untilMs } = this.day;
    const counts = Array.from({ length: Math.ceil((toMs - fromMs) / spanMs) }, () => 0);
    for (const { alert } of this.#byId.values()) {
      const atMs = Date.parse(alert.raisedAt);
      if (atMs >= fromMs && atMs <= untilMs) counts[Math.floor((atMs - fromMs) / spanMs)]! += 1;
    }
    return counts;
  }
}

const NO_CAMERAS: ReadonlyMap<string, Camera> = new Map();
const shown = (alert: Alert | null): Alert | null => (alert && isOnMap(alert) ? alert : null);

function* boundsOf({ alert, presences, cases }: DayAlert): Generator<number> {
  yield Date.parse(alert.raisedAt);
  for (const { atMs } of presences) yield atMs;
  for (const { at } of alert.entries) yield Date.parse(at);
  for (const { capturedAt } of alert.evidence) yield Date.parse(capturedAt);
  for (const { sinceMs, closedAtMs } of cases) {
    yield sinceMs;
    if (closedAtMs !== null) yield closedAtMs;
  }
}

function stepsOf(day: Day, alerts: readonly DayAlert[]): DayStep[] {
  const steps: DayStep[] = [];
  for (const { alert, presences } of alerts) {
    const about = { cameraName: alert.cameraName, alertId: alert.id, caseId: null };
    steps.push({ atMs: Date.parse(alert.raisedAt), kind: 'raised', ...about });
    for (const { atMs, presence } of presences) steps.push({ atMs, kind: presence, ...about });
    for (const { at, kind } of alert.entries) {
      if (kind !== 'case-opened') steps.push({ atMs: Date.parse(at), kind, ...about });
    }
  }
  for (const { id, cameraName, entries, openedAt, closedAt } of day.cases) {
    const lastClosed = entries.findLast(({ kind }) => kind === 'closed');
    const about = { cameraName, alertId: null, caseId: id };
    for (const entry of entries) {
      const { at, kind } = entry;
      // An older case's row was closed a moment before the entry that says so; one that was opened again, more than once.
      const atRow = kind === 'opened' ? openedAt : entry === lastClosed ? closedAt : at;
      steps.push({ atMs: Date.parse(atRow ?? at), kind: `case-${kind}`, ...about });
    }
  }
  const { fromMs, untilMs } = day;
  return steps.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
}
