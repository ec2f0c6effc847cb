import { readFile } from 'node:fs/promises';
import { acknowledge, callFalseAlarm, giveVerdict } from '../../alerts/judge.ts';
import { alertsAfter, evidencePath, readAlert } from '../../alerts/read-alerts.ts';
import { readVerdictCurves } from '../../alerts/verdict-curves.ts';
import { Acknowledgement, Alert, AlertPage, FalseAlarm, NewVerdict } from '../../contract/alert.ts';
import { notVisible } from '../../contract/refusal.ts';
import { type Route, route } from '../route.ts';
import { AlertQuery, ById, EvidenceQuery, VerdictCurveList } from '../shapes.ts';
import { Trouble } from '../trouble.ts';

export const ALERT_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/alerts',
    who: 'alerts.read',
    summary: 'Alerts that changed after a seq, in the order of their last change.',
    query: AlertQuery,
    answer: AlertPage,
    run: ({ context, account, query: { after, limit, presence, handling } }) =>
      alertsAfter(context.store.db, account, after, limit, { presence, handling }),
  }),
  route({
    method: 'GET',
    path: '/api/alerts/:id',
    who: 'alerts.read',
    summary: 'One alert.',
    params: ById,
    answer: Alert,
    async run({ context, account, params }) {
      const alert = await readAlert(context.store.db, account, params.id);
      if (alert === null) throw notVisible('alert', params.id);
      return alert;
    },
  }),
  route({
    method: 'GET',
    path: '/api/alerts/:id/evidence.jpg',
    recorded: true,
    who: 'alerts.read',
    summary: 'A picture of the alert: the very frame that its boxes were found in.',
    params: ById,
    query: EvidenceQuery,
    answer: { mediaType: 'image/jpeg' },
    async run({ context, account, params, query }) {
      const path = await evidencePath(context.store, account, params.id, query.moment);
      const bytes = path === null ? null : await readFile(path).catch(nullIfMissing);
      if (bytes === null) throw noPicture(params.id, query.moment);
      return { bytes, headers: { 'Cache-Control': 'private, no-cache' } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/alerts/:id/acknowledge',
    who: 'alerts.handle',
    summary: 'Takes the alert up: everybody sees who did and why.',
    params: ById,
    body: Acknowledgement,
    answer: Alert,
    run: ({ context, account, params, body }) => acknowledge(context.store.db, account, params.id, body.comment),
  }),
  route({
    method: 'POST',
    path: '/api/alerts/:id/false-alarm',
    who: 'alerts.handle',
    summary: 'Says that there was no such problem; its place is kept quiet for a while.',
    params: ById,
    body: FalseAlarm,
    answer: Alert,
    async run({ context: { store, settings, proof }, account, params, body }) {
      const judged = await callFalseAlarm(store.db, account, params.id, body.reason, settings.suppressionMs);
      proof.verdicts.nudge();
      return judged;
    },
  }),
  route({
    method: 'POST',
    path: '/api/alerts/:id/verdict',
    who: 'alerts.handle',
    summary:
      'Says that the alert is right, or of another class, or takes back what was said; its place is watched again.',
    params: ById,
    body: NewVerdict,
    answer: Alert,
    async run({ context: { store, proof }, account, params, body }) {
      const judged = await giveVerdict(store.db, account, params.id, body);
      proof.verdicts.nudge();
      return judged;
    },
  }),
  route({
    method: 'GET',
    path: '/api/verdict-curves',
    who: 'alerts.read',
    summary:
      'How often alerts were right, by how sure the model was: for each rule and model, at all cameras and at each.',
    answer: VerdictCurveList,
    run: async ({ context, account }) => ({ items: await readVerdictCurves(context.store.db, account) }),
  }),
];

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** The same whether the alert is not there, not visible, or has no such picture. */
function noPicture(id: string, moment: string): Trouble {
  return new Trouble(404, {
    code: 'no-evidence',
    message: `There is no ${moment} picture of an alert "${id}".`,
    got: { id, moment },
    expected: 'a picture that the alert’s evidence lists',
  });
}
