import type { ReactNode } from 'react';
import { ShippedRule, ZONE_KIND_OF_RULE } from '#engine/contract/camera.ts';
import { useWords } from '../words/words.ts';
import type { Zone } from './draft.ts';

interface RuleListProps {
  rules: readonly ShippedRule[];
  zones: readonly Zone[];
  editable: boolean;
  onChange: (rules: ShippedRule[]) => void;
}

/** The rules that may be bound to a camera, and whether each finds a zone of its kind in this view. */
export function RuleList({ rules, zones, editable, onChange }: RuleListProps): ReactNode {
  const { t } = useWords();
  return (
    <section className="rule-list" aria-label={t('calibration.rules')}>
      <h3>{t('calibration.rules')}</h3>
      <p className="quiet-line">{t('calibration.rulesHint')}</p>
      <ul>
        {ShippedRule.options.map((rule) => {
          const kind = ZONE_KIND_OF_RULE[rule];
          const zone = t(`zone.${kind}`);
          const bound = rules.includes(rule);
          const count = zones.filter((one) => one.kind === kind).length;
          const state = !bound ? 'notBound' : count === 0 ? 'noZoneYet' : 'inForce';
          return (
            <li key={rule} data-testid="rule-line" data-rule={rule} data-state={state}>
              <label>
                <input
                  type="checkbox"
                  checked={bound}
                  disabled={!editable}
                  onChange={() => onChange(bound ? rules.filter((one) => one !== rule) : [...rules, rule])}
                />
                <span>{t(`rule.${rule}`)}</span>
              </label>
              <span className="quiet-line">
                {t('calibration.looksInto', { zone })} · {t(`calibration.${state}`, { zone, count })}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
