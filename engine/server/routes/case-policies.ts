import { createControlArea, listControlAreas, listHeldBack, revokeControlArea } from '../../alerts/control-areas.ts';
import { readVisible } from '../../bindings/definitions.ts';
import { listOpenings, setOpening } from '../../cases/auto-open.ts';
import { CaseOpening, ControlArea, NewCaseOpening, NewControlArea } from '../../contract/case-policy.ts';
import { type Route, route } from '../route.ts';
import {
  ById,
  CaseOpeningList,
  ControlAreaList,
  HeldBackList,
  HeldBackQuery,
  Revocation,
  SuppressionQuery,
} from '../shapes.ts';

/** What becomes a case by itself, and what is not even an alert. */
export const CASE_POLICY_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/case-openings',
    who: 'policies.read',
    summary: 'How alerts become cases, by rule and by algorithm: at once, after so many acknowledgements, or by hand.',
    answer: CaseOpeningList,
    async run({ context: { store, settings }, account }) {
      return { items: await listOpenings(store.db, await readVisible(store.db, settings, account)) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/case-openings',
    who: 'policies.write',
    summary: 'Sets how alerts of a rule or an algorithm become cases, from now on and for the whole city.',
    body: NewCaseOpening,
    answer: CaseOpening,
    status: 201,
    run: ({ context, account, body }) => setOpening(context.store.db, account, context.settings.division, body),
  }),
  route({
    method: 'GET',
    path: '/api/control-areas',
    who: 'policies.read',
    summary: 'Areas where nothing is raised, newest first, with how much was held back in each.',
    query: SuppressionQuery,
    answer: ControlAreaList,
    run: async ({ context, account, query }) => ({
      items: await listControlAreas(context.store.db, account, { all: query.state === 'all' }),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/control-areas',
    who: 'policies.write',
    summary: 'Adds an area where, and hours in which, nothing is raised.',
    body: NewControlArea,
    answer: ControlArea,
    status: 201,
    run: ({ context, account, body }) => createControlArea(context.store.db, account, body),
  }),
  route({
    method: 'POST',
    path: '/api/control-areas/:id/revoke',
    who: 'policies.write',
    summary: 'Lets things there be raised again; what was held back stays listed.',
    params: ById,
    body: Revocation,
    answer: ControlArea,
    run: ({ context, account, params, body }) => revokeControlArea(context.store.db, account, params.id, body.reason),
  }),
  route({
    method: 'GET',
    path: '/api/held-back',
    who: 'policies.read',
    summary: 'What would have been alerts but for the area that they are in, the latest first.',
    query: HeldBackQuery,
    answer: HeldBackList,
    run: async ({ context, account, query }) => ({
      items: await listHeldBack(context.store.db, account, query.area),
    }),
  }),
];
