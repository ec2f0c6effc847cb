import { z } from 'zod';

/** What an inspection of an uploaded algorithm can find; the page has words for each. */
export const InspectionCode = z.enum([
  // The file as such.
  'file-missing',
  'file-empty',
  'file-too-large',
  'file-type',
  'file-hash',
  // A package's archive.
  'zip-damaged',
  'zip-too-many-parts',
  'zip-unfolds-too-large',
  'zip-path',
  'zip-link',
  'zip-encrypted',
  'package-parts',
  // What a package states.
  'manifest-invalid',
  'family-unknown',
  'labels-invalid',
  'labels-count',
  'licence-missing',
  // The graph.
  'onnx-unreadable',
  'onnx-hash',
  'onnx-external-data',
  'ir-version',
  'opset',
  'custom-operators',
  'graph-input',
  'graph-output',
  'graph-refused',
  'input-stride',
  'dynamic-shape',
  'outputs-unknown',
  // How its picture is fed.
  'fed-as-it-is',
  'further-inputs',
  'fold-differs',
  // Its samples.
  'sample-unreadable',
  'sample-failed',
  'class-unknown',
  // The inspection itself.
  'answer-unknown',
  'inspection-failed',
  'sandbox-memory',
  'sandbox-time',
  'sandbox-crash',
]);
export type InspectionCode = z.infer<typeof InspectionCode>;

/** refusal: it cannot be used so; warning: it can, but somebody should look; note: worth knowing. */
const Severity = z.enum(['refusal', 'warning', 'note']);

const Said = z.string().max(1000).nullable();

export const InspectionFinding = z.object({
  code: InspectionCode,
  severity: Severity,
  what: z.string().max(200).describe('The part of the upload that is meant'),
  got: Said,
  expected: Said,
});
export type InspectionFinding = z.infer<typeof InspectionFinding>;

const Border = z.object({
  name: z.string().max(300),
  dims: z.array(z.number().nullable()).max(32).describe('null: open'),
  elementType: z.number().describe('As onnx.proto numbers them'),
});

const Point = z.tuple([z.number(), z.number()]);

/** One thing found in a sample picture, in its pixels. */
const SampleFinding = z.object({
  label: z.string(),
  score: z.number(),
  boxXyxyPx: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  cornersPx: z.array(Point).optional(),
  keypoints: z.array(z.object({ atPx: Point, score: z.number() })).optional(),
  outlinePx: z.array(Point).optional(),
});

const Sample = z.object({
  name: z.string().max(300),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  inferenceMs: z.number(),
  decodeMs: z.number(),
  found: z.array(SampleFinding).max(100),
});

/** What came of opening an uploaded algorithm in a process of its own. */
export const Inspection = z.object({
  accepted: z.boolean().describe('Nothing was refused, and it ran'),
  kind: z.enum(['onnx', 'package']).nullable(),
  bytes: z.number().int(),
  sha256: z.string().nullable().describe('Of the file as it was uploaded'),
  findings: z.array(InspectionFinding).max(200),
  graph: z
    .object({
      irVersion: z.number(),
      opset: z.number(),
      producer: z.string().max(300),
      inputs: z.array(Border).max(64),
      outputs: z.array(Border).max(64),
    })
    .nullable(),
  manifest: z.record(z.string(), z.unknown()).nullable().describe('As stated by the package, or guessed'),
  guessedFrom: z
    .enum(['metadata', 'names', 'shape'])
    .nullable()
    .describe('null: the manifest is stated, or there is none'),
  labels: z.array(z.string().max(300)).max(10_000).nullable(),
  questions: z
    .array(z.object({ code: z.string(), guess: z.string().nullable(), choices: z.array(z.string()) }))
    .max(20)
    .describe('What a person must say before the guess is more than one'),
  feeding: z
    .object({
      folded: z.array(z.enum(['layout', 'colour-order', 'cast', 'normalisation'])),
      kept: z.enum(['nothing-to-fold', 'half-precision', 'dynamic-shape', 'old-opset', 'differs']).nullable(),
    })
    .nullable()
    .describe('What of the picture’s preparation was put into the graph, or why it is fed as the graph wants it'),
  samples: z.array(Sample).max(16),
  parts: z.array(z.object({ name: z.string().max(300), bytes: z.number().int() })).max(1000),
  modelCard: z.string().max(20_000).nullable(),
});
export type Inspection = z.infer<typeof Inspection>;
