import type { z } from 'zod';
import { withinSight } from '../../accounts/sight.ts';
import { seesScope } from '../../accounts/visible-to.ts';
import { readGbId } from '../../cameras/gb-id.ts';
import { readCamera } from '../../cameras/read-cameras.ts';
import { countPool, type PoolFilter, readPool } from '../../cameras/read-pool.ts';
import type { Account } from '../../contract/account.ts';
import { PoolCamera, PoolCounts, PoolPage } from '../../contract/camera-pool.ts';
import { GrantedAct } from '../../contract/library.ts';
import { notVisible } from '../../contract/refusal.ts';
import { readLibrary } from '../../libraries/read-libraries.ts';
import type { Store } from '../../store/open-store.ts';
import { cameraOnWire } from '../camera-on-wire.ts';
import { type Route, route } from '../route.ts';
import { ById, PoolCountQuery, PoolQuery } from '../shapes.ts';

/** The query as the pool's filter. */
function filterOf({ inspection, analysed, ...rest }: z.output<typeof PoolCountQuery>): PoolFilter {
  return {
    ...rest,
    inspection: inspection === undefined ? undefined : inspection === 'true',
    analysed: analysed === undefined ? undefined : analysed === 'true',
  };
}

export const CAMERA_POOL_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/camera-pool',
    who: 'cameras.read',
    summary: 'The video resource pool, searched and filtered, a page at a time.',
    query: PoolQuery,
    answer: PoolPage,
    async run({ context: { store, live }, account, query: { after, limit, ...asked } }) {
      if (asked.library !== undefined) await readLibrary(store.db, account, asked.library);
      return readPool(store.db, account, filterOf(asked), { after, limit }, live);
    },
  }),
  route({
    method: 'GET',
    path: '/api/camera-pool-counts',
    who: 'cameras.read',
    summary: 'How many cameras there are by state, county and department.',
    query: PoolCountQuery,
    answer: PoolCounts,
    async run({ context: { store }, account, query }) {
      if (query.library !== undefined) await readLibrary(store.db, account, query.library);
      return countPool(store.db, account, filterOf(query));
    },
  }),
  route({
    method: 'GET',
    path: '/api/cameras/:id/register',
    who: 'cameras.read',
    summary: 'One camera with its GB/T 28181 id taken apart.',
    params: ById,
    answer: PoolCamera,
    async run({ context, account, params }) {
      const stored = await readCamera(context.store.db, account, params.id);
      if (stored === null) throw notVisible('camera', params.id);
      const { gbId, source } = stored.config;
      return {
        camera: cameraOnWire(stored, context.live),
        gbIdParts: gbId === undefined ? null : readGbId(gbId),
        hasStream: source !== undefined,
        acts: seesScope(account, stored) ? null : await actsAt(context.store.db, account, stored.id),
      };
    },
  }),
];

async function actsAt(db: Store['db'], account: Account, cameraId: string): Promise<GrantedAct[]> {
  const granted: GrantedAct[] = [];
  for (const act of GrantedAct.options)
    if ((await withinSight(db, account, act, [cameraId])).has(cameraId)) granted.push(act);
  return granted;
}
