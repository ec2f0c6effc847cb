import { z } from 'zod';

/** The rules that the product comes with: each is an algorithm of its own, whose defaults the site states. */
export const ShippedRule = z
  .enum(['illegal-parking', 'exposed-garbage', 'street-vendor', 'unleashed-dog'])
  .describe(
    'unleashed-dog is experimental: never measured on labelled pictures, and bound to no camera unless someone does',
  );
export type ShippedRule = z.infer<typeof ShippedRule>;

/**
 * What a camera can be asked to watch for; each has an observer in `engine/observations`. object-present knows nothing of
 * what it looks for: an algorithm's definition says of which classes.
 */
export const RuleName = z.enum([...ShippedRule.options, 'object-present']);
export type RuleName = z.infer<typeof RuleName>;

export const ZoneKind = z.enum(['no-parking', 'no-vending', 'keep-clean', 'leash', 'watch']);
export type ZoneKind = z.infer<typeof ZoneKind>;

/** A rule looks only inside zones of its own kind. */
export const ZONE_KIND_OF_RULE: Record<RuleName, ZoneKind> = {
  'illegal-parking': 'no-parking',
  'exposed-garbage': 'keep-clean',
  'street-vendor': 'no-vending',
  'unleashed-dog': 'leash',
  'object-present': 'watch',
};

export const Severity = z.enum(['critical', 'major', 'minor', 'info']);
export type Severity = z.infer<typeof Severity>;

/** A daily span of local time in which a rule is in force, "07:00-22:00"; a span may run past midnight or end at 24:00. */
export const Hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a span of local time like "07:00-22:00"');

/** A second model that looks closely at a fact of a rule before it becomes an alert. */
const VerifierSetting = z.strictObject({
  model: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'the name of a folder of models/')
    .describe('The algorithm package: a folder of models/, "street" for the shipped one'),
  threshold: z
    .number()
    .min(0.05)
    .max(0.99)
    .optional()
    .describe('Least score of what it sees there, 0..1; absent: the model’s own'),
});

/** The city's own setting for a rule; a camera's binding may override dwell, threshold and hours. */
export const RuleSetting = z.strictObject({
  dwellMs: z.number().int().min(0).describe('How long the fact must last before it is an alert, milliseconds'),
  threshold: z.number().min(0.05).max(0.99).optional().describe('Least detector score, 0..1; absent: the model’s own'),
  hours: z.array(Hours).optional().describe('Local hours in force; absent: always'),
  verifier: VerifierSetting.optional().describe('Who looks at a fact again before it is an alert; absent: no one'),
  severity: Severity,
  codeset: z.string().describe('The code system of the case class, for example "CJ/T 214"'),
  code: z.string().describe('The case class in that code system'),
});
export type RuleSetting = z.infer<typeof RuleSetting>;
