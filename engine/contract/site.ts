import { z } from 'zod';
import { SiteConfig } from '#config/site.ts';
import { Basemap } from './basemap.ts';

/** What the page needs to know of the city before it draws: never its cameras' addresses. */
export const Site = SiteConfig.pick({
  name: true,
  division: true,
  timeZone: true,
  centre: true,
  zoom: true,
  rules: true,
  notice: true,
  suppressionMs: true,
  caseClasses: true,
}).extend({
  version: z.string(),
  boundariesAttribution: z.string(),
  townshipsAttribution: z.string().nullable().describe('null: the site has no outlines of townships'),
  basemap: Basemap.nullable().describe('null: the counties’ outlines alone'),
});
export type Site = z.infer<typeof Site>;
