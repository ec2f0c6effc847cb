import { expect, test } from 'vitest';
import { areaOf, atPointer, circleRing, distanceM, figuresOf, type LngLat, type Sketch, withPoint } from './sketch.ts';

const HERE: LngLat = [116.36, 37.43];
const east = (metres: number): LngLat => [HERE[0] + metres / 88_510, HERE[1]];
const north = (metres: number): LngLat => [HERE[0], HERE[1] + metres / 110_986];
const empty = (tool: Sketch['tool']): Sketch => ({ tool, points: [], pointer: null, widthM: 40 });

test('a circle is done with its second point, and its radius is told in metres while the pointer moves', () => {
  const begun = withPoint(empty('circle'), HERE);
  expect(begun.done).toBeNull();
  const figures = figuresOf(atPointer({ ...begun.sketch, pointer: east(250) }));
  expect(Math.abs(figures.radiusM! - 250)).toBeLessThan(1);
  expect(Math.abs(figures.areaM2 / (Math.PI * 250 ** 2) - 1)).toBeLessThan(0.01);
  const { done } = withPoint(begun.sketch, east(250));
  expect(done).toMatchObject({ shape: 'circle', centre: HERE });
});

test('a polygon needs three corners, a line two; a point on the last one is the second click of a double click', () => {
  let sketch = empty('polygon');
  for (const point of [HERE, east(100), east(100)]) ({ sketch } = withPoint(sketch, point));
  expect(sketch.points).toHaveLength(2);
  expect(areaOf(sketch)).toBeNull();
  ({ sketch } = withPoint(sketch, north(100)));
  expect(areaOf(sketch)).toMatchObject({ shape: 'polygon', corners: [HERE, east(100), north(100)] });
  expect(figuresOf(sketch).areaM2 / 5000).toBeCloseTo(1, 1);
  let line = withPoint(empty('corridor'), HERE).sketch;
  expect(areaOf(line)).toBeNull();
  line = withPoint(line, north(1000)).sketch;
  expect(areaOf(line)).toMatchObject({ shape: 'corridor', widthM: 40 });
  expect(Math.abs(figuresOf(line).lengthM! - 1000)).toBeLessThan(5);
});

test('a circle’s outline is closed and everywhere its radius away', () => {
  const ring = circleRing(HERE, 500);
  expect(ring.at(-1)).toEqual(ring[0]);
  for (const corner of ring) expect(Math.abs(distanceM(HERE, corner) - 500)).toBeLessThan(1);
});
