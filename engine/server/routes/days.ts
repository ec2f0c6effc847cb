import { z } from 'zod';
import { Day, DayAlertPage } from '../../contract/day.ts';
import { readDay } from '../../days/read-day.ts';
import { readDayAlerts } from '../../days/read-day-alerts.ts';
import { type Route, route } from '../route.ts';

const ByDay = z.object({ day: z.iso.date('a day as 2026-11-29') });

const DayAlertQuery = z.object({
  after: z.string().max(64).optional().describe('The "next" of the page before'),
  limit: z.coerce.number().int().min(1).max(2000).default(1000),
});

export const DAY_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/days/:day',
    who: 'days.read',
    summary: 'What a day of the city is replayed from: its cases and its cameras, with all their steps.',
    params: ByDay,
    answer: Day,
    run: ({ context: { store, settings, counties }, account, params }) =>
      readDay(store.db, account, params.day, {
        division: settings.division,
        timeZone: settings.timeZone,
        counties,
      }),
  }),
  route({
    method: 'GET',
    path: '/api/days/:day/alerts',
    who: 'days.read',
    summary: 'The alerts that stood at some instant of a day, with all their steps, a page at a time.',
    params: ByDay,
    query: DayAlertQuery,
    answer: DayAlertPage,
    run: ({ context: { store, settings }, account, params, query }) =>
      readDayAlerts(store.db, account, params.day, settings.timeZone, query),
  }),
];
