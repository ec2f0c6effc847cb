import { expect, test } from 'vitest';
import { changedShare } from '../views/changed-share.ts';
import { grayBox, MotionGate, newGray } from './gate.ts';

const WIDTH_PX = 160;

/** A gray scene with an optional bright square, in gate pixels. */
function scene(square?: { x: number; y: number; side: number }, noise = 0): Buffer {
  const gray = newGray();
  for (let i = 0; i < gray.length; i++) gray[i] = 90 + (((i * 7919) % 11) / 11) * noise;
  if (!square) return gray;
  for (let y = square.y; y < square.y + square.side; y++)
    gray.fill(200, y * WIDTH_PX + square.x, y * WIDTH_PX + square.x + square.side);
  return gray;
}

test('the first frame counts as changed, and so does the first after a reconnect', () => {
  const gate = new MotionGate();
  expect(gate.moved(scene())).toBe(true);
  gate.keepAsReference(scene());
  expect(gate.moved(scene())).toBe(false);
  gate.forget();
  expect(gate.moved(scene())).toBe(true);
});

test('sensor noise does not open the gate, a car-sized change does', () => {
  const gate = new MotionGate();
  gate.keepAsReference(scene());
  expect(gate.moved(scene(undefined, 12))).toBe(false);
  expect(gate.moved(scene({ x: 40, y: 30, side: 12 }))).toBe(true);
});

test('a change that grows slowly adds up, as it is compared with the last analysed frame', () => {
  const gate = new MotionGate();
  gate.keepAsReference(scene());
  const opened = [1, 2, 3, 4, 5, 6, 7, 8].map((side) => gate.moved(scene({ x: 10, y: 10, side })));
  expect(opened[0]).toBe(false);
  expect(opened.at(-1)).toBe(true);
});

test('a region opens by what moves in it alone, and a small one not by a pixel or two', () => {
  const picture = { width: 1920, height: 1080 };
  const gate = new MotionGate(grayBox(480, 240, 1000, 720, picture));
  gate.keepAsReference(scene());
  expect(gate.moved(scene({ x: 10, y: 10, side: 20 }))).toBe(false);
  expect(gate.moved(scene({ x: 41, y: 21, side: 2 }))).toBe(false);
  expect(gate.moved(scene({ x: 41, y: 21, side: 3 }))).toBe(true);
});

test('a box is the same in noise, and not when something else is in it', () => {
  const gate = new MotionGate();
  const box = grayBox(480, 240, 540, 280, { width: 1920, height: 1080 });
  expect(box).toEqual([40, 20, 45, 24]);
  expect(gate.isSame(scene(), box)).toBe(false);
  gate.keepAsReference(scene());
  expect(gate.isSame(scene(undefined, 12), box)).toBe(true);
  expect(gate.isSame(scene({ x: 39, y: 19, side: 3 }), box)).toBe(false);
  expect(gate.isSame(scene({ x: 60, y: 40, side: 9 }), box)).toBe(true);
});

test('the share counts both brighter and darker pixels', () => {
  expect(changedShare(Uint8Array.of(0, 100, 100, 100), Uint8Array.of(100, 0, 110, 100))).toBe(0.5);
});
