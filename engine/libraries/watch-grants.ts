import type { Kysely } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { tellTurnedGrants } from './write-grants.ts';

const LOOK_EVERY_MS = 2000;

/** Grants begin and end by the clock: whoever they reach is told within seconds. What may be done, each request asks itself. */
export function watchGrants(db: Kysely<Schema>, log: (line: string) => void): { close(): Promise<void> } {
  let looking: Promise<void> | null = null;
  let failed = false;
  const look = async () => {
    try {
      await tellTurnedGrants(db);
      failed = false;
    } catch (error) {
      if (!failed) log(`grants: not looked through: ${error instanceof Error ? error.message : String(error)}`);
      failed = true;
    }
    looking = null;
  };
  const timer = setInterval(() => {
    looking ??= look();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
