import { z } from 'zod';
import { County } from './camera.ts';

/** What the cameras that failed together have in common: one host, one subnet, or one department of one county. */
export const OutageKind = z.enum(['host', 'subnet', 'area']);
export type OutageKind = z.infer<typeof OutageKind>;

/**
 * Cameras of one place that failed together: one alarm for all of them. It is over when nine in ten are back. Who has the
 * address that they share is not told.
 */
export const Outage = z.object({
  id: z.string(),
  kind: OutageKind,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  cameras: z.number().int().describe('How many failed'),
  lost: z.number().int().describe('How many of them are lost now'),
  county: County.nullable().describe('null: they are of several, or outside of all'),
  department: z.string().nullable().describe('null: they are of several'),
});
export type Outage = z.infer<typeof Outage>;
