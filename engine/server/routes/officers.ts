import { readCase } from '../../cases/read-cases.ts';
import { NewOfficer, NewShift, Officer, OfficerPatch, Trail } from '../../contract/officer.ts';
import { Handover, NewHandover } from '../../contract/patrol.ts';
import { notVisible } from '../../contract/refusal.ts';
import { listHandovers, signHandover } from '../../officers/handovers.ts';
import { chooseUnits } from '../../officers/nearest-units.ts';
import { readTrail } from '../../officers/positions.ts';
import { addShift, cancelShift, changeOfficer, createOfficer, listOfficers } from '../../officers/roster.ts';
import { type Route, route } from '../route.ts';
import { ById, HandoverList, OfficerList, UnitChoiceList } from '../shapes.ts';

/** The desk's side of officers: who there is, when they are on, where they are. */
export const OFFICER_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/officers',
    who: 'officers.read',
    summary: 'Officers by unit and name, with their shifts; while they are on shift, where their phones last were.',
    answer: OfficerList,
    run: async ({ context, account }) => ({ items: await listOfficers(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/officers',
    who: 'officers.write',
    summary: 'Makes an officer: an account of one unit, which sees that unit’s cases alone.',
    body: NewOfficer,
    answer: Officer,
    status: 201,
    run: ({ context, account, body }) => createOfficer(context.store.db, account, body),
  }),
  route({
    method: 'PATCH',
    path: '/api/officers/:id',
    who: 'officers.write',
    summary: 'Changes an officer’s skills or areas.',
    params: ById,
    body: OfficerPatch,
    answer: Officer,
    run: ({ context, account, params, body }) => changeOfficer(context.store.db, account, params.id, body),
  }),
  route({
    method: 'GET',
    path: '/api/officers/:id/trail',
    who: 'officers.read',
    summary: 'Where an officer went in the shift that is on; off shift, nothing.',
    params: ById,
    answer: Trail,
    run: ({ context, account, params }) => readTrail(context.store.db, account, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/officers/:id/shifts',
    who: 'officers.write',
    summary: 'Puts an officer on for some hours of a day of the site’s calendar. Answers with the officer.',
    params: ById,
    body: NewShift,
    answer: Officer,
    status: 201,
    run: ({ context: { store, settings }, account, params, body }) =>
      addShift(store.db, account, params.id, body, settings.timeZone),
  }),
  route({
    method: 'DELETE',
    path: '/api/shifts/:id',
    who: 'officers.write',
    summary: 'Cancels a shift that is not over.',
    params: ById,
    answer: null,
    run: ({ context, account, params }) => cancelShift(context.store.db, account, params.id),
  }),
  route({
    method: 'GET',
    path: '/api/cases/:id/units',
    who: 'officers.read',
    summary: 'The units that the case could be sent to, the most fitting first, with the reasons.',
    params: ById,
    answer: UnitChoiceList,
    async run({ context: { store }, account, params }) {
      const one = await readCase(store.db, account, params.id);
      if (one === null) throw notVisible('case', params.id);
      return { items: await chooseUnits(store.db, account, one) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/handovers',
    who: 'handovers.read',
    summary: 'What was taken over at changes of shift in the last month, the newest first.',
    answer: HandoverList,
    run: async ({ context, account }) => ({ items: await listHandovers(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/handovers',
    who: 'handovers.sign',
    summary: 'Takes over what is open, with a typed name; kept for good.',
    body: NewHandover,
    answer: Handover,
    status: 201,
    run: ({ context, account, body }) => signHandover(context.store.db, account, body),
  }),
];
