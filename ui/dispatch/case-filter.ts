import type { Account } from '#engine/contract/account.ts';
import type { Case } from '#engine/contract/case.ts';
import { CaseFilter } from '#engine/contract/case-filter.ts';
import { lampOf } from './case-lamp.ts';

export const NO_FILTER: CaseFilter = CaseFilter.parse({});

export const isNarrow = (filter: CaseFilter): boolean => Object.values(filter).some((value) => value !== '');

/** Whether a case is among those looked at. */
export function fits(one: Case, filter: CaseFilter, nowMs: number): boolean {
  const { text, lamp, severity, county, unit, class: ofClass } = filter;
  const words = [one.id, one.cameraName, one.county?.name, one.unitName].join(' ').toLowerCase();
  return (
    (text === '' || words.includes(text.toLowerCase())) &&
    (lamp === '' || lampOf(one, nowMs) === lamp) &&
    (severity === '' || one.severity === severity) &&
    (county === '' || one.county?.code === county) &&
    (unit === '' || (unit === 'none' ? one.unitId === null : one.unitId === unit)) &&
    (ofClass === '' || `${one.codeset} ${one.code}` === ofClass)
  );
}

/** Whether the account may take up a report. */
export const mayReport = ({ roles }: Pick<Account, 'roles'>): boolean =>
  roles.some((role) => role === 'operator' || role === 'dispatcher' || role === 'administrator');

/** Whether the account may do something with several cases at once. */
export const mayDispatch = ({ roles }: Pick<Account, 'roles'>): boolean =>
  roles.includes('dispatcher') || roles.includes('administrator');
