import { z } from 'zod';
import { addBinding, listBindings, revokeBinding } from '../../bindings/bind.ts';
import { forecast, readBudget } from '../../bindings/budget.ts';
import { importCatalogue } from '../../bindings/catalogue.ts';
import {
  changeDefinition,
  createDefinition,
  readDefinition,
  readDefinitions,
  readRevisions,
} from '../../bindings/definitions.ts';
import { readModels } from '../../bindings/models.ts';
import type { Account } from '../../contract/account.ts';
import { AlgorithmBudget, BindingForecast } from '../../contract/algorithm-budget.ts';
import {
  AlgorithmBound,
  AlgorithmDefinition,
  BindingQuestion,
  CatalogueOutcome,
  DefinitionPatch,
  NewAlgorithmBinding,
  NewAlgorithmDefinition,
} from '../../contract/algorithm-definition.ts';
import type { ServerContext } from '../context.ts';
import { type Route, route } from '../route.ts';
import {
  AlgorithmBoundList,
  AlgorithmDefinitionList,
  AlgorithmModelList,
  ById,
  DefinitionRevisionList,
  NewCatalogue,
  Revocation,
} from '../shapes.ts';

const writing = ({ settings, siteModel }: ServerContext, account: Account) => ({
  site: settings,
  siteModel,
  by: account,
});

/** What is looked for, where, and what it costs. */
export const BINDING_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/algorithms',
    who: 'algorithms.read',
    summary:
      'Every algorithm that is shared with the account’s division: those that the site states, those that were defined, and those that are only catalogued.',
    answer: AlgorithmDefinitionList,
    run: async ({ context, account }) => ({
      items: await readDefinitions(context.store.db, context.settings, account),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/algorithms',
    who: 'algorithms.write',
    summary: 'Defines an algorithm: its model, what it looks for, and what that is raised as.',
    body: NewAlgorithmDefinition,
    answer: AlgorithmDefinition,
    status: 201,
    async run({ context, account, body }) {
      await createDefinition(context.store.db, body, writing(context, account));
      return readDefinition(context.store.db, context.settings, account, body.id);
    },
  }),
  route({
    method: 'GET',
    path: '/api/algorithms/:id',
    who: 'algorithms.read',
    summary: 'One algorithm.',
    params: ById,
    answer: AlgorithmDefinition,
    run: ({ context, account, params: { id } }) => readDefinition(context.store.db, context.settings, account, id),
  }),
  route({
    method: 'PATCH',
    path: '/api/algorithms/:id',
    who: 'algorithms.write',
    summary: 'Changes an algorithm as a whole; its cameras are told at once.',
    params: ById,
    body: DefinitionPatch,
    answer: AlgorithmDefinition,
    async run({ context, account, params: { id }, body }) {
      await changeDefinition(context.store.db, id, body, writing(context, account));
      await context.bindings.changed(id);
      return readDefinition(context.store.db, context.settings, account, id);
    },
  }),
  route({
    method: 'GET',
    path: '/api/algorithms/:id/revisions',
    who: 'algorithms.read',
    summary: 'How an algorithm came to be as it is, newest first; what the site states, its own revisions tell.',
    params: ById,
    answer: DefinitionRevisionList,
    async run({ context: { store, settings }, account, params: { id } }) {
      await readDefinition(store.db, settings, account, id);
      return { items: await readRevisions(store.db, id) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/algorithms/:id/reach',
    who: 'algorithms.write',
    summary: 'How many cameras a binding would reach, what that would cost, and whether it fits.',
    params: ById,
    body: BindingQuestion,
    answer: BindingForecast,
    run: ({ context: { store, settings, live }, account, params: { id }, body }) =>
      forecast(store.db, account, { algorithm: id, reach: body, site: settings, load: live.load() }),
  }),
  route({
    method: 'POST',
    path: '/api/algorithms/:id/bindings',
    who: 'algorithms.write',
    summary: 'Binds an algorithm to cameras, libraries and divisions; one that reaches a camera by name counts first.',
    params: ById,
    body: NewAlgorithmBinding,
    answer: AlgorithmBound,
    status: 201,
    async run({ context, account, params: { id }, body }) {
      const { db } = context.store;
      const made = await addBinding(db, account, { algorithm: id, wanted: body, site: context.settings });
      await context.bindings.changed(id);
      return (await listBindings(db, account, id)).find((one) => one.id === made);
    },
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-bindings',
    who: 'algorithms.read',
    summary: 'Where which algorithm is bound, by whom and when; those that were revoked too, newest first.',
    query: z.object({ algorithm: z.string().max(64).optional() }),
    answer: AlgorithmBoundList,
    run: async ({ context, account, query }) => ({
      items: await listBindings(context.store.db, account, query.algorithm),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-bindings/:id/revoke',
    who: 'algorithms.write',
    summary: 'Ends a binding; it stays in the record.',
    params: ById,
    body: Revocation,
    answer: AlgorithmBound,
    async run({ context, account, params: { id }, body }) {
      const { db } = context.store;
      await revokeBinding(db, account, id, body.reason);
      const revoked = (await listBindings(db, account)).find((one) => one.id === id)!;
      await context.bindings.changed(revoked.algorithm);
      return revoked;
    },
  }),
  route({
    method: 'POST',
    path: '/api/algorithm-catalogue',
    who: 'algorithms.write',
    summary: 'Takes a list (CSV: id, name, owner, scope) into the catalogue: names, without anything that could run.',
    body: NewCatalogue,
    answer: CatalogueOutcome,
    run: ({ context, account, body }) => importCatalogue(context.store.db, body.csv, account),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-models',
    who: 'algorithms.read',
    summary: 'The models that an algorithm may look with, and the labels that each knows.',
    answer: AlgorithmModelList,
    run: async ({ context: { store, settings, siteModel } }) => ({
      items: await readModels(store.db, settings, siteModel),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/algorithm-budget',
    who: 'algorithms.read',
    summary: 'What is known, what could run, what is bound, and what of the host that takes.',
    answer: AlgorithmBudget,
    run: ({ context: { store, settings, live }, account }) => readBudget(store.db, settings, live.load(), account),
  }),
];
