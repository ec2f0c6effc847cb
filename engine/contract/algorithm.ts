import { z } from 'zod';
import { Inspection } from './inspection.ts';
import { RolloutLimits, RolloutShare } from './rollout-terms.ts';

/**
 * draft: uploaded; validated: its questions are answered and it ran; shadow: beside the one that runs, its alerts kept
 * apart; canary: on a share of the cameras; full: on all; quarantined: its process died again and again, and it runs
 * nowhere until somebody releases it; retired: never again.
 */
export const AlgorithmStage = z.enum(['draft', 'validated', 'shadow', 'canary', 'full', 'quarantined', 'retired']);
export type AlgorithmStage = z.infer<typeof AlgorithmStage>;

/**
 * What can be done with a version; adjust: another share of the cameras, other limits, the stage stays; replaced and restored happen to the one that another takes the place of, quarantine to
 * one that crashes.
 */
export const AlgorithmMove = z.enum([
  'validate',
  'shadow',
  'canary',
  'promote',
  'withdraw',
  'retire',
  'adjust',
  'release',
  'replaced',
  'restored',
  'quarantine',
]);
export type AlgorithmMove = z.infer<typeof AlgorithmMove>;

const VersionNumber = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'three numbers, like 1.0.0');
const AlgorithmName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes');

/** One file that was uploaded, as it was inspected; it never changes, but for where it stands. */
export const AlgorithmVersion = z.object({
  id: z.string(),
  algorithm: z.string(),
  version: z.string(),
  sha256: z.string().describe('Of the file as it was uploaded'),
  fileName: z.string(),
  bytes: z.number().int(),
  licence: z.string(),
  uploadedBy: z.string(),
  at: z.iso.datetime(),
  stage: AlgorithmStage,
  since: z.iso.datetime(),
  inspection: Inspection,
  moves: z.array(
    z.object({
      move: AlgorithmMove,
      fromStage: AlgorithmStage,
      toStage: AlgorithmStage,
      by: z.string(),
      reason: z.string(),
      at: z.iso.datetime(),
    }),
  ),
});
export type AlgorithmVersion = z.infer<typeof AlgorithmVersion>;

/** Asks for a step of a version. */
export const NewAlgorithmMove = z.strictObject({
  move: AlgorithmMove.exclude(['replaced', 'restored', 'quarantine']),
  reason: z.string().trim().min(1).max(500),
  share: RolloutShare.optional().describe(
    'In the shadow and on trial: of the cameras, one at least; absent: a tenth, or as before',
  ),
  limits: RolloutLimits.partial()
    .optional()
    .describe('What takes it back by itself; absent: as before, or as is the rule'),
});
export type NewAlgorithmMove = z.infer<typeof NewAlgorithmMove>;

/** receiving: bytes are still to come; inspecting: it is open in the sandbox; inspected: see its inspection. */
export const UploadState = z.enum(['receiving', 'inspecting', 'inspected']);
export type UploadState = z.infer<typeof UploadState>;

/** Announces an upload; its bytes follow in as many parts as need be. */
export const NewAlgorithmUpload = z.strictObject({
  fileName: z.string().trim().min(1).max(200),
  bytes: z.number().int().min(1),
  name: AlgorithmName.describe('What it is called unless its package says so'),
  version: VersionNumber.default('1.0.0').describe('Its number unless its package says so'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits')
    .optional(),
});
export type NewAlgorithmUpload = z.infer<typeof NewAlgorithmUpload>;

export const AlgorithmUpload = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  name: z.string(),
  version: z.string(),
  fileName: z.string(),
  bytes: z.number().int(),
  sha256: z.string().nullable().describe('As it was announced; null: it was not'),
  offset: z.number().int().describe('How many bytes have come; the next part begins there'),
  state: UploadState,
  inspection: Inspection.nullable(),
});
export type AlgorithmUpload = z.infer<typeof AlgorithmUpload>;

/** What a person says to an inspection's questions, and the labels of a graph that came without. */
export const InspectionAnswers = z.strictObject({
  answers: z.record(z.string().max(40), z.string().max(100)).default({}),
  labels: z.array(z.string().trim().min(1).max(100)).min(1).max(10_000).nullable().default(null),
});
export type InspectionAnswers = z.infer<typeof InspectionAnswers>;
