import { pinyin } from 'pinyin-pro';

/**
 * What a name is typed by on a keyboard: the first letter of each character's pinyin, Latin letters and digits as they
 * are, nothing else. "东风中路-7" is "dfzl7".
 */
export function initialsOf(name: string): string {
  const letters = pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive', v: true });
  return letters
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
