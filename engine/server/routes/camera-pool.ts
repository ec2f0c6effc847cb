import type { z } from 'zod';
import { readGbId } from '../../cameras/gb-id.ts';
import { readCamera } from '../../cameras/read-cameras.ts';
import { countPool, type PoolFilter, readPool } from '../../cameras/read-pool.ts';
import { PoolCamera, PoolCounts, PoolPage } from '../../contract/camera-pool.ts';
import { notVisible } from '../../contract/refusal.ts';
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
    run: ({ context, account, query: { after, limit, ...asked } }) =>
      readPool(context.store.db, account, filterOf(asked), { after, limit }, context.live),
  }),
  route({
    method: 'GET',
    path: '/api/camera-pool-counts',
    who: 'cameras.read',
    summary: 'How many cameras there are by state, county and department.',
    query: PoolCountQuery,
    answer: PoolCounts,
    run: ({ context, account, query }) => countPool(context.store.db, account, filterOf(query)),
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
      };
    },
  }),
];
