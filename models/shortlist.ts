import onnxProto from 'onnx-proto';
import type { OutputRole } from './decoders/decoder.ts';
import { outlineOnnx } from './onnx-file.ts';
import { type AlgorithmPackage, outputRoles } from './package.ts';

const { onnx } = onnxProto;
const INT64 = 7;
const FLOAT = 1;
/** The names of all that is added begin so: no exporter writes this. */
const OURS = 'chengnao/shortlist/';
/** TopK over int64, and its attribute `largest`, came with 11. */
const LEAST_OPSET = 11;

/** A graph whose rows are picked inside it, and the names of its outputs by role. */
export interface Shortlisted {
  file: Buffer;
  roles: { role: OutputRole; name: string }[];
}

/**
 * Adds to a graph of the family boxes-scores the choice of its surest rows, in their own order: no other row can give a
 * candidate, as the candidates are the surest (row, class) pairs and no more than the rows that are kept. The boxes and
 * scores that come out are the same, bit by bit; the runtime's copy of every output (a megabyte a picture, which also
 * drives the collector) becomes small. Null where it does not apply: another family, open row counts, a background
 * column, or thresholds below the low score, by which a less sure row may count and a surer one not.
 *
 * What is added is appended to the file: messages of protobuf that stand twice are merged.
 */
export function withShortlist(pkg: AlgorithmPackage, floors: Float32Array, file: Buffer): Shortlisted | null {
  const { output, selection } = pkg.manifest;
  if (output.family !== 'boxes-scores' || output.classOffset !== 0 || output.noObjectLast) return null;
  if (output.scoreActivation === 'softmax' || output.arrangement !== 'rows') return null;
  if (floors.some((floor) => floor !== floors[0])) return null;
  const outline = outlineOnnx(file);
  const kept = selection.maxCandidates;
  const [boxes, scores] = outputRoles(pkg.manifest).map(({ name }) =>
    outline.outputs.find((tensor) => tensor.name === name),
  );
  const rows = scores?.dims[1] ?? null;
  const columns = scores?.dims[2] ?? null;
  if (!boxes || !scores || rows === null || columns === null || rows <= kept || outline.opset < LEAST_OPSET)
    return null;

  const node = (opType: string, input: string[], outputs: string[], attributes: Record<string, number | number[]>) =>
    onnx.NodeProto.create({
      opType,
      name: OURS + outputs[0],
      input,
      output: outputs.map((name) => OURS + name),
      attribute: Object.entries(attributes).map(([name, value]) =>
        Array.isArray(value) ? { name, type: 7, ints: value } : { name, type: 2, i: value },
      ),
    });
  const constant = (name: string, value: number) =>
    onnx.TensorProto.create({ name: OURS + name, dims: [1], dataType: INT64, int64Data: [value] });
  // From 18 on the axes of ReduceMax are an input.
  const axesAreInput = outline.opset >= 18;
  const addition = onnx.ModelProto.create({
    graph: {
      initializer: [constant('kept', kept), constant('flat', -1), constant('classes', 2)],
      node: [
        axesAreInput
          ? node('ReduceMax', [scores.name, `${OURS}classes`], ['surest'], { keepdims: 0 })
          : node('ReduceMax', [scores.name], ['surest'], { axes: [2], keepdims: 0 }),
        node('TopK', [`${OURS}surest`, `${OURS}kept`], ['best', 'bestRows'], { axis: 1 }),
        node('TopK', [`${OURS}bestRows`, `${OURS}kept`], ['inOrder', 'places'], { axis: 1, largest: 0 }),
        node('Reshape', [`${OURS}inOrder`, `${OURS}flat`], ['rows'], {}),
        node('Gather', [boxes.name, `${OURS}rows`], ['boxes'], { axis: 1 }),
        node('Gather', [scores.name, `${OURS}rows`], ['scores'], { axis: 1 }),
      ],
      output: [border('boxes', [1, kept, 4]), border('scores', [1, kept, columns])],
    },
  });
  return {
    file: Buffer.concat([file, onnx.ModelProto.encode(addition).finish()]),
    roles: [
      { role: 'boxes', name: `${OURS}boxes` },
      { role: 'scores', name: `${OURS}scores` },
    ],
  };
}

function border(name: string, dims: readonly number[]) {
  const dim = dims.map((dimValue) => ({ dimValue }));
  return onnx.ValueInfoProto.create({
    name: OURS + name,
    type: { tensorType: { elemType: FLOAT, shape: { dim } } },
  });
}
