import { expect, test } from 'vitest';
import { alertForTest } from '../live/city-for-test.ts';
import { groupMarks } from './group-marks.ts';

test('fifty alerts at one camera are one mark that holds all fifty', () => {
  const alerts = Array.from({ length: 50 }, (_, i) => alertForTest({ id: `a${i}`, lngLat: [116.3, 37.4] }));
  const groups = groupMarks(alerts, 10, 30);
  expect(groups).toHaveLength(1);
  expect(groups[0]?.alerts).toHaveLength(50);
});

test('the most urgent alert stands for its group', () => {
  const near = [
    alertForTest({ id: 'minor', severity: 'minor', lngLat: [116.3, 37.4] }),
    alertForTest({ id: 'critical', severity: 'critical', lngLat: [116.3001, 37.4] }),
  ];
  expect(groupMarks(near, 10, 30).map(({ top }) => top.id)).toEqual(['critical']);
});

test('going nearer parts what lay together', () => {
  const apart = [alertForTest({ id: 'a', lngLat: [116.3, 37.4] }), alertForTest({ id: 'b', lngLat: [116.31, 37.4] })];
  expect(groupMarks(apart, 8, 30)).toHaveLength(1);
  expect(groupMarks(apart, 14, 30)).toHaveLength(2);
});

test('a moved alert has one mark', () => {
  const before = alertForTest({ id: 'a', lngLat: [116.3, 37.4] });
  const after = { ...before, lngLat: [116.5, 37.6] as [number, number] };
  expect(groupMarks([after], 10, 30).map(({ lngLat }) => lngLat)).toEqual([[116.5, 37.6]]);
});
