import { listSuppressions, revokeSuppression } from '../../alerts/suppressions.ts';
import { Suppression } from '../../contract/alert.ts';
import { type Route, route } from '../route.ts';
import { ById, Revocation, SuppressionList, SuppressionQuery } from '../shapes.ts';

export const SUPPRESSION_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/suppressions',
    who: 'suppressions.read',
    summary: 'The places that are kept quiet after a false alarm, newest first.',
    query: SuppressionQuery,
    answer: SuppressionList,
    run: async ({ context, account, query }) => ({
      items: await listSuppressions(context.store.db, account, { all: query.state === 'all' }),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/suppressions/:id/revoke',
    who: 'suppressions.revoke',
    summary: 'Lets a place speak again.',
    params: ById,
    body: Revocation,
    answer: Suppression,
    run: ({ context, account, params, body }) => revokeSuppression(context.store.db, account, params.id, body.reason),
  }),
];
