import { expect, test } from 'vitest';
import { roomOf } from './room.ts';

test('the room is counted in design pixels', () => {
  expect(roomOf(390, 1)).toBe('phone');
  expect(roomOf(1920, 1)).toBe('desk');
  expect(roomOf(3840, 1)).toBe('wide');
  expect(roomOf(3840, 2)).toBe('desk');
});

test('large text makes a large screen a small one', () => {
  expect(roomOf(1920, 1.5)).toBe('compact');
  expect(roomOf(3840, 1.5)).toBe('desk');
});
