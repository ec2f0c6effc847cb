import { Rollout } from '../../contract/rollout.ts';
import { listShadowAlerts, readRollout, shadowPicture } from '../../rollouts/read-rollout.ts';
import { type Route, route } from '../route.ts';
import { ById, ShadowAlertList } from '../shapes.ts';

export const ROLLOUT_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id/rollout',
    who: 'algorithms.read',
    summary:
      'Where a version runs, how it does, how it compares with the one that counts, and how its processes ended.',
    params: ById,
    answer: Rollout,
    run: ({ context: { store, live }, account, params: { id } }) =>
      readRollout(store.db, account, id, (versionId) => live.rollout(versionId)),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-versions/:id/shadow-alerts',
    who: 'algorithms.read',
    summary: 'What a version in the shadow would have raised, the latest first, at most 200. None of it is an alert.',
    params: ById,
    answer: ShadowAlertList,
    run: async ({ context: { store, live }, account, params: { id } }) => ({
      items: await listShadowAlerts(store.db, account, id, (versionId) => live.rollout(versionId)),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/shadow-alerts/:id/picture.jpg',
    recorded: true,
    who: 'algorithms.read',
    summary: 'The picture of what a version in the shadow would have raised.',
    params: ById,
    answer: { mediaType: 'image/jpeg' },
    run: async ({ context, account, params: { id } }) => ({
      bytes: await shadowPicture(context.store.db, account, id),
      headers: { 'Cache-Control': 'private, no-cache' },
    }),
  }),
];
