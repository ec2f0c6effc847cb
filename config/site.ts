import { z } from 'zod';
import { CameraConfig, LngLat } from './camera.ts';
import { CaseChecks } from './case-checks.ts';
import { CASE_CLASSES, CaseClass } from './case-classes.ts';
import { CaseClocks, WorkingHours } from './case-clocks.ts';
import { RuleSettings } from './rule-settings.ts';

/** Outlines of named areas, as the city's districts. The CRS is stated, never guessed. */
const Boundaries = z.strictObject({
  path: z.string().describe('A GeoJSON file: relative to the site folder, or "npm:package/file"'),
  crs: z.enum(['WGS84', 'GCJ02', 'BD09']),
  attribution: z.string(),
});

function isTileTemplate(text: string): boolean {
  const filled = text.replace(/\{(z|x|y|key)\}/g, '0');
  if (filled.includes('{') || !URL.canParse(filled)) return false;
  const { protocol, username, password } = new URL(filled);
  const host = /^https?:\/\/([^/?#]*)/.exec(text)?.[1] ?? '{';
  const isWhole = ['{z}', '{x}', '{y}'].every((part) => text.includes(part));
  return isWhole && /^https?:$/.test(protocol) && username + password === '' && !host.includes('{');
}

/** What lies under the cameras: a file of the site folder, or the pictures of a tile server that only the engine asks. */
export const BasemapConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pmtiles'),
    path: z
      .string()
      .regex(/^(?!.*\.\.)[^/\\][^\\]*\.pmtiles$/, 'a .pmtiles file, relative to the site folder and within it'),
    attribution: z.string(),
  }),
  z.strictObject({
    kind: z.literal('wmts'),
    template: z
      .string()
      .max(1000)
      .refine(isTileTemplate, 'an http(s) address with {z}, {x}, {y} and, where one is needed, {key}; none in its host')
      .describe('A tile of the Web Mercator pyramid; {key} is CHENGNAO_BASEMAP_KEY, which no page ever sees'),
    minZoom: z.number().int().min(0).max(22).default(1),
    maxZoom: z.number().int().min(0).max(22).default(18),
    cacheMiB: z.number().int().min(1).max(1_048_576).default(1024).describe('How much of the disk its tiles may take'),
    attribution: z.string(),
  }),
]);
export type BasemapConfig = z.infer<typeof BasemapConfig>;

export const UnitConfig = z.strictObject({
  id: z.string().regex(/^[\p{L}\p{N}._-]{1,64}$/u),
  name: z.string().min(1).max(80),
  division: z.string().regex(/^\d{6}$/),
  department: z.string().max(64).default('城管'),
  lngLat: LngLat.optional().describe('Where it is stationed, WGS84'),
  workingHours: WorkingHours.optional().describe('When it works on working days; absent: as the city does'),
});
export type UnitConfig = z.infer<typeof UnitConfig>;

/** When cameras of one host, one subnet or one department of a county are said to have failed together. */
const OutageRule = z.strictObject({
  cameras: z.number().int().min(2).default(10).describe('At least so many of them are lost'),
  share: z.number().gt(0).max(1).default(0.5).describe('And at least this share of those in service'),
  withinMs: z.number().int().min(10_000).max(3_600_000).default(120_000).describe('Within this time'),
});
export type OutageRule = z.infer<typeof OutageRule>;

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
  townships: Boundaries.optional().describe(
    'Outlines of townships and streets (乡镇街道), each with a code and a name',
  ),
  basemap: BasemapConfig.optional().describe('Absent: the districts alone'),
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
  probePeriodMs: z
    .number()
    .int()
    .min(5000)
    .max(86_400_000)
    .default(1_800_000)
    .describe('Within this time every camera that nobody has open is asked once whether its stream answers'),
  caseClocks: CaseClocks.default(() => CaseClocks.parse({})).describe('How long what of a case may take'),
  caseClasses: z
    .array(CaseClass)
    .max(500)
    .default([...CASE_CLASSES])
    .describe('What can be reported, by its code'),
  caseChecks: CaseChecks.default(() => CaseChecks.parse({})).describe(
    'How the camera that raised a case looks again once it was handled',
  ),
  outages: OutageRule.default(() => OutageRule.parse({})),
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
