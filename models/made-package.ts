import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MadeGraph, madeGraph } from './made-graph.ts';
import type { Manifest } from './manifest.ts';

type Overrides = Record<string, unknown>;

/** A manifest of a two-class detector with a 16 × 16 px input, with the given fields in place of its own. */
export function madeManifest(
  over: { input?: Overrides; output?: Overrides; selection?: Overrides; top?: Overrides } = {},
) {
  return {
    name: 'made',
    version: '1.0.0',
    licence: 'none',
    onnx: { file: 'made.onnx' },
    input: {
      name: 'image',
      layout: 'NHWC',
      dtype: 'u8',
      colourOrder: 'RGB',
      resize: { kind: 'stretch' },
      widthPx: 16,
      heightPx: 16,
      ...over.input,
    },
    output: { family: 'boxes-scores', names: { boxes: 'boxes', scores: 'scores' }, ...over.output },
    selection: { thresholds: { default: 0.5 }, nmsIou: 0.6, ...over.selection },
    ...over.top,
  };
}

/** A folder under the system's temporary folder with the three files of a package. */
export async function madePackage(
  manifest: Overrides | Manifest = madeManifest(),
  labels: readonly string[] = ['cat', 'dog'],
  graph: MadeGraph | Buffer = findsRows([[1, 2, 9, 10, 0.9, 0.1]]),
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'made-package-'));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'labels.txt'), labels.join('\n'));
  await writeFile(join(folder, 'made.onnx'), Buffer.isBuffer(graph) ? graph : madeGraph(graph));
  return folder;
}

/** The graph of a `boxes-scores` detector that always finds these rows of [four numbers of a box, score, score, …]. */
export function findsRows(rows: readonly (readonly number[])[]): MadeGraph {
  const classCount = rows[0]!.length - 4;
  return {
    outputs: [
      { name: 'boxes', dims: [1, rows.length, 4], values: rows.flatMap((row) => row.slice(0, 4)) },
      { name: 'scores', dims: [1, rows.length, classCount], values: rows.flatMap((row) => row.slice(4)) },
    ],
  };
}
