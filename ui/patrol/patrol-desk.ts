import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Account } from '#engine/contract/account.ts';
import type { CaseStanding } from '#engine/contract/case-steps.ts';
import { mayFollow, type NewEntryKind, standingOf } from '#engine/contract/case-steps.ts';
import { type PatrolCase, PatrolDay } from '#engine/contract/patrol.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, Refused } from '../live/ask.ts';
import { serverWire } from '../live/wire.ts';
import {
  changePost,
  forgetKept,
  keepOnPhone,
  type OutboxPost,
  putPosts,
  readKept,
  readPosts,
  removePost,
  sendPosts,
} from './outbox.ts';

/** What the phone shows: the day as the server last told it, and what waits to be sent. */
export interface PatrolState {
  day: PatrolDay | null;
  posts: readonly OutboxPost[];
  online: boolean;
  /** Why the day could not be read, other than for want of a network. */
  problem: Problem | null;
}

const READ_EVERY_MS = 60_000;
const AGAIN_AFTER_MS = 5000;

/** Reads the officer's day, keeps it for when there is no network, and sends what was done, in order, when there is. */
export class PatrolDesk {
  readonly account: Account;
  #state: PatrolState = { day: null, posts: [], online: navigator.onLine, problem: null };
  #closed = false;
  #reading: Promise<void> | null = null;
  #readAgain = false;
  #sending: Promise<void> | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #link: { close(): void };
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(account: Account) {
    this.account = account;
    const heard = () => {
      this.#become({ online: true });
      void this.refresh();
      void this.send();
    };
    this.#link = serverWire.connect({
      onHello: heard,
      onBatch: (batch) => {
        const { items } = batch as { items?: unknown[] };
        if (items === undefined || items.length > 0) void this.refresh();
      },
      onSign: () => this.#become({ online: true }),
      onDown: () => this.#become({ online: false }),
    });
    this.#timer = setInterval(() => void this.refresh(), READ_EVERY_MS);
    addEventListener('online', this.#wake);
    addEventListener('offline', this.#sleep);
    void this.#begin();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): PatrolState => this.#state;

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    removeEventListener('online', this.#wake);
    removeEventListener('offline', this.#sleep);
    this.#link.close();
  }

  /** Stops, and forgets what it kept of the cases; what is still to be sent stays. */
  async leave(): Promise<void> {
    const { day } = this.#state;
    if (day) this.#become({ day: { ...day, cases: [], notices: [] } });
    this.close();
    await this.#reading?.catch(() => undefined);
    warmed.clear();
    await forgetKept();
  }

  /** Puts what was done into the outbox, shows it, and sends it if it can be. */
  async put(posts: readonly Omit<OutboxPost, 'n' | 'accountId' | 'conflict'>[]): Promise<void> {
    await putPosts(posts.map((post) => ({ ...post, accountId: this.account.id, conflict: null })));
    await this.#readOutbox();
    void this.send();
  }

  /** Settles one that the server refused: it is given up, sent once more as it is, or in another form. */
  async settle(post: OutboxPost, how: 'give-up' | 'again' | Partial<OutboxPost>): Promise<void> {
    if (how === 'give-up') await removePost(post);
    else await changePost({ ...post, ...(how === 'again' ? {} : how), conflict: null });
    await this.#readOutbox();
    void this.send();
  }

  /** Sends what waits, once; tried again while anything does. */
  send(): Promise<void> {
    this.#sending ??= sendPosts(this.account.id, () => this.#readOutbox())
      .then(async (done) => {
        // Another page may have sent what this one shows.
        await this.#readOutbox();
        clearTimeout(this.#again);
        if (!done && !this.#closed) this.#again = setTimeout(() => void this.send(), AGAIN_AFTER_MS);
        else void this.refresh();
      })
      .finally(() => {
        this.#sending = null;
      });
    return this.#sending;
  }

  refresh(): Promise<void> {
    if (this.#reading) this.#readAgain = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
      if (!this.#readAgain) return;
      this.#readAgain = false;
      void this.refresh();
    });
    return this.#reading;
  }

  async #begin(): Promise<void> {
    const kept = PatrolDay.safeParse(await readKept(`day ${this.account.id}`).catch(() => null));
    if (kept.success && !this.#state.day) this.#become({ day: kept.data });
    await this.#readOutbox();
    await this.refresh();
    await this.send();
  }

  async #read(): Promise<void> {
    try {
      const day = await ask(PatrolDay, '/api/patrol');
      if (this.#closed) return;
      this.#become({ day, online: true, problem: null });
      await keepOnPhone(`day ${this.account.id}`, day);
      warmPictures(day);
    } catch (error) {
      const offline = error instanceof Refused && error.status === 0;
      const problem = asProblem(error);
      this.#become(offline ? { online: false } : { problem });
      if (problem.code === 'unreadable-answer') reloadOnce();
    }
  }

  async #readOutbox(): Promise<void> {
    this.#become({ posts: await readPosts(this.account.id) });
  }

  #become(part: Partial<PatrolState>): void {
    if (this.#closed) return;
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  readonly #wake = (): void => {
    void this.refresh();
    void this.send();
  };
  readonly #sleep = (): void => this.#become({ online: false });
}

/** A page that was left open while the server was renewed may no longer understand it: once, it is loaded anew. */
function reloadOnce(): void {
  const key = 'chengnao.patrol.reloaded';
  if (sessionStorage.getItem(key) !== null) return;
  sessionStorage.setItem(key, new Date().toISOString());
  location.reload();
}

const warmed = new Set<string>();

/** Fetches the evidence of what is to be done, so that the worker has it where there is no network. */
function warmPictures({ cases }: PatrolDay): void {
  if (!navigator.serviceWorker?.controller) return;
  for (const one of cases) {
    const alertId = one.evidence[0]?.alertId;
    if (!one.mine || one.state === 'closed' || alertId === undefined) continue;
    const address = evidenceAddress(one.id, alertId);
    if (warmed.has(address)) continue;
    warmed.add(address);
    fetch(address).catch(() => warmed.delete(address));
  }
}

const caseAddress = (caseId: string): string => `/api/patrol/cases/${encodeURIComponent(caseId)}`;
export const evidenceAddress = (caseId: string, alertId: string): string =>
  `${caseAddress(caseId)}/evidence/${encodeURIComponent(alertId)}`;
export const photoAddress = (caseId: string, photoId: string): string =>
  `${caseAddress(caseId)}/photos/${encodeURIComponent(photoId)}`;
export const voiceAddress = (caseId: string, id: string): string =>
  `${caseAddress(caseId)}/voices/${encodeURIComponent(id)}`;
export const cameraNowAddress = (caseId: string): string => `${caseAddress(caseId)}/camera`;

export const PatrolContext = createContext<PatrolDesk | null>(null);

export function usePatrol(): { desk: PatrolDesk } & PatrolState {
  const desk = useContext(PatrolContext);
  if (!desk) throw new Error('usePatrol outside the patrol page');
  return { desk, ...useSyncExternalStore(desk.subscribe, desk.state) };
}

/** How a case will stand once what waits on this phone is taken: what the officer did counts at once for them. */
export function standingOnPhone(one: PatrolCase, posts: readonly OutboxPost[]): CaseStanding & { accepted: boolean } {
  const waiting = posts.filter(({ caseId, what, conflict }) => caseId === one.id && what === 'step' && !conflict);
  let entries: Pick<PatrolCase['entries'][number], 'kind' | 'unitId'>[] = one.entries;
  for (const { kind } of waiting) {
    if (mayFollow(standingOf(entries), kind as NewEntryKind))
      entries = [...entries, { kind: kind as NewEntryKind, unitId: null }];
  }
  const lastSent = entries.findLastIndex(({ kind }) => kind === 'assigned' || kind === 'rework');
  return { ...standingOf(entries), accepted: entries.slice(lastSent + 1).some(({ kind }) => kind === 'accepted') };
}
