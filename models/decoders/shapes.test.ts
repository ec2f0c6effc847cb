import { expect, test } from 'vitest';
import type { MadeGraph } from '../made-graph.ts';
import { finds, found, tensor } from './golden-for-tests.ts';
import { outlineOf } from './mask-outline.ts';

const near = (points: readonly (readonly number[])[], expected: readonly (readonly number[])[]) => {
  expect(points).toHaveLength(expected.length);
  points.forEach((point, i) => {
    point.forEach((v, axis) => {
      expect(Math.abs(v - expected[i]![axis]!), `point ${i}: ${point}`).toBeLessThanOrEqual(0.5);
    });
  });
};

test('classification: the classes of the whole picture over their floor, as written or after softmax', async () => {
  const output = { family: 'class-scores', names: { scores: 'output0' } };
  const scores: MadeGraph = { outputs: [{ name: 'output0', dims: [1, 2], values: [0.2, 0.8] }] };
  await finds({ output, graph: scores, picturePx: [100, 50] }, [
    ['dog', 0.8, [0, 0, 100, 50]],
    ['cat', 0.2, [0, 0, 100, 50]],
  ]);
  const logits: MadeGraph = { outputs: [{ name: 'output0', dims: [1, 2], values: [0, 3] }] };
  await finds({ output: { ...output, scoreActivation: 'softmax' }, graph: logits }, [
    ['dog', Math.exp(3) / (1 + Math.exp(3)), [0, 0, 128, 128]],
  ]);
});

test('pose: keypoints with their scores, in pixels of the picture', async () => {
  const rows = Array.from({ length: 84 }, () => new Array<number>(11).fill(0));
  rows[5] = [32, 32, 16, 16, 0.9, 28, 26, 0.8, 36, 38, 0.3];
  const [only] = await found({
    labels: ['person'],
    output: {
      family: 'dense',
      names: { raw: 'output0' },
      boxFormat: 'cxcywh',
      arrangement: 'columns',
      keypoints: { count: 2, numbers: 3 },
    },
    graph: { outputs: [tensor('output0', rows, true)] },
    picturePx: [128, 256],
  });
  near([only!.boxXyxyPx], [[48, 96, 80, 160]]);
  near(
    only!.keypoints!.map(({ atPx }) => atPx),
    [
      [56, 104],
      [72, 152],
    ],
  );
  expect(only!.keypoints!.map(({ score }) => score)).toEqual([expect.closeTo(0.8), expect.closeTo(0.3)]);
});

test('turned boxes: four corners, and the upright box around them; also as finished rows', async () => {
  const angle = Math.PI / 6;
  const corners = [
    [-16, -4],
    [16, -4],
    [16, 4],
    [-16, 4],
  ].map(([x, y]) => [
    2 * (32 + x! * Math.cos(angle) - y! * Math.sin(angle)),
    2 * (32 + x! * Math.sin(angle) + y! * Math.cos(angle)),
  ]);
  const box = [0, 1].flatMap((which) =>
    [0, 1].map((axis) => Math[which === 0 ? 'min' : 'max'](...corners.map((corner) => corner[axis]!))),
  );
  const rows = Array.from({ length: 84 }, () => new Array<number>(7).fill(0));
  rows[5] = [32, 32, 32, 8, 0.1, 0.9, angle];
  const common = { names: { raw: 'output0' }, boxFormat: 'cxcywh', angle: true };
  for (const [output, graph] of [
    [{ family: 'dense', arrangement: 'columns', ...common }, tensor('output0', rows, true)],
    [
      { family: 'end-to-end', columns: ['box', 'score', 'class', 'angle'], ...common },
      tensor('output0', [[32, 32, 32, 8, 0.9, 1, angle]]),
    ],
  ] as const) {
    const [only] = await found({ output, graph: { outputs: [graph] } });
    expect(only!.label).toBe('dog');
    near([only!.boxXyxyPx], [box]);
    near(only!.cornersPx!, corners);
  }
});

test('segmentation: the outline of the weighed prototypes inside the box', async () => {
  const prototype = Array.from({ length: 16 * 16 }, (_, i) => {
    const [x, y] = [i % 16, Math.floor(i / 16)];
    return x >= 4 && x < 10 && y >= 6 && (y < 8 || x < 6) && y < 12 ? 1 : -1;
  });
  const masks = { name: 'output1', dims: [1, 2, 16, 16], values: [...prototype, ...prototype.map(() => 0)] };
  const rows = Array.from({ length: 84 }, () => new Array<number>(7).fill(0));
  rows[5] = [32, 32, 48, 40, 0.9, 2, 1];
  const [only] = await found({
    labels: ['bag'],
    output: {
      family: 'dense',
      names: { raw: 'output0', masks: 'output1' },
      boxFormat: 'cxcywh',
      arrangement: 'columns',
      maskCoefficients: 2,
    },
    graph: { outputs: [tensor('output0', rows, true), masks] },
  });
  // A cell of the prototype is 8 px of the picture.
  near(
    only!.outlinePx!,
    [
      [10, 6],
      [10, 8],
      [6, 8],
      [6, 12],
      [4, 12],
      [4, 6],
    ].map((point) => point.map((v) => 8 * v)),
  );
});

test('an outline goes around the largest piece alone, and touching corners do not join', () => {
  const grid = ['1100', '1100', '0010', '0001'].join('').split('').map(Number);
  const square = [2, 0, 2, 2, 0, 2, 0, 0];
  expect(outlineOf(Uint8Array.from(grid), 4, 4)).toEqual(square);
  expect(outlineOf(new Uint8Array(16), 4, 4)).toEqual([]);
});
