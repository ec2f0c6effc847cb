import type { RateCount } from '#engine/contract/case-rates.ts';
import type { Site } from '#engine/contract/site.ts';

/** A share with one decimal; whole only where it is exactly that. null where there is nothing of which it is one. */
export function sayRate({ part, whole }: RateCount): string | null {
  if (whole === 0) return null;
  const perMille = (part / whole) * 1000;
  const rounded = part > 0 && part < whole ? Math.min(999, Math.max(1, Math.round(perMille))) : perMille;
  return `${rounded % 10 === 0 ? rounded / 10 : (rounded / 10).toFixed(1)}%`;
}

/** By how many points a share differs from an earlier one: "+1.5"; null where one of them is none. */
export function sayChange(now: RateCount, before: RateCount): string | null {
  if (now.whole === 0 || before.whole === 0) return null;
  const points = Math.round((now.part / now.whole - before.part / before.whole) * 1000) / 10;
  return `${points > 0 ? '+' : points < 0 ? '−' : '±'}${Math.abs(points).toFixed(1)}`;
}

/** The rule that raises a class here, if one does. */
export function ruleOfClass(site: Site, key: string) {
  const found = Object.entries(site.rules).find(
    ([, setting]) => setting && `${setting.codeset} ${setting.code}` === key,
  );
  return (found?.[0] ?? null) as keyof Site['rules'] | null;
}
