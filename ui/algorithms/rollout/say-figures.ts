import type { Language } from '../../words/say.ts';

/** Milliseconds as a person reads them: tenths below ten. */
export const sayMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** A share as a percentage, without needless decimals. */
export const sayPercent = (share: number): string => `${Math.round(1000 * share) / 10}%`;

/** The system gives its reasons in both languages, Chinese first; a person's are as they were written. */
export function sayReason(reason: string, language: Language): string {
  const [zh, en, ...more] = reason.split(' · ');
  return en === undefined || more.length > 0 ? reason : language === 'zh' ? zh! : en;
}
