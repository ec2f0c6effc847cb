import i18next from 'i18next';
import type { Alert } from '#engine/contract/alert.ts';

/** What was looked for, in the language of the page: a shipped rule by its words, another algorithm by its own name. */
export function sayRule({ rule, algorithmName }: Pick<Alert, 'rule' | 'algorithmName'>): string {
  if (algorithmName !== null) return algorithmName[i18next.language === 'en' ? 'en' : 'zh'];
  return i18next.t(`rule.${rule}`);
}
