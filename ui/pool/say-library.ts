import type { GrantedAct, Library, LibraryGrant } from '#engine/contract/library.ts';
import type { useWords } from '../words/words.ts';

type T = ReturnType<typeof useWords>['t'];
/** A division's name where the page knows it, else its code. */
export type NameOfDivision = (code: string) => string;

export const sayActs = (t: T, acts: readonly GrantedAct[]): string =>
  acts.map((act) => t(`library.act.${act}`)).join(t('library.comma'));

export function sayOwner(
  t: T,
  { division, department }: Pick<Library, 'division' | 'department'>,
  name: NameOfDivision,
) {
  return department === null
    ? t('library.ofAll', { division: name(division) })
    : t('library.of', { division: name(division), department });
}

export function sayGrantee(
  t: T,
  { toDivision, toDepartment }: Pick<LibraryGrant, 'toDivision' | 'toDepartment'>,
  name: NameOfDivision,
): string {
  const division = toDivision === null ? '' : name(toDivision);
  if (toDepartment === null) return t('library.to.division', { division });
  return toDivision === null
    ? t('library.to.department', { department: toDepartment })
    : t('library.to.both', { division, department: toDepartment });
}

/** The words of a field that takes several, however they are separated. */
export function listed(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))];
}
