import { z } from 'zod';
import { EvaluationResult } from '../../contract/evaluation.ts';
import { BoxPx, LabelFormat, LabelIssue, LabelledBox } from '../../contract/labelled-set.ts';

/** A zip of pictures and labels, to be unpacked into `folder`. */
const ReadArchive = z.strictObject({ kind: z.literal('read-archive'), path: z.string(), folder: z.string() });

/** A video of which a picture is taken every so often. */
const ReadClip = z.strictObject({
  kind: z.literal('read-clip'),
  path: z.string(),
  folder: z.string(),
  everyMs: z.number(),
});

const Evaluate = z.strictObject({
  kind: z.literal('evaluate'),
  prepared: z.string(),
  threshold: z.number().nullable(),
  classes: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  pictures: z.array(
    z.strictObject({
      file: z.string(),
      boxes: z.array(LabelledBox),
      crop: BoxPx.nullable(),
      clip: z.strictObject({ id: z.string(), atMs: z.number() }).nullable(),
    }),
  ),
  clips: z.array(z.strictObject({ id: z.string(), durationMs: z.number() })),
});
export type Evaluate = z.infer<typeof Evaluate>;

const WriteArchive = z.strictObject({
  kind: z.literal('write-archive'),
  to: z.string(),
  format: LabelFormat,
  name: z.string(),
  licence: z.string(),
  classes: z.array(z.string()),
  /** The package whose boxes say what is blurred; null: nothing is. */
  blurredBy: z.string().nullable(),
  pictures: z.array(
    z.strictObject({
      file: z.string(),
      name: z.string(),
      widthPx: z.number(),
      heightPx: z.number(),
      boxes: z.array(LabelledBox),
      crop: BoxPx.nullable(),
    }),
  ),
});
export type WriteArchive = z.infer<typeof WriteArchive>;

export const ApartRequest = z.discriminatedUnion('kind', [ReadArchive, ReadClip, Evaluate, WriteArchive]);
export type ApartRequest = z.infer<typeof ApartRequest>;

/** A picture that was read: a JPEG without anything beside its pixels, under `pictures` of the folder. */
export const PlannedPicture = z.object({
  file: z.string(),
  name: z.string().max(200),
  sha256: z.string(),
  look: z.string().regex(/^[0-9a-f]{16}$/),
  widthPx: z.number().int().positive(),
  heightPx: z.number().int().positive(),
  boxes: z.array(LabelledBox),
  atMs: z.number().nullable(),
});
export type PlannedPicture = z.infer<typeof PlannedPicture>;

export const ReadPlan = z.object({
  format: LabelFormat.or(z.literal('clip')),
  classes: z.array(z.string()),
  pictures: z.array(PlannedPicture),
  withoutLabels: z.number().int(),
  issues: z.array(LabelIssue),
  issueCount: z.number().int(),
  /** Of a clip. */
  durationMs: z.number().nullable(),
  clipSha256: z.string().nullable(),
});
export type ReadPlan = z.infer<typeof ReadPlan>;

export const Evaluated = EvaluationResult;
export const Written = z.object({ pictures: z.number().int(), blurredPlaces: z.number().int() });
