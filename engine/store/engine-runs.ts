import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** So far may the noted end of an engine that was killed be from the true one. */
const NOTED_EVERY_MS = 10_000;

/** Notes that the engine runs, from now until it is closed: while it does not, nothing is known of any camera. */
export async function noteRun(db: Kysely<Schema>, say: (line: string) => void): Promise<{ close(): Promise<void> }> {
  const { n } = await db.insertInto('engine_runs').defaultValues().returning('n').executeTakeFirstOrThrow();
  const noteAlive = async () => {
    await db.updateTable('engine_runs').set({ alive_at: sql<Date>`clock_timestamp()` }).where('n', '=', n).execute();
  };
  const timer = setInterval(() => {
    noteAlive().catch((error) => say(`engine run not noted: ${error instanceof Error ? error.message : error}`));
  }, NOTED_EVERY_MS);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await noteAlive();
    },
  };
}
