import { z } from 'zod';
import { Evidence } from './alert.ts';
import { Box } from './observation.ts';

/** What a camera sees of a case that was handled: what it was raised for is gone, is still there, or that cannot be told. */
export const CheckOutcome = z.enum(['gone', 'still-there', 'unclear']);
export type CheckOutcome = z.infer<typeof CheckOutcome>;

/** Why a camera cannot tell. */
export const CheckReason = z.enum([
  /** Something stands or passes in front of the place, or its surroundings look other than before. */
  ...(['hidden', 'surroundings-changed'] as const),
  /** Nothing is detected, and the place looks as it did when something was. */
  'looks-the-same',
  /** Infrared then and colour now, or light then and dark now. */
  'light-differs',
  ...(['other-view', 'view-moved', 'covered', 'dark', 'frozen', 'turned'] as const),
  ...(['offline', 'not-analysed', 'camera-gone', 'other-model'] as const),
  /** The algorithm that raised it does not watch the camera any more, or no version of its model runs. */
  'not-looked-for',
  /** A dog has no place where it could be missing. */
  'runs-about',
  'no-picture-before',
  /** Its looks did not agree for long enough, or the alert had not ended yet. */
  'disagrees',
]);
export type CheckReason = z.infer<typeof CheckReason>;

/** What the camera of one alert saw. */
export const CheckPart = z.object({
  alertId: z.string(),
  cameraId: z.string(),
  cameraName: z.string(),
  outcome: CheckOutcome,
  reason: CheckReason.nullable(),
  before: Evidence.nullable().describe('The picture that it was compared with'),
  now: z
    .object({
      capturedAt: z.iso.datetime(),
      widthPx: z.number().int(),
      heightPx: z.number().int(),
      boxes: z.array(Box).describe('What was detected then'),
      url: z.string().describe('/api/case-checks/:id/now.jpg?alert=…'),
    })
    .nullable(),
});
export type CheckPart = z.infer<typeof CheckPart>;

/** One time that a case was handled, and its cameras looked again. */
export const CaseCheck = z.object({
  id: z.number().int(),
  askedAt: z.iso.datetime(),
  /** Until then its cameras look; null: that is over. */
  until: z.iso.datetime().nullable(),
  outcome: CheckOutcome.nullable().describe('null: its cameras are looking, or somebody else decided before them'),
  reason: CheckReason.nullable(),
  decidedAt: z.iso.datetime().nullable(),
  parts: z.array(CheckPart),
});
export type CaseCheck = z.infer<typeof CaseCheck>;
