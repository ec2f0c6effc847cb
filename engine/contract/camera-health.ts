import { z } from 'zod';
import { CameraId } from '#config/camera.ts';
import { CameraState, County } from './camera.ts';

/**
 * How a camera is, for who keeps it: never-seen: it was never online; online: pictures arrive, or its stream answers when
 * asked; degraded: pictures arrive with a fault, or are not to be gone by; checking: seen before, and being connected to;
 * disabled: taken out of service.
 */
export const CameraHealth = z.enum(['never-seen', 'online', 'degraded', 'offline', 'checking', 'disabled']);
export type CameraHealth = z.infer<typeof CameraHealth>;

const Count = z.number().int();
/** 0..1 of the time in which it was known whether cameras were online; null: there was none. */
const Share = z.number().min(0).max(1).nullable();

export const HealthCounts = z.object({
  'never-seen': Count,
  online: Count,
  degraded: Count,
  offline: Count,
  checking: Count,
  disabled: Count,
});
export type HealthCounts = z.infer<typeof HealthCounts>;

/** The cameras of one county or of one department. */
export const HealthGroup = z.object({
  county: County.nullable().describe('null: of all counties, or outside of them'),
  department: z.string().nullable().describe('null: of all departments'),
  counts: HealthCounts,
  today: Share,
  week: Share.describe('Of the last seven days with today'),
  period: Share.describe('Of all days that were asked for'),
});
export type HealthGroup = z.infer<typeof HealthGroup>;

export const HealthDay = z.object({
  day: z.iso.date().describe('On the site’s calendar'),
  online: Share,
  cameras: Count.describe('How many were known on that day'),
  losses: Count.describe('How often one of them was lost'),
});
export type HealthDay = z.infer<typeof HealthDay>;

/** How the cameras are that the account may see, and were on the last days; today is the last and not over. */
export const CameraHealthReport = z.object({
  asOf: z.iso.datetime(),
  by: z.enum(['county', 'department']),
  counts: HealthCounts,
  groups: z.array(HealthGroup),
  days: z.array(HealthDay).describe('Oldest first'),
});
export type CameraHealthReport = z.infer<typeof CameraHealthReport>;

/** One camera's share and losses of a span, beside those of the span before where one was asked for. */
export const HealthLine = z.object({
  id: CameraId,
  name: z.string(),
  department: z.string(),
  county: County.nullable(),
  state: CameraState,
  online: Share,
  losses: Count,
  before: z.object({ online: Share, losses: Count }).nullable(),
});
export type HealthLine = z.infer<typeof HealthLine>;
