import { expect, test } from 'vitest';
import { BoxDelay } from './box-delay.ts';

function after(...tookMs: number[]): number {
  const delay = new BoxDelay();
  tookMs.forEach((ms, picture) => {
    delay.pictureArrived(picture, picture * 1000);
    delay.boxesArrived(picture, picture * 1000 + ms);
  });
  return delay.waitMs;
}

test('pictures wait 0.3 s for boxes that come sooner, and no time at all longer than 1.5 s', () => {
  expect(after()).toBe(300);
  expect(after(60, 80, 50)).toBe(300);
  expect(after(5000)).toBe(1500);
});

test('on a busy server they wait as long as its answers lately took', () => {
  expect(after(60, 400, 80)).toBe(500);
  expect(after(400, 60, 60, 60, 60, 60, 60, 60, 60)).toBe(300);
});

test('boxes of a picture that nobody waited for say nothing', () => {
  const delay = new BoxDelay();
  delay.boxesArrived(7, 10_000);
  expect(delay.waitMs).toBe(300);
});
