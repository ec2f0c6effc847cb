import { z } from 'zod';

const share = z.number().min(0).max(1);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);
const fileName = z
  .string()
  .regex(/^[\p{L}\p{N}_-][\p{L}\p{N}._-]{0,119}$/u, 'the name of a file in the package folder, without a path');

/** How the picture is fitted into the network's input. */
const Resize = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stretch').describe('Both sides are scaled on their own; nothing is padded') }),
  z.strictObject({
    kind: z.literal('letterbox').describe('The aspect ratio is kept and the rest is padded'),
    anchor: z.enum(['centre', 'top-left']).describe('Where the picture lies in the input'),
    padValue: z.number().int().min(0).max(255).describe('The value of a padded channel, 0..255, before normalisation'),
  }),
]);
export type Resize = z.infer<typeof Resize>;

/** The picture input: normalised = (pixel × scale − mean) / std, per channel in `colourOrder`. */
const ManifestInput = z.strictObject({
  name: z.string().min(1).describe('The name of the picture input in the graph'),
  layout: z.enum(['NCHW', 'NHWC']),
  dtype: z
    .enum(['u8', 'f32', 'f16'])
    .describe('u8: whole pixels, normalised inside the graph; f32 and f16: normalised before it'),
  colourOrder: z.enum(['RGB', 'BGR']).describe('The order of the channels that the graph expects'),
  scale: z.number().gt(0).default(1).describe('What a pixel 0..255 is multiplied with first, for example 1/255'),
  mean: perChannel.default([0, 0, 0]).describe('Subtracted after the scale, in colourOrder'),
  std: perChannel.default([1, 1, 1]).describe('Divided by last, in colourOrder'),
  resize: Resize,
  widthPx: z.number().int().min(16).max(8192),
  heightPx: z.number().int().min(16).max(8192),
});

/** A further input that some graphs want beside the picture. */
const SideInput = z.strictObject({
  name: z.string().min(1),
  value: z
    .enum(['source-size-wh', 'source-size-hw', 'input-size-hw', 'scale-factor-yx', 'pixel-mask'])
    .describe('Two numbers in the stated order; pixel-mask: (1, height, width), 1 where the picture lies'),
  dtype: z.enum(['i64', 'f32']),
});

/** What the graph gives and how it is read. `family` chooses the decoder; the other fields are what it asks for. */
export const ManifestOutput = z.strictObject({
  family: z.string().min(1).describe('The decoder: a key of the table in models/decoders/table.ts'),
  names: z
    .strictObject({
      raw: z.string().min(1).optional().describe('The one tensor of families that keep boxes and scores together'),
      boxes: z.string().min(1).optional(),
      scores: z.string().min(1).optional(),
      classes: z.string().min(1).optional(),
      count: z.string().min(1).optional().describe('How many rows are valid'),
      masks: z.string().min(1).optional().describe('Prototype masks (1, coefficients, h, w)'),
      heads: z.array(z.string().min(1)).min(1).max(16).optional().describe('One tensor or two per stride, by stride'),
    })
    .describe('The graph’s output names by their role'),
  boxFormat: z
    .enum(['xyxy', 'cxcywh', 'xywh', 'yxyx'])
    .default('xyxy')
    .describe('The four numbers of a box: two corners, centre and size, top-left and size, or corners with y first'),
  boxUnit: z
    .enum(['input-px', 'normalised', 'source-px'])
    .default('input-px')
    .describe('Pixels of the input, shares 0..1 of the input, or pixels of the source picture'),
  scoreActivation: z
    .enum(['none', 'sigmoid', 'softmax'])
    .default('none')
    .describe('What is still to be applied to the scores; none: the graph has applied it'),
  objectness: z.boolean().default(false).describe('A column of objectness stands before the class scores'),
  arrangement: z
    .enum(['rows', 'columns'])
    .default('rows')
    .describe('rows: (1, boxes, numbers); columns: (1, numbers, boxes)'),
  columns: z
    .array(z.enum(['batch', 'box', 'score', 'class', 'angle', 'coefficients', 'keypoints']))
    .min(2)
    .optional()
    .describe('What the numbers of a finished row are, in order; box is four of them'),
  classOffset: z
    .number()
    .int()
    .min(0)
    .max(1)
    .default(0)
    .describe('The column or the number of the first label: 1 where 0 is the background'),
  noObjectLast: z.boolean().default(false).describe('The last class column means that nothing is there'),
  maskCoefficients: z.number().int().min(0).max(256).default(0).describe('Numbers of a row that weigh the prototypes'),
  keypoints: z
    .strictObject({
      count: z.number().int().min(1).max(256),
      numbers: z.union([z.literal(2), z.literal(3)]).describe('x, y, and with 3 the score'),
    })
    .optional(),
  angle: z.boolean().default(false).describe('Boxes are turned about their centre; radians, the last number of a row'),
  anchors: z
    .array(z.array(z.tuple([z.number().gt(0), z.number().gt(0)])).min(1))
    .min(1)
    .max(8)
    .optional()
    .describe('Width and height of each anchor in px, by stride'),
  strides: z.array(z.number().int().min(1)).min(1).max(8).optional().describe('Strides of the feature levels, px'),
  regMax: z.number().int().min(1).max(64).optional().describe('Largest bin of a distance distribution (DFL)'),
});
export type ManifestOutput = z.infer<typeof ManifestOutput>;

