import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { CaseClocks } from '#config/case-clocks.ts';
import { readSite } from '../sites/read-site.ts';
import { casePolicyOf, readCaseClocks, type TimedEntry } from './case-clocks.ts';

const site = readSite(fileURLToPath(new URL('../../config/dezhou', import.meta.url)));
const policy = casePolicyOf({ timeZone: site.timeZone, caseClocks: site.caseClocks as CaseClocks });
const MINUTE_MS = 60_000;
/** A working day, at nine in the morning. */
const BEGUN_MS = Date.parse('2026-11-25T09:00:00+08:00');
const TWO_HOURS = { amount: 2, unit: 'urgent-hours' } as const;

const entry = (minute: number, kind: TimedEntry['kind'], unitId: string | null = null): TimedEntry => ({
  ...{ kind, unitId, hours: null, atMs: BEGUN_MS + minute * MINUTE_MS },
  limit: ['opened', 'assigned'].includes(kind) ? TWO_HOURS : null,
});
const lateAt = (minute: number, ...entries: TimedEntry[]) =>
  readCaseClocks(entries, policy, BEGUN_MS + minute * MINUTE_MS).late;

test('sent on straight to another unit, a case is late by that unit’s time alone', () => {
  const sent = [entry(0, 'opened'), entry(5, 'assigned', 'a'), entry(35, 'assigned', 'b')];
  expect(lateAt(140, ...sent, entry(139, 'handled', 'b'))).toEqual([]);
  expect(lateAt(300, ...sent, entry(139, 'handled', 'b'), entry(140, 'closed'), entry(290, 'noted'))).toEqual([]);
  expect(lateAt(160, ...sent)).toEqual(['handle']);
  expect(lateAt(160, entry(0, 'opened'), entry(5, 'assigned', 'a'), entry(130, 'assigned', 'b'))).toEqual(['handle']);
});
