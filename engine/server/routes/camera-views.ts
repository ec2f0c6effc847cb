import { z } from 'zod';
import { refusedCamera } from '../../accounts/sight.ts';
import { acceptView, viewOf } from '../../cameras/accept-view.ts';
import { readCamera } from '../../cameras/read-cameras.ts';
import type { StoredCamera } from '../../cameras/stored-camera.ts';
import { Camera, isOnline } from '../../contract/camera.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { NoFingerprint } from '../../views/view-watch.ts';
import { cameraOnWire } from '../camera-on-wire.ts';
import { type Route, route } from '../route.ts';
import { ById, ViewAcceptance } from '../shapes.ts';

/** What an operator is told when the picture cannot be taken for a view, by reason. */
const REFUSALS: Record<NoFingerprint, { code: string; message: string; expected: string }> = {
  'no-picture': {
    code: 'no-steady-picture',
    message: 'The camera gives no steady picture now.',
    expected: 'a camera that plays and does not turn',
  },
  covered: unseen('picture-covered', 'is covered or out of focus'),
  dark: unseen('picture-dark', 'shows nothing for want of light'),
  frozen: unseen('picture-frozen', 'always gives the same picture'),
  turned: {
    code: 'picture-turned',
    message: 'The camera is being turned, or was a moment ago.',
    expected: 'a camera that was given back and stands still',
  },
  'too-little': unseen('view-too-little', 'shows too little to know the view by'),
  'not-moved': {
    code: 'view-not-moved',
    message: 'The camera shows one of its views already.',
    expected: 'a camera whose view has moved',
  },
};

export const CAMERA_VIEW_ROUTES: Route[] = [
  route({
    method: 'POST',
    path: '/api/cameras/:id/views/:viewId/accept',
    who: 'cameras.write',
    summary: 'What a camera whose view has moved shows now is this view from now on; its zones stay as they are.',
    params: ById.extend({ viewId: z.string().min(1).max(64) }),
    body: ViewAcceptance,
    answer: Camera,
    async run({ context, account, params: { id, viewId } }) {
      const { store, live } = context;
      const stored = await readCamera(store.db, account, id, 'analyse');
      if (stored === null) throw await refusedCamera(store.db, account, id, 'analyse');
      viewOf(stored, viewId);
      if (!isOnline(stored.state)) throw refused('no-picture', stored);
      const taken = await live.fingerprintNow(id);
      if (taken === null) throw refused('no-picture', stored);
      if ('refusal' in taken) throw refused(taken.refusal, stored);
      const accepted = await acceptView(store.db, id, viewId, taken.fingerprint, account);
      await live.refresh(id);
      return cameraOnWire(accepted, live);
    },
  }),
];

function refused(why: NoFingerprint, { id, state }: StoredCamera): Refusal {
  const { code, message, expected } = REFUSALS[why];
  return new Refusal(409, code, message, { got: why === 'no-picture' ? `${id}: ${state}` : id, expected });
}

function unseen(code: string, how: string) {
  return { code, message: `The camera ${how}.`, expected: 'a picture in which the view can be seen' };
}
