import type { Day } from './calendar.ts';

/** The cameras of one department of one county on one day. */
export interface RateRow {
  day: Day;
  countyCode: string | null;
  countyName: string | null;
  department: string;
  onlineMs: number;
  knownMs: number;
  losses: number;
  cameras: number;
}
