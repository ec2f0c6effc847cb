import { isAnalysed } from '#config/camera.ts';
import { recordUse } from '../../accounts/record-use.ts';
import { refusedCamera } from '../../accounts/sight.ts';
import { seesScope } from '../../accounts/visible-to.ts';
import { listCameras, listForWall, listRevisions, readCamera, readOwnCamera } from '../../cameras/read-cameras.ts';
import { createCamera, deleteCamera, patchCamera, type SiteArea } from '../../cameras/write-cameras.ts';
import { Camera, CameraPatch, NewCamera } from '../../contract/camera.ts';
import { notVisible } from '../../contract/refusal.ts';
import { cameraOnWire } from '../camera-on-wire.ts';
import type { ServerContext } from '../context.ts';
import { type Route, route } from '../route.ts';
import { ById, CameraList, CameraQuery, CameraRevisionList } from '../shapes.ts';

export const CAMERA_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/cameras',
    who: 'cameras.read',
    summary: 'The cameras that the account may see; never their addresses.',
    query: CameraQuery,
    answer: CameraList,
    async run({ context, account, query }) {
      const list = query.which === 'wall' ? listForWall : listCameras;
      const stored = await list(context.store.db, account);
      return { items: stored.map((camera) => cameraOnWire(camera, context.live)) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/cameras',
    who: 'cameras.write',
    summary: 'Adds a camera; its pictures are opened at once.',
    body: NewCamera,
    answer: Camera,
    status: 201,
    async run({ context, account, body }) {
      const stored = await createCamera(context.store.db, body, account, areaOf(context));
      await context.live.refresh(stored.id);
      return cameraOnWire(stored, context.live);
    },
  }),
  route({
    method: 'GET',
    path: '/api/cameras/:id',
    who: 'cameras.read',
    summary: 'One camera.',
    params: ById,
    answer: Camera,
    async run({ context, account, params }) {
      const stored = await readCamera(context.store.db, account, params.id);
      if (stored === null) throw notVisible('camera', params.id);
      return cameraOnWire(stored, context.live);
    },
  }),
  route({
    method: 'GET',
    path: '/api/cameras/:id/revisions',
    who: 'cameras.write',
    summary: 'Who set what of a camera, and when; newest first, without its addresses.',
    params: ById,
    answer: CameraRevisionList,
    async run({ context, account, params }) {
      if ((await readOwnCamera(context.store.db, account, params.id)) === null)
        throw await refusedCamera(context.store.db, account, params.id, null);
      const revisions = await listRevisions(context.store.db, params.id);
      return { items: revisions.map((revision) => ({ ...revision, at: revision.at.toISOString() })) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/cameras/:id',
    who: 'cameras.write',
    summary: 'Changes what the patch names; the rest stays as it is.',
    params: ById,
    body: CameraPatch,
    answer: Camera,
    async run({ context, account, params, body }) {
      const stored = await patchCamera(context.store.db, params.id, body, account, areaOf(context));
      await context.live.refresh(stored.id);
      return cameraOnWire(stored, context.live);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/cameras/:id',
    who: 'cameras.write',
    summary: 'Removes a camera; its alerts and their evidence stay.',
    params: ById,
    answer: null,
    async run({ context, account, params }) {
      await deleteCamera(context.store.db, params.id, account);
      await context.live.refresh(params.id);
    },
  }),
  route({
    method: 'GET',
    path: '/api/cameras/:id/frame.jpg',
    who: 'cameras.read',
    summary:
      'The camera’s latest picture; X-Captured-At says when it was captured. One without rules is opened for as long as it is asked for.',
    params: ById,
    answer: { mediaType: 'image/jpeg', none: 'It has given no picture since the start.' },
    async run({ context, account, params }) {
      const { db } = context.store;
      const stored = await readCamera(db, account, params.id, 'play');
      if (stored === null) throw await refusedCamera(db, account, params.id, 'play');
      if (!seesScope(account, stored)) await recordUse(db, account, 'picture', params.id);
      const { source } = stored.config;
      if (source && !isAnalysed(stored.config, stored.bound)) context.glance({ id: stored.id, source });
      const picture = await context.live.currentPicture(params.id);
      if (picture === null) return null;
      return {
        bytes: picture.jpeg,
        headers: { 'X-Captured-At': new Date(picture.capturedAtMs).toISOString(), 'Cache-Control': 'no-store' },
      };
    },
  }),
];

function areaOf({ settings, counties }: ServerContext): SiteArea {
  return { division: settings.division, counties };
}
