import { z } from 'zod';
import { RuleName } from '#config/rule.ts';

/** Fewer judged alerts suggest nothing. */
export const LEAST_JUDGED = 20;
/** A suggested threshold reaches this precision. */
export const WANTED_PRECISION = 0.9;

/**
 * How often alerts of one algorithm, at one camera or at all, were right, by how sure the model was. Below the threshold that
 * was in force nothing was raised, so a lower one cannot be judged from it.
 */
export const VerdictCurve = z.object({
  cameraId: z.string().nullable().describe('null: all cameras that you may see'),
  cameraName: z.string().nullable(),
  rule: RuleName,
  algorithm: z.string().describe('The model’s name'),
  raised: z.number().int(),
  judged: z.number().int(),
  confirmed: z.number().int(),
  falseOnes: z.number().int(),
  wrongClass: z.number().int(),
  points: z
    .array(
      z.object({
        threshold: z.number(),
        judged: z.number().int().describe('Judged alerts that are as sure or surer'),
        precision: z.number(),
        kept: z.number().describe('Of the confirmed ones, the share that is as sure or surer'),
      }),
    )
    .max(60)
    .describe('From the least sure; none where nothing was judged'),
  suggestion: z
    .object({ threshold: z.number(), judged: z.number().int(), precision: z.number(), kept: z.number() })
    .nullable()
    .describe('null: too few are judged, or no threshold reaches the precision'),
  leastJudged: z.number().int(),
  wantedPrecision: z.number(),
});
export type VerdictCurve = z.infer<typeof VerdictCurve>;
