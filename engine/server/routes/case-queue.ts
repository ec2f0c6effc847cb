import { listFilters, removeFilter, saveFilter } from '../../accounts/saved-filters.ts';
import { appendEntry } from '../../cases/append-entry.ts';
import { CaseEntryOutcomes, NewCaseEntries, NewSavedFilter, SavedFilter } from '../../contract/case-filter.ts';
import { CASE_STEPS } from '../../contract/case-steps.ts';
import { assertMay } from '../admit.ts';
import { type Route, route } from '../route.ts';
import { ById, SavedFilterList } from '../shapes.ts';
import { troubleOf } from '../trouble.ts';

/** What a dispatcher does with the queue as a whole. */
export const CASE_QUEUE_ROUTES: Route[] = [
  route({
    method: 'POST',
    path: '/api/case-entries',
    who: 'cases.dispatch',
    summary: 'Appends the same to several cases, each let or refused on its own; answers with what became of each.',
    body: NewCaseEntries,
    answer: CaseEntryOutcomes,
    async run({ context: { store, casePolicy, log }, account, body: { caseIds, entry } }) {
      if (CASE_STEPS[entry.kind].by === 'approve') assertMay(account, 'cases.approve');
      const items = [];
      for (const caseId of new Set(caseIds)) {
        const problem = await appendEntry(store.db, account, caseId, entry, casePolicy).then(
          () => null,
          (error) => troubleOf(error, log).problem,
        );
        items.push({ caseId, problem });
      }
      return { items };
    },
  }),
  route({
    method: 'GET',
    path: '/api/saved-filters',
    who: 'cases.read',
    summary: 'The filters that one has kept for the queue of cases.',
    answer: SavedFilterList,
    run: async ({ context, account }) => ({ items: await listFilters(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/saved-filters',
    recorded: false,
    who: 'cases.read',
    summary: 'Keeps a filter under a name; one of that name is replaced.',
    body: NewSavedFilter,
    answer: SavedFilter,
    status: 201,
    run: ({ context, account, body }) => saveFilter(context.store.db, account, body),
  }),
  route({
    method: 'DELETE',
    path: '/api/saved-filters/:id',
    recorded: false,
    who: 'cases.read',
    summary: 'Removes a filter of one’s own.',
    params: ById,
    answer: null,
    run: ({ context, account, params: { id } }) => removeFilter(context.store.db, account, id),
  }),
];
