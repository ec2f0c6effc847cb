import { expect, test } from 'vitest';
import { findOutages, groupLost, type LostCamera } from './find-outages.ts';

const RULE = { cameras: 10, share: 0.5, withinMs: 120_000 };

function lost(count: number, more: (i: number) => Partial<LostCamera> = () => ({})): LostCamera[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `c${i}`,
    host: `10.0.0.${i}`,
    subnet: '10.0.0.0/24',
    division: '371402',
    department: '公安',
    countyCode: '371402',
    countyName: '德城区',
    lostAt: new Date(i),
    outageId: null,
    ...more(i),
  }));
}

const found = (cameras: LostCamera[], totals: Record<string, number>) =>
  findOutages(groupLost(cameras, RULE), ({ kind }) => totals[kind] ?? Number.POSITIVE_INFINITY, RULE).map(
    ({ kind, cameras: of, fresh, outageIds }) => ({ kind, cameras: of.length, fresh: fresh.length, outageIds }),
  );

test('fewer than ten, or less than half of a place, are no outage', () => {
  expect(found(lost(9), { subnet: 9 })).toEqual([]);
  expect(found(lost(12), { subnet: 25, area: 100 })).toEqual([]);
  expect(found(lost(12), { subnet: 24, area: 100 })).toMatchObject([{ kind: 'subnet', cameras: 12 }]);
});

test('one alarm: the place that explains most, and of two that explain as much the narrowest', () => {
  const oneHost = lost(300, () => ({ host: 'nvr' }));
  expect(found(oneHost, { host: 300, subnet: 300, area: 300 })).toEqual([
    { kind: 'host', cameras: 300, fresh: 300, outageIds: [] },
  ]);
  const twoHosts = lost(40, (i) => ({ host: `nvr-${i % 2}`, subnet: `10.0.${i % 2}.0/24` }));
  expect(found(twoHosts, { host: 20, subnet: 20, area: 50 })).toMatchObject([{ kind: 'area', cameras: 40 }]);
  expect(found(twoHosts, { host: 20, subnet: 20, area: 500 })).toMatchObject([
    { kind: 'host', cameras: 20 },
    { kind: 'host', cameras: 20 },
  ]);
});

test('what is told already is not told again; more of the same place join it, and outages that are one become one', () => {
  const told = lost(20, () => ({ outageId: 'a' }));
  expect(found(told, { subnet: 20 })).toEqual([]);
  const more = lost(20, (i) => ({ outageId: i < 12 ? 'a' : null }));
  expect(found(more, { subnet: 20 })).toEqual([{ kind: 'subnet', cameras: 20, fresh: 8, outageIds: ['a'] }]);
  const two = lost(20, (i) => ({ outageId: i < 10 ? 'a' : 'b' }));
  expect(found(two, { subnet: 20 })).toEqual([{ kind: 'subnet', cameras: 20, fresh: 0, outageIds: ['a', 'b'] }]);
});

test('cameras whose address cannot be read have no host in common', () => {
  const unread = lost(20, () => ({ host: '', subnet: null }));
  expect(found(unread, { host: 20, area: 500 })).toEqual([]);
});
