import { z } from 'zod';
import { CameraId, LngLat } from '#config/camera.ts';
import { Alert, Presence } from './alert.ts';
import { CameraFault, CameraState, County, PictureFaultCode } from './camera.ts';
import { Case } from './case.ts';

const Ms = z.number().int();

/** What a camera was from an instant on; null: there was no such camera. */
const CameraAs = z.object({
  name: z.string(),
  lngLat: LngLat,
  department: z.string(),
  county: County.nullable(),
  analysed: z.boolean().describe('Rules were bound to it'),
});

/**
 * A camera's steps up to the end of the day, in order: of each kind the one that held when the day began, with its own time,
 * and those of the day. Before the first state nothing is recorded of it.
 */
export const DayCamera = z.object({
  id: CameraId,
  lives: z.array(z.object({ atMs: Ms, as: CameraAs.nullable() })),
  states: z.array(z.object({ atMs: Ms, state: CameraState, code: CameraFault.nullable() })),
  faults: z.array(z.object({ atMs: Ms, code: PictureFaultCode.nullable() })),
});
export type DayCamera = z.infer<typeof DayCamera>;

/**
 * A day of the city, on the city's clock, as it can be replayed. Its alerts are asked for apart. Epoch milliseconds.
 * Cameras are those that were analysed, changed their state, or had an alert that day.
 */
export const Day = z.object({
  day: z.iso.date(),
  fromMs: Ms.describe('When it begins'),
  toMs: Ms.describe('When the next one begins'),
  untilMs: Ms.describe('Up to when it is told: its end, or a few seconds before now'),
  firstDay: z.iso.date().describe('The first day that anything is kept of'),
  today: z.iso.date(),
  stepsFromMs: Ms.describe(
    'Since when picture faults, short absences of an alert and stops of the engine are recorded',
  ),
  cameras: z.array(DayCamera),
  cases: z.array(Case),
  stops: z.array(z.object({ fromMs: Ms, toMs: Ms })).describe('When the engine did not run: nothing was seen then'),
});
export type Day = z.infer<typeof Day>;

/** An alert as it is now, with what is needed to tell how it was at an instant. */
export const DayAlert = z.object({
  alert: Alert,
  presences: z.array(z.object({ atMs: Ms, presence: Presence })).describe('After it was raised, in order'),
  cases: z
    .array(
      z.object({
        id: z.string(),
        sinceMs: Ms.describe('It was opened from it, or merged with the one that had it, or split off again'),
        closedAtMs: Ms.nullable(),
        confirms: z.boolean().describe('Closing it confirmed its alerts: it had been handled'),
      }),
    )
    .describe('Those it was put in, in order'),
});
export type DayAlert = z.infer<typeof DayAlert>;

/** `next` is given to the following request as `after`; null: this was the last page. */
export const DayAlertPage = z.object({ items: z.array(DayAlert), next: z.string().nullable() });
