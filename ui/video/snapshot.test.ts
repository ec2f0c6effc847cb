import { expect, test } from 'vitest';
import { snapshotName } from './snapshot.ts';

test('a snapshot’s file is named by its camera and the site’s clock, without what no file system takes', () => {
  const capturedAtMs = Date.parse('2026-11-25T06:03:21.900Z');
  const of = { cameraName: '东风中路-7 / 北:侧', capturedAtMs, timeZone: 'Asia/Shanghai' };
  expect(snapshotName(of)).toBe('东风中路-7-北-侧_2026-11-25_14-03-21.png');
});
