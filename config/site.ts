import { z } from 'zod';
import { CameraConfig, LngLat } from './camera.ts';
import { RuleSettings } from './rule-settings.ts';

/** Boundaries of the city's districts. The CRS is stated, never guessed. */
const Boundaries = z.strictObject({
  path: z.string().describe('A GeoJSON file: relative to the site folder, or "npm:package/file"'),
  crs: z.enum(['WGS84', 'GCJ02', 'BD09']),
  attribution: z.string(),
});

export const UnitConfig = z.strictObject({
  id: z.string().regex(/^[\p{L}\p{N}._-]{1,64}$/u),
  name: z.string().min(1).max(80),
  division: z.string().regex(/^\d{6}$/),
  department: z.string().max(64).default('城管'),
});
export type UnitConfig = z.infer<typeof UnitConfig>;

/** A site folder's `site.json`: imported at the first start; from then on the database is the truth. */
export const SiteConfig = z.strictObject({
  name: z.strictObject({ zh: z.string(), en: z.string() }),
  division: z
    .string()
    .regex(/^\d{6}$/)
    .describe('The city’s GB/T 2260 code'),
  timeZone: z.string().default('Asia/Shanghai'),
  centre: LngLat,
  zoom: z.number().min(0).max(22),
  boundaries: Boundaries,
  rules: RuleSettings,
  longestQuietMs: z.number().int().min(1000).default(15_000).describe('A still scene is analysed at least this often'),
  endAfterMs: z
    .number()
    .int()
    .min(1000)
    .default(12_000)
    .describe('An alert ends when not seen this long on analysed frames'),
  suppressionMs: z
    .number()
    .int()
    .default(7 * 86_400_000)
    .describe('How long a false alarm keeps its place quiet'),
  stateHistoryMs: z
    .number()
    .int()
    .min(86_400_000)
    .default(400 * 86_400_000)
    .describe('How long it is kept when a camera was reached and when not'),
  clipsKeptMs: z
    .number()
    .int()
    .min(86_400_000)
    .default(30 * 86_400_000)
    .describe('How long the clips of alerts are kept; their pictures stay'),
  spoolBytes: z
    .number()
    .int()
    .min(16 * 2 ** 20)
    .default(512 * 2 ** 20)
    .describe('What each analysis process may keep on disk for clips to come'),
  model: z.string().default('street').describe('The algorithm package: a folder of models/'),
  units: z.array(UnitConfig).default([]),
  cameras: z.array(CameraConfig).default([]),
  notice: z
    .strictObject({ zh: z.string(), en: z.string() })
    .optional()
    .describe('A line the wall shows: what is special here'),
});
export type SiteConfig = z.infer<typeof SiteConfig>;
