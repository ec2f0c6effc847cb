import { z } from 'zod';
import { nowMs } from '#streams/clock.ts';
import { readCamera } from '../../cameras/read-cameras.ts';
import { CameraHealthReport } from '../../contract/camera-health.ts';
import { notVisible } from '../../contract/refusal.ts';
import { ratesCsv } from '../../online-rates/export-rates.ts';
import { readDay, readDegrading } from '../../online-rates/read-lines.ts';
import { readHealth, readRateRows } from '../../online-rates/read-rates.ts';
import { listOutages } from '../../outages/read-outages.ts';
import { askAgain } from '../../probes/record-probe.ts';
import { type Route, route } from '../route.ts';
import { ById, HealthLineList, NewProbe, OutageList } from '../shapes.ts';

const MOST_LINES = 500;

const filter = {
  county: z.string().max(12).optional().describe('A GB/T 2260 code, or "none": outside all counties'),
  department: z.string().max(64).optional(),
};
const days = z.coerce.number().int().min(1).max(366).default(30).describe('How many, with today');
const HealthQuery = z.object({ ...filter, days, by: z.enum(['county', 'department']).default('county') });
const RatesQuery = z.object({ ...filter, days });
const DegradingQuery = z.object(filter);
const DayQuery = z.object({
  ...filter,
  day: z.iso.date().optional().describe('On the site’s calendar; absent: today'),
});
const OutageQuery = z.object({
  state: z.enum(['open', 'all']).default('open').describe('all: also those that are over'),
});

export const CAMERA_HEALTH_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/camera-health',
    who: 'cameras.read',
    summary: 'How the cameras are, and their online rate by county or department and by day.',
    query: HealthQuery,
    answer: CameraHealthReport,
    run: ({ context, account, query: { by, days, ...asked } }) =>
      readHealth(context.store.db, account, asked, { by, days, finished: context.finishedDays, ...clockOf(context) }),
  }),
  route({
    method: 'GET',
    path: '/api/camera-health.csv',
    recorded: true,
    who: 'cameras.read',
    summary: 'The online rate by day, county and department, as CSV.',
    query: RatesQuery,
    answer: { mediaType: 'text/csv; charset=utf-8' },
    async run({ context, account, query: { days, ...asked } }) {
      const span = { days, finished: context.finishedDays, ...clockOf(context) };
      const { rows } = await readRateRows(context.store.db, account, asked, span);
      return { bytes: ratesCsv(rows), headers: { 'Content-Disposition': 'attachment; filename="online-rates.csv"' } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/degrading-cameras',
    who: 'cameras.read',
    summary: 'Cameras that were worse in the last seven days than in the seven before, the worst first.',
    query: DegradingQuery,
    answer: HealthLineList,
    async run({ context, account, query }) {
      const { db } = context.store;
      return { items: await readDegrading(db, account, query, { ...clockOf(context), limit: MOST_LINES }) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/camera-days',
    who: 'cameras.read',
    summary: 'Cameras that were not online all of a day, those that were least first.',
    query: DayQuery,
    answer: HealthLineList,
    async run({ context, account, query: { day, ...asked } }) {
      const { db } = context.store;
      return { items: await readDay(db, account, asked, { day, ...clockOf(context), limit: MOST_LINES }) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/outages',
    who: 'cameras.read',
    summary: 'Cameras of one place that failed together, newest first.',
    query: OutageQuery,
    answer: OutageList,
    async run({ context, account, query: { state } }) {
      return { items: await listOutages(context.store.db, account, { state, limit: MOST_LINES }) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/cameras/:id/probe',
    who: 'cameras.write',
    summary: 'Lets a camera that is only registered be asked soon, though it refused who asked before.',
    params: ById,
    body: NewProbe,
    answer: null,
    async run({ context, account, params: { id } }) {
      if ((await readCamera(context.store.db, account, id)) === null) throw notVisible('camera', id);
      await askAgain(context.store.db, id);
    },
  }),
];

function clockOf({ settings }: { settings: { timeZone: string } }): { timeZone: string; nowMs: number } {
  return { timeZone: settings.timeZone, nowMs: nowMs() };
}
