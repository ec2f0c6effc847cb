import { expect, test } from 'vitest';
import type { Case, CaseEntry } from './case.ts';
import { caseAt } from './day-at.ts';

const at = (minute: number) => Date.UTC(2026, 10, 30, 2, minute);
const text = (minute: number) => new Date(at(minute)).toISOString();
const entry = (minute: number, kind: CaseEntry['kind'], unitId: string | null = null): CaseEntry => ({
  ...{ kind, at: text(minute), by: '测试员', unitId, unitName: unitId && `队 ${unitId}`, note: '', limit: null },
});

test('a case that was closed and opened again is as it was at each instant, and knows nothing of what came after', () => {
  const one = {
    ...{ id: 'k', alertIds: [], state: 'assigned', openedAt: text(0), closedAt: null, outcome: null, late: ['handle'] },
    ...{ unitId: 'b', unitName: '队 b', suspended: false, supervised: true, clock: null },
    checks: [],
    entries: [
      entry(0, 'opened'),
      entry(1, 'assigned', 'a'),
      entry(2, 'suspended', 'a'),
      entry(3, 'resumed', 'a'),
      entry(4, 'closed', 'a'),
      entry(6, 'reopened', 'a'),
      entry(7, 'supervised'),
      entry(8, 'assigned', 'b'),
    ],
  } as unknown as Case;
  const seen = [-1, 0, 1, 2, 3, 5, 6, 9].map((minute) => {
    const then = caseAt(one, at(minute), new Set(), new Map());
    return then && [then.state, then.unitName, then.suspended, then.supervised, then.late];
  });
  expect(seen).toEqual([
    null,
    ['opened', null, false, false, []],
    ['assigned', '队 a', false, false, []],
    ['assigned', '队 a', true, false, []],
    ['assigned', '队 a', false, false, []],
    null,
    ['opened', null, false, false, []],
    ['assigned', '队 b', false, true, []],
  ]);
});
