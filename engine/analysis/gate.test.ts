import { expect, test } from 'vitest';
import { changedShare } from '../views/changed-share.ts';
import { type GrayPicture, MotionGate } from './gate.ts';

/** A gray scene with an optional bright square, in gate pixels. */
function scene(square?: { x: number; y: number; side: number }, noise = 0): GrayPicture {
  return {
    writeGray(out, widthPx) {
      for (let i = 0; i < out.length; i++) out[i] = 90 + (((i * 7919) % 11) / 11) * noise;
      if (!square) return;
      for (let y = square.y; y < square.y + square.side; y++)
        out.fill(200, y * widthPx + square.x, y * widthPx + square.x + square.side);
    },
  };
}

test('the first frame counts as changed, and so does the first after a reconnect', () => {
  const gate = new MotionGate();
  expect(gate.moved(scene())).toBe(true);
  gate.keepAsReference();
  expect(gate.moved(scene())).toBe(false);
  gate.forget();
  expect(gate.moved(scene())).toBe(true);
});

test('sensor noise does not open the gate, a car-sized change does', () => {
  const gate = new MotionGate();
  gate.moved(scene());
  gate.keepAsReference();
  expect(gate.moved(scene(undefined, 12))).toBe(false);
  expect(gate.moved(scene({ x: 40, y: 30, side: 12 }))).toBe(true);
});

test('a change that grows slowly adds up, as it is compared with the last analysed frame', () => {
  const gate = new MotionGate();
  gate.moved(scene());
  gate.keepAsReference();
  const opened = [1, 2, 3, 4, 5, 6, 7, 8].map((side) => gate.moved(scene({ x: 10, y: 10, side })));
  expect(opened[0]).toBe(false);
  expect(opened.at(-1)).toBe(true);
});

test('the share counts both brighter and darker pixels', () => {
  expect(changedShare(Uint8Array.of(0, 100, 100, 100), Uint8Array.of(100, 0, 110, 100))).toBe(0.5);
});
