import { z } from 'zod';

/** Left, top, right, bottom in pixels of the picture, its first pixel from 0 to 1. The one convention of all sets. */
export const BoxPx = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type BoxPx = z.infer<typeof BoxPx>;

const ClassName = z.string().trim().min(1).max(100);

export const LabelledBox = z.object({
  class: ClassName,
  xyxyPx: BoxPx,
  crowd: z.boolean().describe('Many of a class in one box, as COCO marks them: neither found nor missed counts'),
});
export type LabelledBox = z.infer<typeof LabelledBox>;

/** A negative clip: nothing that its set knows happens in it, so every alarm in it is a false one. */
export const LabelledClip = z.object({
  id: z.string(),
  name: z.string(),
  durationMs: z.number(),
  everyMs: z.number().describe('How far apart its pictures lie'),
  pictures: z.number().int(),
});
export type LabelledClip = z.infer<typeof LabelledClip>;

export const LabelledSet = z.object({
  id: z.string(),
  name: z.string(),
  licence: z.string().describe('Of its pictures and boxes, in words'),
  classes: z.array(z.string()),
  algorithm: z.string().nullable().describe('Grown from the verdicts on alerts of this algorithm; null: made by hand'),
  revision: z.number().int().describe('One more with every change'),
  by: z.string(),
  at: z.iso.datetime(),
  pictures: z.number().int().describe('Those that you may see'),
  boxes: z.number().int(),
  negatives: z.number().int().describe('Pictures without a box'),
  clips: z.array(LabelledClip),
});
export type LabelledSet = z.infer<typeof LabelledSet>;

export const NewLabelledSet = z.strictObject({
  name: z.string().trim().min(1).max(120),
  licence: z.string().trim().min(1).max(500),
  classes: z.array(ClassName).max(1000).default([]),
});
export type NewLabelledSet = z.infer<typeof NewLabelledSet>;

/** A picture with its boxes. */
export const LabelledItem = z.object({
  id: z.string(),
  setId: z.string(),
  name: z.string(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  boxes: z.array(LabelledBox),
  crop: BoxPx.nullable().describe('Only what lies in it was judged; null: the whole picture'),
  clipId: z.string().nullable(),
  atMs: z.number().nullable().describe('Where in its clip'),
  alertId: z.string().nullable().describe('The alert whose verdict it comes from; null: it was imported'),
  verdict: z.enum(['confirmed', 'false', 'wrong-class']).nullable(),
  at: z.iso.datetime(),
});
export type LabelledItem = z.infer<typeof LabelledItem>;

export const LabelledItemPage = z.object({
  items: z.array(LabelledItem),
  next: z.string().nullable().describe('Where the next page begins; null: this is the last'),
});

export const LabelFormat = z.enum(['yolo', 'coco']);
export type LabelFormat = z.infer<typeof LabelFormat>;

/** What can be wrong in an archive; the page has words for each. */
export const LabelIssueCode = z.enum([
  'picture-unreadable',
  'not-five-numbers',
  'not-numbers',
  'class-unknown',
  'box-outside',
  'image-unknown',
  'size-differs',
  'annotation-incomplete',
]);
export type LabelIssueCode = z.infer<typeof LabelIssueCode>;

/** What is wrong in an archive: where, what stood there, and what may stand there. */
export const LabelIssue = z.object({
  code: LabelIssueCode,
  file: z.string().max(300),
  line: z.number().int().nullable(),
  got: z.string().max(300),
  expected: z.string().max(300),
});
export type LabelIssue = z.infer<typeof LabelIssue>;

/** What an import would do, or did. What has an issue is left out; the rest can be taken. */
export const LabelledImport = z.object({
  id: z.string(),
  setId: z.string(),
  fileName: z.string(),
  state: z.enum(['ready', 'applied']),
  format: LabelFormat.or(z.literal('clip')),
  pictures: z.number().int().describe('That can be read'),
  boxes: z.number().int(),
  negatives: z.number().int(),
  withoutLabels: z.number().int().describe('Pictures that no label file is for; taken as negatives'),
  newClasses: z.array(z.string()).describe('That the set does not have yet'),
  sameBytes: z.number().int().describe('Left out: the very picture is there already'),
  sameLook: z.number().int().describe('Left out: a picture that looks the same, with the same boxes, is there already'),
  added: z.number().int().describe('Pictures that come, or came, into the set'),
  issues: z.array(LabelIssue).max(200),
  issueCount: z.number().int(),
});
export type LabelledImport = z.infer<typeof LabelledImport>;

/** blurred: heads of people and the lower parts of vehicles, where the street model sees them; see README. */
export const NewLabelledExport = z.strictObject({ format: LabelFormat, blurred: z.boolean() });
export type NewLabelledExport = z.infer<typeof NewLabelledExport>;
