/**
 * What the divisions that a code covers begin with (GB/T 2260): a city's 371400 covers 3714…, a province's 370000
 * covers 37…, a county's code covers itself.
 */
export function divisionPrefix(code: string): string {
  if (code.endsWith('0000')) return code.slice(0, 2);
  return code.endsWith('00') ? code.slice(0, 4) : code;
}

interface Shared {
  scope: 'province' | 'city' | 'county';
  /** The owner's; null: the whole site's. */
  division: string | null;
}

/**
 * What the divisions begin with that something shared so may watch: the owner's own, those of the owner's city, or '', which
 * is everywhere. The database says the same of its rows (`share_reach`).
 */
export function shareReach({ scope, division }: Shared): string {
  if (division === null || scope === 'province') return '';
  return scope === 'city' ? divisionPrefix(division).slice(0, 4) : divisionPrefix(division);
}
