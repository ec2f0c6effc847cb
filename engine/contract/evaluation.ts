import { z } from 'zod';

const Share = z.number().min(0).max(1).nullable().describe('null: nothing to divide by');

const ClassResult = z.object({
  class: z.string(),
  label: z.string().describe('What the model calls it'),
  boxes: z.number().int().describe('True ones, without crowds'),
  ap50: Share,
  ap: Share.describe('AP50-95'),
  threshold: z.number(),
  found: z.number().int().describe('True boxes that were found at the threshold, IoU 0.5'),
  falselyFound: z.number().int(),
  precision: Share,
  recall: Share,
  curve: z
    .array(z.object({ score: z.number(), precision: z.number(), recall: z.number() }))
    .max(200)
    .describe('At IoU 0.5, from the surest down'),
});

/** COCO’s AP: 101 recalls, IoU .50 to .95, at most 100 boxes a picture and class, crowds ignored. */
export const EvaluationResult = z.object({
  pictures: z.number().int(),
  boxes: z.number().int(),
  crops: z.number().int().describe('Of the pictures: those of which only a crop was judged, and looked at'),
  ap50: Share.describe('Mean over the classes that have boxes'),
  ap: Share,
  lowScore: z.number().describe('Boxes under it were not asked for'),
  classes: z.array(ClassResult),
  notInModel: z.array(z.string()).describe('Classes of the set that the model has none for; not counted'),
  confusion: z.object({
    classes: z.array(z.string()),
    counts: z
      .array(z.array(z.number().int()))
      .describe('Row: what it truly is, column: what it was called; the last of each: nothing'),
  }),
  negatives: z.object({
    pictures: z.number().int(),
    withFalse: z.number().int().describe('In which something was found at the threshold'),
  }),
  clips: z.object({
    count: z.number().int(),
    hours: z.number(),
    falseAlarms: z.number().int().describe('One thing at one place counts once, until it is gone for ten seconds'),
    falseAlarmsPerHour: z.number().nullable().describe('null: the set has no negative clip'),
  }),
  msPerPicture: z.number(),
});
export type EvaluationResult = z.infer<typeof EvaluationResult>;

/** How well a version did on a set as the set was then. */
export const AlgorithmEvaluation = z.object({
  id: z.string(),
  versionId: z.string(),
  sha256: z.string().describe('Of the version’s file as it was uploaded'),
  setId: z.string(),
  setName: z.string(),
  setRevision: z.number().int(),
  setHash: z.string().describe('SHA-256 over the pictures and boxes that were used'),
  by: z.string(),
  at: z.iso.datetime(),
  result: EvaluationResult,
});
export type AlgorithmEvaluation = z.infer<typeof AlgorithmEvaluation>;

export const NewAlgorithmEvaluation = z.strictObject({
  setId: z.string().min(1).max(128),
  threshold: z.number().min(0.01).max(0.99).optional().describe('For every class; absent: the model’s own'),
  labels: z
    .record(z.string().max(100), z.string().max(100))
    .default({})
    .describe('What the model calls a class of the set, where the names differ'),
});
export type NewAlgorithmEvaluation = z.infer<typeof NewAlgorithmEvaluation>;
