import { z } from 'zod';
import { CameraId, LookedAt } from '#config/camera.ts';
import { Hours, RuleName, Severity, ZoneKind } from '#config/rule.ts';
import { AlgorithmName } from './alert.ts';

const DivisionCode = z.string().regex(/^\d{6}$/, 'the six digits of a GB/T 2260 code');

/** Lower-case letters, digits and dashes; kept apart from the names of models, which it may equal. */
export const AlgorithmId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes, at most 64');

/** How an algorithm looks: its model, the classes it uses, the rule that observes them, and the defaults. */
export const AlgorithmRun = z.strictObject({
  model: AlgorithmId.describe('The name of the model: "street" for the shipped one, or that of an uploaded one'),
  rule: RuleName,
  classes: z
    .array(z.string().trim().min(1).max(100))
    .max(200)
    .describe('The labels that object-present looks for; a shipped rule knows its own, and has none here'),
  dwellMs: z.number().int().min(0).max(86_400_000),
  threshold: z.number().min(0.05).max(0.99).nullable().describe('null: the model’s own'),
  zoneKind: ZoneKind.nullable().describe('The zones it looks into; null: anywhere in the picture'),
  movesAbout: z.boolean().describe('The thing is at no place: it is one problem wherever it goes in the picture'),
  samplePeriodMs: z.number().int().min(40).max(60_000).nullable().describe('null: as the rule wants'),
  regions: LookedAt.extract(['zones', 'whole']),
});
export type AlgorithmRun = z.infer<typeof AlgorithmRun>;

/** The class of the cases that come of it. */
const CaseClass = z.strictObject({
  severity: Severity,
  codeset: z.string().trim().min(1).max(80),
  code: z.string().trim().min(1).max(40),
});

/** Who owns an algorithm, and how far it is shared. */
const Share = z.strictObject({
  scope: z.enum(['province', 'city', 'county']),
  owner: z.string().trim().min(1).max(80),
  division: DivisionCode.nullable()
    .default(null)
    .describe(
      'The owner’s: county is shared within it, city within its city, province everywhere. null in a request: that of the account, or as it was; in an answer: the whole site’s',
    ),
});

export const DefinitionBody = z.strictObject({
  name: AlgorithmName,
  runs: AlgorithmRun.nullable().describe('null: catalogued, without anything that could run'),
  raises: CaseClass.nullable(),
  share: Share,
  licence: z.string().trim().max(200),
});
export type DefinitionBody = z.infer<typeof DefinitionBody>;

/**
 * catalogued: known by name, without a model; no-model: its model is not here, or in no stage that runs; runnable: it would
 * run where it is bound.
 */
export const DefinitionState = z.enum(['catalogued', 'no-model', 'runnable']);
export type DefinitionState = z.infer<typeof DefinitionState>;

/** An algorithm: what it is, whether it could run, and where it is bound. */
export const AlgorithmDefinition = DefinitionBody.extend({
  id: z.string(),
  revision: z.number().int().describe('0: the site’s settings state it'),
  state: DefinitionState,
  cameras: z.number().int().describe('That it watches now: those of its bindings, and those whose own rule it is'),
});
export type AlgorithmDefinition = z.infer<typeof AlgorithmDefinition>;

export const NewAlgorithmDefinition = DefinitionBody.extend({ id: AlgorithmId });
export type NewAlgorithmDefinition = z.infer<typeof NewAlgorithmDefinition>;

export const DefinitionPatch = DefinitionBody.extend({
  revision: z.number().int().describe('The one that this change was made on'),
});
export type DefinitionPatch = z.infer<typeof DefinitionPatch>;

export const DefinitionRevision = z.object({
  revision: z.number().int(),
  at: z.iso.datetime(),
  by: z.string(),
  body: DefinitionBody,
});

/** workdays: by the national calendar with its shifted days (调休); restdays: all others. */
export const BoundDays = z.enum(['workdays', 'restdays']);
export type BoundDays = z.infer<typeof BoundDays>;

/** Where an algorithm is to watch: at least one camera, library or division. */
const Reach = z.strictObject({
  cameras: z.array(CameraId).max(5000).default([]),
  libraries: z.array(z.string().max(128)).max(100).default([]),
  divisions: z.array(DivisionCode).max(100).default([]),
});

export const NewAlgorithmBinding = Reach.extend({
  hours: z.array(Hours).max(8).nullable().default(null).describe('Of local time; null: always'),
  days: BoundDays.nullable().default(null).describe('null: every day'),
  reason: z.string().trim().min(1).max(500),
});
export type NewAlgorithmBinding = z.infer<typeof NewAlgorithmBinding>;

export const BindingQuestion = Reach;
export type BindingQuestion = z.infer<typeof BindingQuestion>;

export const AlgorithmBound = z.object({
  id: z.string(),
  algorithm: z.string(),
  cameras: z.array(z.string()),
  libraries: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
  divisions: z.array(z.string()),
  hours: z.array(z.string()).nullable(),
  days: BoundDays.nullable(),
  division: z.string().describe('Of whoever bound it: it reaches no camera outside'),
  department: z.string().nullable(),
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  reaches: z.number().int().describe('Cameras that it reaches now'),
  beyond: z.number().int().describe('Cameras that it names, and that the algorithm is not shared with any more'),
  revoked: z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).nullable(),
});
export type AlgorithmBound = z.infer<typeof AlgorithmBound>;

/** A model that an algorithm may look with. */
export const AlgorithmModel = z.object({
  name: z.string(),
  labels: z.array(z.string()).nullable().describe('null: not known'),
  runs: z.boolean().describe('It runs where it is bound'),
});
export type AlgorithmModel = z.infer<typeof AlgorithmModel>;

/** What became of a list that was taken into the catalogue. */
export const CatalogueOutcome = z.object({
  added: z.number().int(),
  known: z.array(z.string()).describe('Ids that were there already; they stay as they are'),
});
export type CatalogueOutcome = z.infer<typeof CatalogueOutcome>;
