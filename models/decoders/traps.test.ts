import { expect, test } from 'vitest';
import type { MadeGraph } from '../made-graph.ts';
import { finds, found, tensor } from './golden-for-tests.ts';

const filled = (rows: number, numbers: number) =>
  Array.from({ length: rows }, () => new Array<number>(numbers).fill(0));

test('(1,6,8400) in columns is two classes without objectness, (1,8400,6) in rows one class with it', async () => {
  const rows = filled(84, 6);
  rows[3] = [32, 32, 16, 16, 0.9, 0.5];
  const names = { raw: 'output0' };
  const boxFormat = 'cxcywh';
  await finds(
    {
      output: { family: 'dense', names, boxFormat, arrangement: 'columns' },
      graph: { outputs: [tensor('output0', rows, true)] },
    },
    [
      ['cat', 0.9, [48, 48, 80, 80]],
      ['dog', 0.5, [48, 48, 80, 80]],
    ],
  );
  await finds(
    {
      labels: ['cat'],
      output: { family: 'dense', names, boxFormat, objectness: true },
      graph: { outputs: [tensor('output0', rows)] },
    },
    [['cat', 0.45, [48, 48, 80, 80]]],
  );
});

test('an arrangement that is stated the wrong way round is refused with the numbers, not turned in silence', async () => {
  const output = { family: 'dense', names: { raw: 'output0' }, boxFormat: 'cxcywh' };
  const rows: MadeGraph = { outputs: [tensor('output0', filled(84, 6))] };
  await expect(found({ output: { ...output, arrangement: 'columns' }, graph: rows })).rejects.toMatchObject({
    code: 'labels-count',
    got: '2 labels',
    expected: expect.stringMatching(/^80, one per class/),
  });
  const columns: MadeGraph = { outputs: [tensor('output0', filled(84, 6), true)] };
  await expect(found({ output, graph: columns })).rejects.toMatchObject({
    code: 'labels-count',
    expected: expect.stringMatching(/^80, one per class/),
  });
});

test('(1,300,6) read as finished rows and as two classes gives what each of them says', async () => {
  const rows = filled(300, 6);
  rows[0] = [0.25, 0.25, 0.5, 0.5, 0.9, 0.75];
  const graph: MadeGraph = { outputs: [tensor('output0', rows)] };
  const boxUnit = 'normalised';
  const names = { raw: 'output0' };
  const finished = { family: 'end-to-end', names, columns: ['box', 'score', 'class'], boxUnit };
  await finds({ output: finished, graph }, [['dog', 0.9, [32, 32, 64, 64]]]);
  await finds({ output: { family: 'dense', names, boxFormat: 'cxcywh', boxUnit }, graph }, [
    ['cat', 0.9, [0, 0, 64, 64]],
    ['dog', 0.75, [0, 0, 64, 64]],
  ]);
});

test('rows of seven numbers must say where class and score stand, and how many numbers there are', async () => {
  const graph: MadeGraph = { outputs: [{ name: 'output', dims: [1, 7], values: [0, 8, 8, 24, 40, 1, 0.9] }] };
  const output = { family: 'end-to-end', names: { raw: 'output' } };
  await expect(found({ output, graph })).rejects.toMatchObject({ got: expect.stringContaining('no columns') });
  await expect(found({ output: { ...output, columns: ['box', 'score', 'class'] }, graph })).rejects.toMatchObject({
    got: '7 numbers a row in [1,7]; expected 6: box, score, class',
  });
});

test('the class column of finished rows: a number that no label is for names both', async () => {
  const graph: MadeGraph = { outputs: [tensor('output0', [[8, 8, 24, 40, 0.9, 2]])] };
  const output = { family: 'end-to-end', names: { raw: 'output0' }, columns: ['box', 'score', 'class'] };
  await expect(found({ output, graph })).rejects.toThrow(/class 2 with 2 labels; expected 0 to 1/);
  await finds({ output: { ...output, classOffset: 1 }, graph }, [['dog', 0.9, [16, 16, 48, 80]]]);
});

test('the 91 slots of COCO: a slot that stands for nothing is N/A, may repeat and is never found', async () => {
  const labels = ['cat', 'N/A', 'dog', 'N/A'];
  const graph: MadeGraph = {
    outputs: [
      tensor('boxes', [
        [8, 8, 24, 40],
        [30, 30, 40, 40],
      ]),
      tensor('scores', [
        [0.1, 0.9, 0.1, 0.1],
        [0.1, 0.1, 0.8, 0.9],
      ]),
    ],
  };
  const output = { family: 'boxes-scores', names: { boxes: 'boxes', scores: 'scores' } };
  await finds({ labels, output, graph }, [['dog', 0.8, [60, 60, 80, 80]]]);
  await expect(found({ labels: ['cat', 'dog'], output, graph })).rejects.toThrow(/2 labels, expected 4, one per class/);
});

test.each([
  [640, 384],
  [384, 640],
])(
  'an input of %i × %i px on a portrait and a landscape picture keeps width and height apart',
  async (width, height) => {
    const graph: MadeGraph = {
      input: { name: 'image', dims: [1, 3, height, width], dtype: 'f32' },
      outputs: [tensor('boxes', [[0.25 * width, 0.5 * height, 0.5 * width, height]]), tensor('scores', [[0.9]])],
    };
    for (const picturePx of [
      [90, 160],
      [160, 90],
    ] as [number, number][]) {
      await finds(
        {
          labels: ['cat'],
          input: { widthPx: width, heightPx: height },
          output: { family: 'boxes-scores', names: { boxes: 'boxes', scores: 'scores' } },
          graph,
          picturePx,
        },
        [['cat', 0.9, [picturePx[0] / 4, picturePx[1] / 2, picturePx[0] / 2, picturePx[1]]]],
      );
    }
  },
);
