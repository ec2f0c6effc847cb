import { go, healthAddress } from '../addresses.ts';

/** What of the cameras' health is looked at; '' lets everything through. It stands in the address. */
export interface HealthWish {
  by: 'county' | 'department';
  county: string;
  department: string;
  /** The day whose cameras are listed; '': those that degrade. */
  day: string;
}

export function readHealthWish(search: string): HealthWish {
  const query = new URLSearchParams(search);
  return {
    by: query.get('by') === 'department' ? 'department' : 'county',
    county: query.get('county') ?? '',
    department: query.get('department') ?? '',
    day: query.get('day') ?? '',
  };
}

function healthQuery(wish: HealthWish): string {
  const query = new URLSearchParams();
  if (wish.by === 'department') query.set('by', wish.by);
  for (const name of ['county', 'department', 'day'] as const) if (wish[name]) query.set(name, wish[name]);
  return query.toString();
}

export const goToHealth = (wish: HealthWish): void => go(healthAddress(healthQuery(wish)));

/** Of the wish only what says which cameras, as a query. */
export function camerasQuery({ county, department }: HealthWish): URLSearchParams {
  const query = new URLSearchParams();
  if (county) query.set('county', county);
  if (department) query.set('department', department);
  return query;
}

/** A share as operators write it: "97.2 %"; whole only where it is exactly that, so that 99.96 % is not "100 %". */
export function sayShare(share: number | null, none: string): string {
  if (share === null) return none;
  const percent = Math.floor(share * 1000) / 10;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)}%`;
}
