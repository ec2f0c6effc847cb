import { z } from 'zod';
import { RuleSetting } from './rule.ts';

/**
 * The settings of the rules. Defaults: dwell of parking after i-LIDS (60 s); codes in the style of
 * CJ/T 214. Deadlines and codes are local policy: a site states its own.
 */
export const RuleSettings = z.strictObject({
  'illegal-parking': RuleSetting.default({ dwellMs: 60_000, severity: 'major', codeset: 'CJ/T 214', code: '05-05' }),
  'exposed-garbage': RuleSetting.default({
    dwellMs: 30_000,
    // A closer look takes away a quarter of the false alerts near and most from afar, with 1 % of the litter: `npm run eval:verify`.
    verifier: { model: 'street', threshold: 0.3 },
    severity: 'minor',
    codeset: 'CJ/T 214',
    code: '01-02',
  }),
  'street-vendor': RuleSetting.default({ dwellMs: 60_000, severity: 'minor', codeset: 'CJ/T 214', code: '05-01' }),
  'unleashed-dog': RuleSetting.default({ dwellMs: 10_000, severity: 'info', codeset: 'local', code: '01-84' }),
});
export type RuleSettings = z.infer<typeof RuleSettings>;
