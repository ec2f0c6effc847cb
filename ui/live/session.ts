import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import { Account, type Credentials } from '#engine/contract/account.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, onSessionEnded, post, Refused } from './ask.ts';

/** Who is signed in on this page. `ended`: the session is over; `left`: signed out by hand, or never in. */
export type Session =
  | { state: 'unknown'; problem: Problem | null }
  | { state: 'signed-in'; account: Account }
  | { state: 'signed-out'; why: 'left' | 'ended' };

let session: Session = { state: 'unknown', problem: null };
const listeners = new Set<() => void>();

/** Kept so that the login page need not ask about a session that nobody has opened here. */
const KEPT_AS = 'chengnao.signed-in';

function become(next: Session): void {
  session = next;
  if (next.state === 'signed-in') localStorage.setItem(KEPT_AS, '1');
  if (next.state === 'signed-out') localStorage.removeItem(KEPT_AS);
  for (const listener of listeners) listener();
}

onSessionEnded(() => {
  if (session.state === 'signed-in') become({ state: 'signed-out', why: 'ended' });
});

const AGAIN_AFTER_MS = 2000;

/** The server leaves this cookie beside the session's own, which no script can read. */
const mayBeSignedIn = (): boolean => /(^|; )chengnao_here=1/.test(document.cookie);

/** Asks who is signed in, until the server answers. A browser that never signed in is not asked about. */
export async function findSession(): Promise<void> {
  if (location.pathname === '/login' && !localStorage.getItem(KEPT_AS)) {
    return become({ state: 'signed-out', why: 'left' });
  }
  if (!mayBeSignedIn()) return become({ state: 'signed-out', why: 'left' });
  try {
    become({ state: 'signed-in', account: await ask(Account, '/api/session') });
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return become({ state: 'signed-out', why: 'left' });
    become({ state: 'unknown', problem: asProblem(error) });
    setTimeout(() => void findSession(), AGAIN_AFTER_MS);
  }
}

/** Throws Refused when the name or password is wrong. */
export async function signIn(credentials: Credentials): Promise<void> {
  become({ state: 'signed-in', account: await post(Account, '/api/session', credentials) });
}

export async function signOut(): Promise<void> {
  await ask(z.unknown(), '/api/session', { method: 'DELETE' });
  become({ state: 'signed-out', why: 'left' });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSession = (): Session => useSyncExternalStore(subscribe, () => session);
