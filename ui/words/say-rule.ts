import i18next from 'i18next';
import type { Alert } from '#engine/contract/alert.ts';
import type { Case } from '#engine/contract/case.ts';

/** What was looked for, in the language of the page: a shipped rule by its words, another algorithm by its own name. */
export function sayRule({ rule, algorithmName }: Pick<Alert, 'rule' | 'algorithmName'>): string {
  if (algorithmName !== null) return algorithmName[i18next.language === 'en' ? 'en' : 'zh'];
  return i18next.t(`rule.${rule}`);
}

/** What a case is about where the site's classes are not at hand: by what raised it, else by the code of its class. */
export function sayCase({
  rule,
  algorithmName,
  codeset,
  code,
}: Pick<Case, 'rule' | 'algorithmName' | 'codeset' | 'code'>): string {
  return rule === null ? `${codeset} ${code}` : sayRule({ rule, algorithmName });
}
