import { type Kysely, sql, type Transaction } from 'kysely';
import type { AlgorithmMove, AlgorithmStage, NewAlgorithmMove } from '../contract/algorithm.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { DEFAULT_SHARE } from '../contract/rollout-terms.ts';
import { recordChange } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { readSampleCheck } from './sample-checks.ts';

/** Where each move leads from each stage; what is not here is refused. */
export const STAGES: Readonly<Record<AlgorithmStage, Partial<Record<AlgorithmMove, AlgorithmStage>>>> = {
  draft: { validate: 'validated', retire: 'retired' },
  validated: { shadow: 'shadow', restored: 'full', retire: 'retired' },
  shadow: { canary: 'canary', withdraw: 'validated', retire: 'retired', adjust: 'shadow', quarantine: 'quarantined' },
  canary: { promote: 'full', withdraw: 'validated', retire: 'retired', adjust: 'canary', quarantine: 'quarantined' },
  full: { withdraw: 'validated', replaced: 'validated', retire: 'retired', adjust: 'full', quarantine: 'quarantined' },
  quarantined: { release: 'validated', retire: 'retired' },
  retired: {},
};
/** Moves that happen to a version; no person asks for them. */
const HAPPENS: ReadonlySet<string> = new Set<AlgorithmMove>(['replaced', 'restored', 'quarantine']);
/** Who moves a version where no person does. */
export const SYSTEM = 'system';

/** What a person may ask for in a stage. */
export function movesFrom(stage: AlgorithmStage): string[] {
  return Object.keys(STAGES[stage]).filter((move) => !HAPPENS.has(move));
}

interface Step extends Pick<NewAlgorithmMove, 'reason' | 'share' | 'limits'> {
  move: AlgorithmMove;
  by: string;
}

/** What a person asks for, or the system. */
type Asked = Omit<NewAlgorithmMove, 'move'> & { move: NewAlgorithmMove['move'] | 'quarantine' };

/**
 * Does one step with a version. The version that is promoted takes the place of the one that ran in full; when one that
 * ran in full is withdrawn or quarantined, the one before it runs again. Both in one transaction.
 * @throws Refusal 404 `not-found`, 409 `no-such-move`, `stage-taken`, 422 `not-proven`
 */
export async function moveVersion(
  db: Kysely<Schema>,
  id: string,
  { move, reason, share, limits }: Asked,
  by: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Moves of one algorithm wait for one another: two must not promote at once.
    const algorithm = await lockAlgorithm(trx, id);
    if (move === 'validate') await assertProven(trx, id);
    const running = await inFull(trx, algorithm);
    if (move === 'promote' && running !== null && running !== id)
      await step(trx, running, { move: 'replaced', by, reason });
    const from = await step(trx, id, { move, by, reason, share, limits });
    const leaves = (move === 'withdraw' || move === 'quarantine') && from === 'full';
    const before = leaves ? await fullBefore(trx, algorithm, id) : null;
    if (before !== null) await step(trx, before, { move: 'restored', by, reason });
    await recordChange(trx, { kind: 'algorithm', entityId: id, scope: EVERYBODYS });
  });
}

/** Algorithms belong to no division: whoever has an account hears of them. */
const EVERYBODYS = { division: '000000', department: null };

async function lockAlgorithm(trx: Transaction<Schema>, id: string): Promise<string> {
  const row = await trx.selectFrom('algorithm_versions').select('algorithm').where('id', '=', id).executeTakeFirst();
  if (!row) throw notVisible('version of an algorithm', id);
  await trx
    .selectFrom('algorithm_stages')
    .select('version_id')
    .where('algorithm', '=', row.algorithm)
    .orderBy('version_id')
    .forUpdate()
    .execute();
  return row.algorithm;
}

/** A version that came with the engine was proven before it was shipped: it is validated, or runs in full at once. */
export async function runShipped(
  trx: Transaction<Schema>,
  id: string,
  reason: string,
  to: 'validated' | 'full',
): Promise<void> {
  const running = await inFull(trx, await lockAlgorithm(trx, id));
  const own = { by: SYSTEM, reason };
  await step(trx, id, { ...own, move: 'validate' });
  if (to === 'validated') return;
  // The places between are passed through, and may be somebody else's: nothing is on trial that was proven elsewhere.
  if (running !== null) await step(trx, running, { ...own, move: 'replaced' });
  await step(trx, id, { ...own, move: 'restored' });
}

