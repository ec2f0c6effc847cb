import { duplicatesOfReport, likelyDuplicates } from '../../cases/likely-duplicates.ts';
import { linkCases, mergeCase, splitCase } from '../../cases/merge-cases.ts';
import { placeOfReport } from '../../cases/open-case.ts';
import { Case, OtherCase } from '../../contract/case.ts';
import { type Route, route } from '../route.ts';
import { ById, LikelyDuplicateList, ReportedThing } from '../shapes.ts';

/** What one case has to do with another. */
export const CASE_PAIR_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/cases/:id/duplicates',
    who: 'cases.read',
    summary: 'Open cases that may be about the same thing: near, and opened within a week.',
    params: ById,
    answer: LikelyDuplicateList,
    run: async ({ context, account, params }) => ({
      items: await likelyDuplicates(context.store.db, account, params.id),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/case-reports/duplicates',
    who: 'cases.open',
    summary: 'Open cases that may be about what is to be reported: near, and opened within a week.',
    query: ReportedThing,
    answer: LikelyDuplicateList,
    async run({ context: { store, counties, settings }, account, query: { lng, lat, ...of } }) {
      const lngLat: [number, number] = [lng, lat];
      placeOfReport(account, lngLat, { counties, division: settings.division });
      return { items: await duplicatesOfReport(store.db, account, { ...of, lngLat }) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/merges',
    who: 'cases.dispatch',
    summary:
      'Makes another case part of this one, which goes on with the alerts of both; it can be split off as it was.',
    params: ById,
    body: OtherCase,
    answer: Case,
    status: 201,
    run: ({ context: { store, casePolicy }, account, params, body }) =>
      mergeCase(store.db, account, { id: params.id, otherId: body.caseId, note: body.note }, casePolicy),
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/splits',
    who: 'cases.dispatch',
    summary: 'Takes a case out of this one again: it stands as it did, and its alerts are its own.',
    params: ById,
    body: OtherCase,
    answer: Case,
    status: 201,
    run: ({ context: { store, casePolicy }, account, params, body }) =>
      splitCase(store.db, account, { id: params.id, otherId: body.caseId, note: body.note }, casePolicy),
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/links',
    who: 'cases.dispatch',
    summary: 'Notes that two cases have to do with each other; each stays its own.',
    params: ById,
    body: OtherCase,
    answer: Case,
    status: 201,
    run: ({ context: { store, casePolicy }, account, params, body }) =>
      linkCases(store.db, account, { id: params.id, otherId: body.caseId, note: body.note }, casePolicy),
  }),
];
