import { readFile } from 'node:fs/promises';
import { appendEntry } from '../../cases/append-entry.ts';
import { openCase, reportCase } from '../../cases/open-case.ts';
import { readCase } from '../../cases/read-cases.ts';
import { type CheckPicture, checkPicturePath } from '../../cases/read-checks.ts';
import { countLamps } from '../../cases/read-lamps.ts';
import { Case, NewCase, NewCaseEntry, NewReport } from '../../contract/case.ts';
import { CASE_STEPS } from '../../contract/case-steps.ts';
import { notVisible } from '../../contract/refusal.ts';
import { assertMay } from '../admit.ts';
import { type Route, route } from '../route.ts';
import { ById, CaseList, CaseQuery, CheckPictureQuery, LampCountList, NewCaseView } from '../shapes.ts';

function checkPicture(which: CheckPicture, summary: string): Route {
  return route({
    ...{ method: 'GET', path: `/api/case-checks/:id/${which}.jpg`, who: 'cases.read', recorded: true, summary },
    params: ById,
    query: CheckPictureQuery,
    answer: { mediaType: 'image/jpeg' },
    async run({ context, account, params, query }) {
      const path = await checkPicturePath(context.store, account, params.id, query.alert, which);
      const bytes = path === null ? null : await readFile(path).catch(() => null);
      if (bytes === null) throw notVisible('picture of check', params.id);
      return { bytes, headers: { 'Cache-Control': 'private, max-age=86400, immutable' } };
    },
  });
}

export const CASE_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/cases',
    who: 'cases.read',
    summary: 'Cases, newest first; those that are not closed unless others are asked for.',
    query: CaseQuery,
    answer: CaseList,
    run: ({ context, account, query }) => context.caseTexts.list(account, query),
  }),
  route({
    method: 'GET',
    path: '/api/case-lamps',
    who: 'cases.read',
    summary: 'How many open cases of each unit have which lamp.',
    answer: LampCountList,
    run: async ({ context, account }) => ({ items: await countLamps(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/cases',
    who: 'cases.open',
    summary: 'Opens a case from alerts that are in none yet.',
    body: NewCase,
    answer: Case,
    status: 201,
    run: ({ context: { store, casePolicy }, account, body }) => openCase(store.db, account, body, casePolicy),
  }),
  route({
    method: 'POST',
    path: '/api/case-reports',
    who: 'cases.open',
    summary: 'Takes up what somebody reports and no alert raised: it is verified and registered, or made void.',
    body: NewReport,
    answer: Case,
    status: 201,
    run({ context: { store, casePolicy: policy, counties, settings }, account, body }) {
      return reportCase(store.db, account, body, { policy, counties, division: settings.division });
    },
  }),
  checkPicture('now', 'What the camera of an alert showed when it looked again, after the case was handled.'),
  checkPicture('before', 'The picture of an alert that what its camera showed later was compared with.'),
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
    path: '/api/cases/:id/views',
    who: 'cases.read',
    summary: 'Says that somebody looks at a case, for the audit log.',
    params: ById,
    body: NewCaseView,
    answer: null,
    async run({ context, account, params }) {
      if ((await readCase(context.store.db, account, params.id)) === null) throw notVisible('case', params.id);
    },
  }),
  route({
    method: 'POST',
    path: '/api/cases/:id/entries',
    who: 'cases.dispatch',
    summary:
      'Appends what happened to a case: assigned, started, handled, closed, and what may come between. Answers with the case.',
    params: ById,
    body: NewCaseEntry,
    answer: Case,
    status: 201,
    async run({ context: { store, casePolicy }, account, params, body }) {
      if (CASE_STEPS[body.kind].by === 'approve') assertMay(account, 'cases.approve');
      return appendEntry(store.db, account, params.id, body, casePolicy);
    },
  }),
];
