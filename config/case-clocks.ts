import { z } from 'zod';

/**
 * What a time limit is counted in. `urgent-hours` 紧急工作时 and `natural-days` 自然日 run day and night; `working-hours` 工作时 run
 * within the working hours of working days; a `working-days` 工作日 is as much of them as a whole day has.
 */
export const TimeUnit = z.enum(['urgent-hours', 'working-hours', 'working-days', 'natural-days']);
export type TimeUnit = z.infer<typeof TimeUnit>;

export const TimeLimit = z.strictObject({ amount: z.number().positive().max(1000), unit: TimeUnit });
export type TimeLimit = z.infer<typeof TimeLimit>;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day as HH:MM, up to 24:00');
const Day = z.iso.date();

/** Strings of one form compare as the times that they say. */
const isOneAfterTheOther = (spans: readonly (readonly [string, string])[]): boolean =>
  spans.every(([from, until], i) => from < until && (i === 0 || spans[i - 1]![1] <= from));

/** Spans of a day in which is worked. */
export const WorkingHours = z
  .array(z.tuple([TimeOfDay, TimeOfDay]))
  .min(1)
  .max(6)
  .refine(isOneAfterTheOther, 'spans of the day, each ending after it begins, one after the other');
export type WorkingHours = z.infer<typeof WorkingHours>;

/** Who may be told of what is late. */
const ToldRole = z.enum(['operator', 'dispatcher', 'administrator']);

/** 提级: what is told to whom, and supervised, when a case is late for longer or was returned too often. */
const Escalation = z.strictObject({
  afterOverdue: TimeLimit.optional().describe('So long after a clock ran out, in the clock’s own calendar'),
  afterReturns: z.number().int().min(1).max(20).optional().describe('When it was returned for the so-manieth time'),
  tell: z.array(ToldRole).min(1),
  supervise: z.boolean().default(false).describe('Whether it is supervised (督办) from then on'),
});

const limit = (amount: number, unit: TimeUnit): TimeLimit => ({ amount, unit });

/** How long what of a case may take. Deadlines are local policy; the defaults are one city's, as far as they are published. */
export const CaseClocks = z.strictObject({
  workingHours: WorkingHours.default([
    ['08:30', '12:00'],
    ['14:00', '18:00'],
  ]).describe('Of the city; a unit may have its own'),
  holidays: z.array(Day).default([]).describe('Days off besides those of the national calendar'),
  workdays: z.array(Day).default([]).describe('Days worked although the national calendar, or the week, has them off'),
  registerWithin: TimeLimit.default(limit(0.25, 'urgent-hours')).describe('From a report to its registering'),
  dispatchWithin: TimeLimit.default(limit(0.25, 'urgent-hours')).describe('From registering to dispatch'),
  checkWithin: TimeLimit.default(limit(0.5, 'urgent-hours')).describe('From handled to checked'),
  handleWithin: z
    .array(z.strictObject({ codeset: z.string(), code: z.string(), limit: TimeLimit }))
    .default([
      { codeset: 'CJ/T 214', code: '01-02', limit: limit(4, 'urgent-hours') },
      { codeset: 'CJ/T 214', code: '05-01', limit: limit(2, 'urgent-hours') },
      { codeset: 'local', code: '01-84', limit: limit(1, 'working-days') },
    ])
    .describe('From dispatch to handled, by class'),
  handleOthersWithin: TimeLimit.default(limit(2, 'working-hours')).describe('The same of every other class'),
  yellowShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(1 / 3)
    .describe('The lamp is yellow once no more than this share is left'),
  escalations: z
    .array(Escalation)
    .max(10)
    .default([
      { afterOverdue: limit(2, 'urgent-hours'), tell: ['administrator'], supervise: true },
      { afterReturns: 2, tell: ['administrator'], supervise: true },
    ])
    .describe('When a case is told to somebody higher'),
});
export type CaseClocks = z.infer<typeof CaseClocks>;
