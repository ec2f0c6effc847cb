import { ChangeBatch } from '../../contract/change.ts';
import { Refusal } from '../../contract/refusal.ts';
import { lastSeq } from '../../store/changes.ts';
import { readBatch, seenBy } from '../change-batches.ts';
import { type Route, route } from '../route.ts';
import { ChangeQuery } from '../shapes.ts';

export const CHANGE_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/changes',
    who: 'changes.read',
    summary: 'The changes after a seq, as far as the account may see them, with the present state of what changed.',
    query: ChangeQuery,
    answer: ChangeBatch,
    async run({ context, account, query }) {
      const { db } = context.store;
      const batch = await readBatch(db, context.live, query.after, query.limit);
      if (batch.items.length === 0) refuseFutureSeq(query.after, await lastSeq(db));
      return seenBy(account, batch);
    },
  }),
];

/** A seq that was never given comes from another database: the receiver reads everything anew. */
function refuseFutureSeq(after: number, last: number): void {
  if (after <= last) return;
  throw new Refusal(409, 'unknown-seq', `There was no change ${after} yet: the last one is ${last}.`, {
    got: after,
    expected: `at most ${last}`,
  });
}
