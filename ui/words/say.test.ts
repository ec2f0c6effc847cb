import { expect, test } from 'vitest';
import { sayAge, sayClock, sayDay, sayDuration, sayMoment, saySetting } from './say.ts';

test('a duration is told in at most two units and is never rounded up', () => {
  expect(sayDuration(0, 'zh')).toBe('0 秒');
  expect(sayDuration(59_999, 'zh')).toBe('59 秒');
  expect(sayDuration(192_000, 'zh')).toBe('3 分 12 秒');
  expect(sayDuration(3_905_000, 'zh')).toBe('1 小时 05 分');
  expect(sayDuration(3 * 86_400_000 + 4 * 3_600_000, 'zh')).toBe('3 天 4 小时');
  expect(sayDuration(192_000, 'en')).toBe('3 min 12 s');
  expect(sayDuration(-5, 'en')).toBe('0 s');
});

test('a setting is told exactly', () => {
  expect(saySetting(15_000, 'zh')).toBe('15 秒');
  expect(saySetting(60_000, 'zh')).toBe('1 分');
  expect(saySetting(90_500, 'en')).toBe('1 min 30.5 s');
  expect(saySetting(7 * 86_400_000, 'zh')).toBe('7 天');
  expect(saySetting(0, 'en')).toBe('0 s');
});

test('an age is told in words, and one from the future is from just now', () => {
  expect(sayAge(3000, 'zh')).toBe('3 秒前');
  expect(sayAge(999, 'zh')).toBe('刚刚');
  expect(sayAge(-4000, 'en')).toBe('just now');
  expect(sayAge(61_000, 'en')).toBe('1 min 01 s ago');
});

test('times are told on the site’s clock: 23:30 in Beijing is that day there', () => {
  expect(sayClock('2026-11-24T15:30:05Z', 'Asia/Shanghai')).toBe('23:30:05');
  expect(sayMoment('2026-11-24T16:30:05Z', 'Asia/Shanghai')).toBe('11-25 00:30:05');
  expect(sayDay('2026-11-24T15:30:05Z', 'Asia/Shanghai')).toBe('2026-11-24');
});
