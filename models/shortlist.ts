import onnxProto from 'onnx-proto';
import type { OutputRole } from './decoders/decoder.ts';
import type { OnnxOutline } from './onnx-file.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { type AlgorithmPackage, outputRoles } from './package.ts';
import { LateRows } from './rows-late.ts';

const { onnx } = onnxProto;
const FLOAT = 1;
/** The names of all that is added begin so: no exporter writes this. */
const OURS = 'chengnao/shortlist/';
/** TopK over int64, and its attribute `largest`, came with 11. */
const LEAST_OPSET = 11;
/** Softmax is along one axis since. */
const LATE_OPSET = 13;
/** From here on the axes of ReduceMax are an input. */
const AXES_ARE_INPUT_OPSET = 18;

/** A graph's outputs by what they mean. */
export type NamedOutputs = { role: OutputRole; name: string }[];

/**
 * Has a graph of the family boxes-scores choose its surest rows, in their own order: no other row can give a candidate, as the
 * candidates are the surest (row, class) pairs and no more than the rows that are kept. What is reckoned of each row alone is
 * reckoned of these only. The boxes and scores that come out are the same, bit by bit; the runtime's copy of every output (a
 * megabyte a picture, which also drives the collector) becomes small. Null where it does not apply: another family, open
 * row counts, a background column, or thresholds below the low score, by which a less sure row may count and a surer one not.
 */
export function shortlist(
  pkg: AlgorithmPackage,
  floors: Float32Array,
  outline: OnnxOutline,
  graph: OnnxGraph,
): NamedOutputs | null {
  const { output, selection } = pkg.manifest;
  if (output.family !== 'boxes-scores' || output.classOffset !== 0 || output.noObjectLast) return null;
  if (output.scoreActivation === 'softmax' || output.arrangement !== 'rows') return null;
  if (floors.some((floor) => floor !== floors[0])) return null;
  const kept = selection.maxCandidates;
  const [boxes, scores] = outputRoles(pkg.manifest).map(({ name }) =>
    outline.outputs.find((tensor) => tensor.name === name),
  );
  const rows = scores?.dims[1] ?? null;
  const columns = scores?.dims[2] ?? null;
  if (!boxes || !scores || rows === null || columns === null || rows <= kept || outline.opset < LEAST_OPSET)
    return null;

  const late = outline.opset >= LATE_OPSET ? new LateRows(graph, `${OURS}rows`, kept, OURS) : null;
  const ranked = late?.ranked(scores.name, 1, 2);
  const { tensor, classAxis } =
    ranked?.rowAxis === 1 || ranked?.rowAxis === 2 ? ranked : { tensor: scores.name, classAxis: 2 };
  const add = (op: string, inputs: string[], outputs: string[], numbers: Record<string, number | number[]> = {}) => {
    graph.add({ op, inputs, outputs: outputs.map((name) => OURS + name), numbers });
  };
  graph.addNumbers(`${OURS}kept`, [kept]);
  graph.addNumbers(`${OURS}flat`, [-1]);
  graph.addNumbers(`${OURS}classes`, [classAxis]);
  if (outline.opset >= AXES_ARE_INPUT_OPSET) add('ReduceMax', [tensor, `${OURS}classes`], ['surest'], { keepdims: 0 });
  else add('ReduceMax', [tensor], ['surest'], { axes: [classAxis], keepdims: 0 });
  add('TopK', [`${OURS}surest`, `${OURS}kept`], ['best', 'bestRows'], { axis: 1 });
  add('TopK', [`${OURS}bestRows`, `${OURS}kept`], ['inOrder', 'places'], { axis: 1, largest: 0 });
  add('Reshape', [`${OURS}inOrder`, `${OURS}flat`], ['rows']);
  for (const [name, whole] of Object.entries({ boxes: boxes.name, scores: scores.name })) {
    if (late) add('Identity', [late.of(whole, 1)], [name]);
    else add('Gather', [whole, `${OURS}rows`], [name], { axis: 1 });
  }
  graph.giveOnly([border('boxes', [1, kept, 4]), border('scores', [1, kept, columns])]);
  return [
    { role: 'boxes', name: `${OURS}boxes` },
    { role: 'scores', name: `${OURS}scores` },
  ];
}

function border(name: string, dims: readonly number[]) {
  const dim = dims.map((dimValue) => ({ dimValue }));
  return onnx.ValueInfoProto.create({
    name: OURS + name,
    type: { tensorType: { elemType: FLOAT, shape: { dim } } },
  });
}
