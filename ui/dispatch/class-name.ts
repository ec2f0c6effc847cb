import type { Case } from '#engine/contract/case.ts';
import { useDesk } from '../live/use-live.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';

/** What a case is about: by the rule that raised it, or by its class where somebody reported it. */
export function useClassName(): (one: Pick<Case, 'rule' | 'algorithmName' | 'codeset' | 'code'>) => string {
  const { language } = useWords();
  const { site } = useDesk();
  return ({ rule, algorithmName, codeset, code }) => {
    if (rule !== null) return sayRule({ rule, algorithmName });
    const named = site.caseClasses.find((one) => one.codeset === codeset && one.code === code);
    return named?.name[language] ?? `${codeset} ${code}`;
  };
}
