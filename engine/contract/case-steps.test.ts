import { expect, test } from 'vitest';
import {
  CASE_STEPS,
  type CaseStanding,
  mayFollow,
  mustSayWhy,
  type NewEntryKind,
  OPENED,
  standingOf,
} from './case-steps.ts';

const KINDS = Object.keys(CASE_STEPS) as NewEntryKind[];
const after = (...kinds: NewEntryKind[]): CaseStanding =>
  standingOf(['opened' as const, ...kinds].map((kind) => ({ kind, unitId: kind === 'assigned' ? 'u' : null })));
type Way = { kind: NewEntryKind | 'reported'; unitId: string | null }[];
const next = (standing: CaseStanding) =>
  KINDS.filter((kind) => CASE_STEPS[kind].alone && mayFollow(standing, kind)).join(' ');
const reported = standingOf([{ kind: 'reported', unitId: null }]);

test('what may follow in each state', () => {
  expect(next(reported)).toBe('verifying verified registered supervised voided noted');
  expect(next(OPENED)).toBe('assigned closed supervised appealed voided noted');
  expect(next(after('assigned'))).toBe(
    'assigned assisted accepted recalled started closed returned suspended extended supervised appealed voided noted',
  );
  expect(next(after('assigned', 'started'))).toBe(
    'assigned assisted recalled handled closed returned suspended extended supervised appealed voided noted',
  );
  expect(next(after('assigned', 'started', 'handled'))).toBe('closed rework supervised appealed voided noted');
  expect(next(after('closed'))).toBe('appealed reopened noted');
  expect(next(after('closed', 'appealed'))).toBe('appeal-granted appeal-refused reopened noted');
  expect(next(after('closed', 'appealed', 'appeal-refused'))).toBe('reopened noted');
  expect(next(after('merged-into'))).toBe('noted');
  expect(next(after('assigned', 'suspended'))).toBe('resumed supervised appealed voided noted');
});

test('from each state that can be reached the case can be closed, and each entry of the table can come', () => {
  const seen = new Map<string, Way>();
  const came = new Set<string>();
  const ways: Way[] = [[], [{ kind: 'reported', unitId: null }]];
  for (let way = ways.pop(); way; way = ways.pop()) {
    const standing = standingOf(way);
    const key = JSON.stringify(standing);
    if (seen.has(key)) continue;
    seen.set(key, way);
    for (const kind of KINDS.filter((one) => mayFollow(standing, one))) {
      came.add(kind);
      ways.push([...way, { kind, unitId: kind === 'assigned' ? 'u' : null }]);
    }
  }
  expect([...came].sort()).toEqual([...KINDS].sort());
  expect(seen.size).toBeGreaterThan(10);
  for (const way of seen.values()) {
    const standing = standingOf(way);
    const out = (['closed', 'voided', 'resumed', 'split'] as const).some((kind) => mayFollow(standing, kind));
    expect(standing.state === 'closed' || out, JSON.stringify(way)).toBe(true);
  }
});

test('nobody closes a case against the camera’s eye, or before it was handled, without a reason', () => {
  const handled = after('assigned', 'started', 'handled');
  expect(mustSayWhy(handled, 'closed', false)).toBe(false);
  expect(mustSayWhy(handled, 'closed', true)).toBe(true);
  expect(mustSayWhy(OPENED, 'closed', false)).toBe(true);
  expect(after('assigned', 'started', 'handled', 'supervised', 'closed').outcome).toBe('handled');
  expect(after('assigned', 'closed', 'noted').outcome).toBe('unhandled');
});

test('split off again, a case stands as it did; who helps is named until it is returned', () => {
  const way = after('assigned', 'started', 'merged-into', 'split');
  expect(way).toEqual(after('assigned', 'started'));
  expect(after('assigned', 'merged-into')).toMatchObject({ state: 'closed', outcome: 'merged' });
  const helped = standingOf([
    { kind: 'opened', unitId: null },
    { kind: 'assigned', unitId: 'u' },
    { kind: 'assisted', unitId: 'v' },
  ]);
  expect([helped.unitId, helped.assisting]).toEqual(['u', ['v']]);
});
