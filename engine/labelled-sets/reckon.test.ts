import { expect, test } from 'vitest';
import type { BoxPx } from '../contract/labelled-set.ts';
import { reckon, type SeenPicture } from './reckon.ts';

const CLASSES = [
  { class: 'car', label: 'car', threshold: 0.5 },
  { class: 'dog', label: 'hound', threshold: 0.6 },
  { class: 'cat', label: 'cat', threshold: 0.5 },
];
const is = (name: string, xyxyPx: BoxPx, crowd = false) => ({ class: name, xyxyPx, crowd });
const said = (label: string, score: number, xyxyPx: BoxPx) => ({ label, score, xyxyPx });
const picture = (truth: SeenPicture['truth'], found: SeenPicture['found'], clip: SeenPicture['clip'] = null) => ({
  truth,
  found,
  clip,
  cropped: false,
});
const A: BoxPx = [0, 0, 10, 10];
const B: BoxPx = [50, 50, 70, 70];
const FAR: BoxPx = [200, 200, 220, 220];

test('precision and recall at the threshold, the confusion and what was found where nothing is', () => {
  const seen = [
    // A car that is called a car, a dog that is called a car, a car where nothing is.
    picture([is('car', A), is('dog', B)], [said('car', 0.9, A), said('car', 0.8, B), said('car', 0.7, FAR)]),
    // A dog under its threshold: missed; a hound in a crowd of dogs: not counted.
    picture(
      [is('dog', A), is('dog', [100, 0, 200, 100], true)],
      [said('hound', 0.59, A), said('hound', 0.9, [110, 10, 120, 20])],
    ),
    picture([], [said('car', 0.49, A)]),
    picture([], [said('car', 0.51, A), said('bicycle', 0.99, B)]),
  ];
  const result = reckon(seen, CLASSES, []);
  expect(result).toMatchObject({ pictures: 4, boxes: 3, negatives: { pictures: 2, withFalse: 1 } });
  const [car, dog, cat] = result.classes;
  expect(car).toMatchObject({ boxes: 1, found: 1, falselyFound: 3, precision: 1 / 4, recall: 1, ap50: 1 });
  // The dog at 0.59 is the first hit of two dogs: precision 1 up to a recall of 1/2: 51 of 101 recalls.
  expect(dog).toMatchObject({ boxes: 2, found: 0, falselyFound: 0, precision: null, recall: 0 });
  expect(dog!.ap50).toBeCloseTo(51 / 101, 12);
  expect(cat).toMatchObject({ boxes: 0, ap50: null, ap: null, recall: null });
  expect(result.ap50).toBeCloseTo((1 + 51 / 101) / 2, 12);
  //                  car dog cat nothing
  expect(result.confusion.counts).toEqual([
    [1, 0, 0, 0],
    [1, 0, 0, 1],
    [0, 0, 0, 0],
    [2, 0, 0, 0],
  ]);
  expect(result.clips).toEqual({ count: 0, hours: 0, falseAlarms: 0, falseAlarmsPerHour: null });
});

test('in a negative clip one thing at one place is one false alarm, until it was gone for ten seconds', () => {
  const at = (atMs: number, ...found: SeenPicture['found']) => picture([], found, { id: 'quiet', atMs });
  const seen = [
    at(2000, said('car', 0.9, [1, 0, 11, 10]), said('car', 0.9, FAR)),
    at(0, said('car', 0.9, A)),
    at(1000, said('car', 0.9, A)),
    at(11_000, said('car', 0.9, A)),
    // Eleven seconds after it was seen last: another alarm.
    at(22_500, said('car', 0.9, A)),
    at(23_000, said('car', 0.3, B), said('cat', 0.7, A)),
  ];
  const clips = [{ id: 'quiet', durationMs: 30 * 60_000 }];
  expect(reckon(seen, CLASSES, clips).clips).toEqual({ count: 1, hours: 0.5, falseAlarms: 4, falseAlarmsPerHour: 8 });
  const none = [{ id: 'silent', durationMs: 60_000 }];
  expect(reckon([picture([], [], { id: 'silent', atMs: 0 })], CLASSES, none).clips.falseAlarmsPerHour).toBe(0);
});
