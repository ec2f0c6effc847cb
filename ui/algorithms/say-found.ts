import type { TFunction } from 'i18next';
import { findingSaidEn } from '../words/finding-said-en.ts';

type Phrase = keyof typeof findingSaidEn.findingSaid;

/** How the engine says each phrase, with `{{a}}` and `{{b}}` for values. */
const PHRASES = (Object.entries(findingSaidEn.findingSaid) as [Phrase, string][]).map(([phrase, said]) => {
  const literal = said.split(/\{\{[ab]\}\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return [phrase, new RegExp(`^${literal.join('(.+)')}$`, 's')] as const;
});

/** What an inspection got or expected in the words of the page; what it has no words for is a value, and stands as it is. */
export function sayFound(t: TFunction<'page'>, said: string): string {
  for (const [phrase, pattern] of PHRASES) {
    const found = pattern.exec(said);
    if (found) return t(`findingSaid.${phrase}`, { a: found[1] ?? '', b: found[2] ?? '' });
  }
  return said;
}
