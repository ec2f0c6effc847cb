import { useWords } from '../words/words.ts';
import { zh } from '../words/zh.ts';

const isRule = (skill: string): skill is keyof typeof zh.rule => skill in zh.rule;

/** A skill is a class of problems, or in words of one's own. */
export function useSaySkill(): (skill: string) => string {
  const { t } = useWords();
  return (skill) => (isRule(skill) ? t(`rule.${skill}`) : skill);
}