/** What happens between the decoder and the tracker. */
const ManifestSelection = z.strictObject({
  maxCandidates: z.number().int().min(1).max(300).default(300).describe('The surest candidates that enter NMS'),
  lowScore: z
    .number()
    .min(0.01)
    .max(0.99)
    .default(0.15)
    .describe('Boxes from here up to their threshold only continue a track that exists'),
  thresholds: z
    .strictObject({
      default: z.number().min(0.01).max(0.99),
      byLabel: z.record(z.string(), z.number().min(0.01).max(0.99)).default({}),
    })
    .describe('The score from which a box alone is believed, 0..1'),
  nmsIou: share.describe('Of two boxes of one group that overlap more than this (IoU) the surer stays'),
  classGroups: z
    .record(z.string().min(1), z.array(z.string()).min(1))
    .default({})
    .describe('Labels that one physical thing is seen as in turn; a label in no group is a group of its own'),
  containment: z
    .strictObject({ share: share.describe('Part of the smaller box that lies in the larger one') })
    .optional()
    .describe('A larger, less sure box around a surer box of its group is dropped'),
  maxAreaShare: z
    .record(z.string(), share)
    .default({})
    .describe('By group: boxes over this share of the picture are dropped'),
  yields: z
    .array(
      z.strictObject({
        groups: z.array(z.string()).min(1),
        to: z.array(z.string()).min(1),
        iou: share.describe('How well the two boxes coincide'),
        scoreFactor: z.number().gt(0).max(2).describe('The other must score more than this times its own score'),
      }),
    )
    .default([])
    .describe('A box of `groups` that coincides with a box of `to` is that other thing'),
});

/** `manifest.json` of an algorithm package: all that is needed to run its graph and to read what comes out. */
export const Manifest = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'three numbers, like 1.0.0'),
  description: z.string().max(2000).default(''),
  licence: z.string().min(1).describe('SPDX identifier, or words'),
  attribution: z.array(z.string().min(1)).default([]).describe('What must be said wherever the package is used'),
  onnx: z.strictObject({
    file: fileName,
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits')
      .optional(),
  }),
  labelsFile: fileName.default('labels.txt').describe('One label a line, in the order of the class columns'),
  input: ManifestInput,
  sideInputs: z.array(SideInput).max(4).default([]),
  output: ManifestOutput,
  selection: ManifestSelection,
});
export type Manifest = z.infer<typeof Manifest>;
