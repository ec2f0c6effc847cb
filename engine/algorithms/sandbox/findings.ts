import type { InspectionCode, InspectionFinding } from '../../contract/inspection.ts';

/** How node, C++ and the runtime say that there is no more memory. */
export const OUT_OF_MEMORY =
  /out of memory|bad_alloc|bad allocation|allocation failed|Failed to allocate|Cannot allocate memory/i;

/** Ends an inspection with what is wrong. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly finding: InspectionFinding;

  constructor(code: InspectionCode, what: string, got: unknown, expected: unknown, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.finding = finding('refusal', code, what, got, expected);
  }
}

/** What was found, in words that fit the contract: what a file says of itself may be of any length. */
export function finding(
  severity: InspectionFinding['severity'],
  code: InspectionCode,
  what: string,
  got: unknown,
  expected: unknown = null,
): InspectionFinding {
  return { code, severity, what: what.slice(0, 200), got: inWords(got), expected: inWords(expected) };
}

function inWords(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 1000);
}
