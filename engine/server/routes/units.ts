import { ulid } from 'ulid';
import { createUnit, listUnits } from '../../cases/units.ts';
import { Unit } from '../../contract/case.ts';
import { type Route, route } from '../route.ts';
import { NewUnit, UnitList } from '../shapes.ts';

export const UNIT_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/units',
    who: 'units.read',
    summary: 'The units that cases can be assigned to, by name.',
    answer: UnitList,
    run: async ({ context, account }) => ({ items: await listUnits(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/units',
    who: 'units.write',
    summary: 'Adds a unit.',
    body: NewUnit,
    answer: Unit,
    status: 201,
    run: ({ context, account, body }) =>
      createUnit(context.store.db, account, { ...body, id: body.id ?? `unit-${ulid().toLowerCase()}` }),
  }),
];
