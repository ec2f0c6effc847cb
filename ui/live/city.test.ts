import { expect, test } from 'vitest';
import type { Camera } from '#engine/contract/camera.ts';
import type { Change } from '#engine/contract/change.ts';
import { applyBatch, applyChange, type City, EMPTY_CITY, forgetPast, KEPT_AFTER_END_MS } from './city.ts';
import { alertForTest, caseForTest } from './city-for-test.ts';

const AT = '2026-11-25T03:00:00.000Z';
const alertChange = (seq: number, id: string, part = {}): Change => ({
  kind: 'alert',
  seq,
  entityId: id,
  at: AT,
  entity: alertForTest({ id, seq, ...part }),
});
const at = (lastSeq: number): City => ({ ...EMPTY_CITY, lastSeq });

test('a batch that begins where we are is taken in', () => {
  const { outcome, city } = applyBatch(at(10), { fromSeq: 10, toSeq: 12, items: [alertChange(11, 'a')] });
  expect(outcome).toBe('applied');
  expect(city.lastSeq).toBe(12);
  expect([...city.alerts.keys()]).toEqual(['a']);
});

test('an empty batch moves us on: the changes in it were none of ours', () => {
  expect(applyBatch(at(10), { fromSeq: 10, toSeq: 15, items: [] }).city.lastSeq).toBe(15);
});

test('a batch that begins after us is a hole, and nothing of it is taken in', () => {
  const before = at(10);
  const { outcome, city } = applyBatch(before, { fromSeq: 11, toSeq: 12, items: [alertChange(12, 'a')] });
  expect(outcome).toBe('hole');
  expect(city).toBe(before);
});

test('a batch that was seen before changes nothing', () => {
  const batch = { fromSeq: 10, toSeq: 11, items: [alertChange(11, 'a')] };
  const once = applyBatch(at(10), batch).city;
  expect(applyBatch(once, batch)).toEqual({ outcome: 'known', city: once });
});

test('a batch that overlaps is taken from where we are', () => {
  const items = [alertChange(10, 'old'), alertChange(11, 'new')];
  const { outcome, city } = applyBatch(at(10), { fromSeq: 9, toSeq: 11, items });
  expect(outcome).toBe('applied');
  expect([...city.alerts.keys()]).toEqual(['new']);
});

test('batches in the wrong order: the later is a hole, then both fit', () => {
  const first = { fromSeq: 10, toSeq: 11, items: [alertChange(11, 'a')] };
  const second = { fromSeq: 11, toSeq: 12, items: [alertChange(12, 'b')] };
  expect(applyBatch(at(10), second).outcome).toBe('hole');
  const both = applyBatch(applyBatch(at(10), first).city, second).city;
  expect([...both.alerts.keys()]).toEqual(['a', 'b']);
});

test('an entity that is null is gone', () => {
  const known = applyChange(at(10), alertChange(10, 'a'));
  const gone: Change = { kind: 'alert', seq: 11, entityId: 'a', at: AT, entity: null };
  expect(applyBatch(known, { fromSeq: 10, toSeq: 11, items: [gone] }).city.alerts.size).toBe(0);
});

test('an older state of an alert never replaces a newer one', () => {
  const newer = applyChange(at(10), alertChange(20, 'a', { handling: 'acknowledged' }));
  const { city } = applyBatch(newer, { fromSeq: 10, toSeq: 15, items: [alertChange(15, 'a')] });
  expect(city.alerts.get('a')?.handling).toBe('acknowledged');
});

test('what is taken in leaves the city before as it was', () => {
  const before = at(10);
  applyBatch(before, { fromSeq: 10, toSeq: 11, items: [alertChange(11, 'a')] });
  expect(before.alerts.size).toBe(0);
});

test('cameras, units, cases and suppressions each come into their own place', () => {
  const camera: Camera = {
    id: 'c1',
    name: 'Camera',
    lngLat: [116, 37],
    views: [{ id: 'default', zones: [] }],
    currentViewId: 'default',
    ptz: null,
    algorithms: [{ rule: 'illegal-parking' }],
    decode: 'as-needed',
    regions: 'zones',
    department: '城管',
    state: 'playing',
    stateCode: null,
    stateReason: null,
    stateSince: AT,
    pictureFault: null,
    lastFrameAt: AT,
    county: null,
    revision: 1,
  };
  const items: Change[] = [
    { kind: 'camera', seq: 1, entityId: 'c1', at: AT, entity: camera },
    {
      kind: 'unit',
      seq: 2,
      entityId: 'u1',
      at: AT,
      entity: { id: 'u1', name: 'Unit', division: '371402', department: '城管', lngLat: null, workingHours: null },
    },
    { kind: 'case', seq: 3, entityId: 'k1', at: AT, entity: caseForTest({ id: 'k1', seq: 3 }) },
    { kind: 'suppression', seq: 4, entityId: 's1', at: AT, entity: null },
  ];
  const { city } = applyBatch(at(0), { fromSeq: 0, toSeq: 4, items });
  expect([city.cameras.size, city.units.size, city.cases.size, city.suppressions.size]).toEqual([1, 1, 1, 0]);

  // Without rules it stays while a case is open there, though no alert of it is held, and no longer.
  const registered: Change = { kind: 'camera', seq: 5, entityId: 'c1', at: AT, entity: { ...camera, algorithms: [] } };
  const withCase = applyBatch(city, { fromSeq: 4, toSeq: 5, items: [registered] }).city;
  expect(withCase.cameras.get('c1')?.algorithms).toEqual([]);
  const closed: Change = { ...items[2]!, seq: 6, entity: caseForTest({ id: 'k1', seq: 6, state: 'closed' }) } as Change;
  const again: Change = { ...registered, seq: 7 };
  expect(applyBatch(withCase, { fromSeq: 5, toSeq: 7, items: [closed, again] }).city.cameras.size).toBe(0);
});

test('what is over and handled is forgotten in time; what nobody has looked at is kept', () => {
  const nowMs = Date.parse(AT);
  const endedAt = new Date(nowMs - KEPT_AFTER_END_MS - 1000).toISOString();
  const ended = { presence: 'ended', endedAt } as const;
  let city = applyChange(at(0), alertChange(1, 'handled', { ...ended, handling: 'acknowledged' }));
  city = applyChange(city, alertChange(2, 'false', { ...ended, verdict: 'false' }));
  city = applyChange(city, alertChange(3, 'untouched', ended));
  city = applyChange(city, alertChange(4, 'standing'));
  const kept = forgetPast(city, nowMs);
  expect([...kept.alerts.keys()]).toEqual(['untouched', 'standing']);
  expect(forgetPast(kept, nowMs)).toBe(kept);
});

test('a place whose cameras are lost together is known until it is over; a camera out of service leaves the wall', () => {
  const outage = {
    id: 'o',
    kind: 'host',
    startedAt: AT,
    endedAt: null,
    cameras: 12,
    lost: 12,
    county: null,
    department: null,
  } as const;
  const change = { kind: 'outage', seq: 1, entityId: 'o', at: AT } as const;
  const known = applyChange(at(0), { ...change, entity: outage });
  expect(known.outages.get('o')).toEqual(outage);
  expect(applyChange(known, { ...change, entity: { ...outage, endedAt: AT } }).outages.size).toBe(0);
  const camera = { id: 'c', algorithms: [{ rule: 'illegal-parking' }], disabled: true } as Camera;
  const told = applyChange(at(0), { kind: 'camera', seq: 7, entityId: 'c', at: AT, entity: camera });
  expect([told.cameras.size, told.cameraSeq]).toEqual([0, 7]);
});
