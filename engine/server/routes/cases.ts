import { appendEntry } from '../../cases/append-entry.ts';
import { openCase } from '../../cases/open-case.ts';
import { listCases, readCase } from '../../cases/read-cases.ts';
import { Case, NewCase, NewCaseEntry } from '../../contract/case.ts';
import { notVisible } from '../../contract/refusal.ts';
import { type Route, route } from '../route.ts';
import { ById, CaseList, CaseQuery } from '../shapes.ts';

export const CASE_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/cases',
    who: 'cases.read',
    summary: 'Cases, newest first; those that are not closed unless others are asked for.',
    query: CaseQuery,
    answer: CaseList,
    run: async ({ context, account, query }) => ({ items: await listCases(context.store.db, account, query) }),
  }),
  route({
    method: 'POST',
    path: '/api/cases',
    who: 'cases.open',
    summary: 'Opens a case from alerts that are in none yet.',
    body: NewCase,
    answer: Case,
    status: 201,
    run: ({ context: { store, settings }, account, body }) =>
      openCase(store.db, account, body, { timeZone: settings.timeZone }),
  }),
  route({
    method: 'GET',
    path: '/api/cases/:id',
    who: 'cases.read',
    summary: 'One case with all its entries.',
    params: ById,
    answer: Case,
    async run({ context, account, params }) {
      const found = await readCase(context.store.db, account, params.id);
      if (found === null) throw notVisible('case', params.id);
      return found;
    },
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/entries',
    who: 'cases.dispatch',
    summary: 'Appends what happened to a case: assigned, started, handled or closed. Answers with the case.',
    params: ById,
    body: NewCaseEntry,
    answer: Case,
    status: 201,
    run: ({ context, account, params, body }) => appendEntry(context.store.db, account, params.id, body),
  }),
];
