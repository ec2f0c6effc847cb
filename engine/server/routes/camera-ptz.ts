import { z } from 'zod';
import {
  HeldPtzLease,
  NewPtzLease,
  NewPtzPreset,
  PtzMove,
  PtzPreset,
  PtzPresetList,
  PtzUseList,
} from '../../contract/ptz.ts';
import { Refusal } from '../../contract/refusal.ts';
import { readUses } from '../../ptz/leases.ts';
import { type Route, route } from '../route.ts';
import { ById, PresetCall, PtzUseQuery } from '../shapes.ts';
import { may, WHO_MAY } from '../who-may.ts';

export const CAMERA_PTZ_ROUTES: Route[] = [
  route({
    method: 'POST',
    path: '/api/cameras/:id/ptz/lease',
    recorded: false,
    who: 'cameras.turn',
    summary:
      'Takes the camera to turn it, or goes on with it; its rules pause. Others are refused until it is given back.',
    params: ById,
    body: NewPtzLease,
    answer: HeldPtzLease,
    run({ context, account, params, body }) {
      if (body.takeOver && !may(account, 'ptz-leases.take-over')) {
        throw new Refusal(403, 'not-allowed', 'Only an administrator may take a camera from who turns it.', {
          got: account.roles,
          expected: WHO_MAY['ptz-leases.take-over'],
        });
      }
      return context.ptz.take(params.id, account, body.takeOver?.reason ?? null);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/cameras/:id/ptz/lease',
    who: 'cameras.turn',
    summary: 'Gives the camera back; it stops, and its rules go on when it shows one of its views.',
    params: ById,
    answer: null,
    run: ({ context, account, params }) => context.ptz.giveBack(params.id, account),
  }),
  route({
    method: 'POST',
    path: '/api/cameras/:id/ptz/move',
    recorded: false,
    who: 'cameras.turn',
    summary: 'Turns and zooms for a second unless it is said again; all zero: stops.',
    params: ById,
    body: PtzMove,
    answer: null,
    run: ({ context, account, params, body }) => context.ptz.move(params.id, account, body),
  }),
  route({
    method: 'GET',
    path: '/api/cameras/:id/ptz/presets',
    who: 'cameras.turn',
    summary: 'The presets that the camera itself keeps, and where it looks.',
    params: ById,
    answer: PtzPresetList,
    run: ({ context, account, params }) => context.ptz.presets(params.id, account),
  }),
  route({
    method: 'POST',
    path: '/api/cameras/:id/ptz/presets',
    who: 'cameras.write',
    summary: 'Saves where the camera looks as a preset.',
    params: ById,
    body: NewPtzPreset,
    answer: PtzPreset,
    status: 201,
    run: ({ context, account, params, body }) => context.ptz.savePreset(params.id, account, body),
  }),
  route({
    method: 'POST',
    path: '/api/cameras/:id/ptz/presets/:token/go',
    who: 'cameras.turn',
    summary: 'Sends the camera to a preset.',
    params: ById.extend({ token: z.string().min(1).max(64) }),
    body: PresetCall,
    answer: null,
    run: ({ context, account, params }) => context.ptz.goToPreset(params.id, account, params.token),
  }),
  route({
    method: 'GET',
    path: '/api/ptz-uses',
    who: 'ptz-uses.read',
    summary: 'Who turned which camera, and what was done; the latest first.',
    query: PtzUseQuery,
    answer: PtzUseList,
    run: async ({ context, account, query }) => ({
      items: await readUses(context.store.db, account, query.camera ?? null),
    }),
  }),
];