/** The one place where a stage is written. @returns the stage that it was in */
async function step(
  trx: Transaction<Schema>,
  id: string,
  { move, by, reason, share, limits }: Step,
): Promise<AlgorithmStage> {
  const before = await trx
    .selectFrom('algorithm_stages')
    .select(['stage', 'algorithm', 'share', 'limits'])
    .where('version_id', '=', id)
    .executeTakeFirstOrThrow();
  const { stage, algorithm } = before;
  const kept = move === 'adjust' ? before.share : null;
  const to = STAGES[stage][move];
  if (to === undefined) {
    throw new Refusal(409, 'no-such-move', `A version that is ${stage} cannot do this.`, {
      got: move,
      expected: movesFrom(stage),
    });
  }
  const taken = await trx
    .selectFrom('algorithm_stages')
    .select('version_id')
    .where('algorithm', '=', algorithm)
    .where('stage', '=', to)
    .where('stage', 'in', ['shadow', 'canary', 'full'])
    .where('version_id', '!=', id)
    .executeTakeFirst();
  if (taken) {
    throw new Refusal(409, 'stage-taken', `Another version of ${algorithm} is in ${to}.`, {
      got: taken.version_id,
      expected: 'one at a time; withdraw the other first',
    });
  }
  await trx
    .updateTable('algorithm_stages')
    .set({
      stage: to,
      ...(move !== 'adjust' && { since: sql<Date>`clock_timestamp()` }),
      share: to === 'shadow' || to === 'canary' ? (share ?? kept ?? DEFAULT_SHARE) : null,
      limits: JSON.stringify({ ...before.limits, ...limits }),
    })
    .where('version_id', '=', id)
    .execute();
  await trx
    .insertInto('algorithm_moves')
    .values({ version_id: id, move, from_stage: stage, to_stage: to, moved_by: by, reason })
    .execute();
  return stage;
}

/** Its questions are answered, a person found the boxes in its samples good, and what it takes is on record. */
async function assertProven(trx: Transaction<Schema>, id: string): Promise<void> {
  const { inspection } = await trx
    .selectFrom('algorithm_versions')
    .select('inspection')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const checked = await readSampleCheck(trx, id);
  const benched = await trx.selectFrom('algorithm_benches').select('n').where('version_id', '=', id).executeTakeFirst();
  const missing = [
    ...(inspection.accepted ? [] : ['inspection']),
    ...inspection.questions.map(({ code }) => `answer:${code}`),
    ...(checked?.good ? [] : ['samples']),
    ...(benched ? [] : ['bench']),
  ];
  if (missing.length === 0) return;
  throw new Refusal(422, 'not-proven', 'The version is not proven yet.', {
    got: { missing },
    expected:
      'an inspection that accepted it, an answer to every question, samples that were found good, and a bench on record',
  });
}

async function inFull(trx: Transaction<Schema>, algorithm: string): Promise<string | null> {
  const row = await trx
    .selectFrom('algorithm_stages')
    .select('version_id')
    .where('algorithm', '=', algorithm)
    .where('stage', '=', 'full')
    .executeTakeFirst();
  return row?.version_id ?? null;
}

/** The version that ran in full last before this one, and gave way to another: what was taken back does not come by itself. */
export async function fullBefore(trx: Kysely<Schema>, algorithm: string, id: string): Promise<string | null> {
  const row = await trx
    .selectFrom('algorithm_moves')
    .innerJoin('algorithm_stages', 'algorithm_stages.version_id', 'algorithm_moves.version_id')
    .select('algorithm_moves.version_id')
    .where('algorithm', '=', algorithm)
    .where('algorithm_moves.version_id', '!=', id)
    .where('to_stage', '=', 'full')
    .where('stage', '=', 'validated')
    .where((of) =>
      of.not(
        of.exists(
          of
            .selectFrom('algorithm_moves as later')
            .whereRef('later.version_id', '=', 'algorithm_moves.version_id')
            .whereRef('later.n', '>', 'algorithm_moves.n')
            // To be looked at once more in the shadow, and taken out of it, says nothing against it.
            .where((is) =>
              is.or([
                is('later.move', '=', 'quarantine'),
                is.and([is('later.move', '=', 'withdraw'), is('later.from_stage', '!=', 'shadow')]),
              ]),
            ),
        ),
      ),
    )
    .orderBy('algorithm_moves.n', 'desc')
    .executeTakeFirst();
  return row?.version_id ?? null;
}
