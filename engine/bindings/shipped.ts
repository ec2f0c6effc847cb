import { ShippedRule, ZONE_KIND_OF_RULE } from '#config/rule.ts';
import type { RuleSettings } from '#config/rule-settings.ts';
import type { DefinitionBody } from '../contract/algorithm-definition.ts';

const NAMES: Record<ShippedRule, DefinitionBody['name']> = {
  'illegal-parking': { zh: '机动车违停', en: 'Illegal parking' },
  'exposed-garbage': { zh: '暴露垃圾', en: 'Exposed garbage' },
  'street-vendor': { zh: '无照经营游商', en: 'Street vendor' },
  'unleashed-dog': { zh: '遛犬不牵绳（试验）', en: 'Unleashed dog (experimental)' },
};

/**
 * The algorithms that the product comes with, by id. The settings of the site are the source of their defaults, and its
 * revisions are the record of them: they are changed there.
 */
export function shippedDefinitions(rules: RuleSettings, model: string): ReadonlyMap<string, DefinitionBody> {
  return new Map(
    ShippedRule.options.map((rule) => {
      const { dwellMs, threshold, severity, codeset, code } = rules[rule];
      const body: DefinitionBody = {
        name: NAMES[rule],
        runs: {
          model,
          rule,
          classes: [],
          dwellMs,
          threshold: threshold ?? null,
          zoneKind: ZONE_KIND_OF_RULE[rule],
          movesAbout: rule === 'unleashed-dog',
          samplePeriodMs: null,
          regions: rule === 'unleashed-dog' ? 'whole' : 'zones',
        },
        raises: { severity, codeset, code },
        share: { scope: 'city', owner: 'Chengnao', division: null },
        licence: 'Apache-2.0',
      };
      return [rule, body];
    }),
  );
}
