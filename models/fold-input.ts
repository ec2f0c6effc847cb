import { createHash } from 'node:crypto';
import onnxProto from 'onnx-proto';
import type { Manifest } from './manifest.ts';
import { outlineOnnx, text, walk } from './onnx-file.ts';
import { field } from './onnx-graph.ts';

const { onnx } = onnxProto;
const FLOAT = 1;
const UINT8 = 2;
const INT64 = 7;
/** The names of all that is added begin so: no exporter writes this. */
const OURS = 'chengnao/input/';
/** Mul and Add stretch their operands since 7. */
const LEAST_OPSET = 7;
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_INPUT = 11;

/** A step of the picture's preparation that the graph now does itself. */
type FoldedStep = 'layout' | 'colour-order' | 'cast' | 'normalisation';

/** A graph that takes whole pixels, u8 NHWC RGB, and the manifest that says so. */
export interface Folded {
  file: Buffer;
  manifest: Manifest;
  steps: FoldedStep[];
}

/** Why a picture is fed as the graph wants it. */
export type KeptReason = 'nothing-to-fold' | 'half-precision' | 'dynamic-shape' | 'old-opset';

/**
 * Puts what stands between whole pixels and a graph's input into the graph: the order of axes, of channels, the cast, and
 * the normalisation. All but the last is exact to the bit; that is one product and one sum in single precision, where the
 * manifest's formula is reckoned in double and rounded once. The file's own bytes stay as they are but for the input;
 * it is not read into objects, so nothing that a newer version of the format wrote is lost.
 */
export function foldInput(manifest: Manifest, file: Buffer): Folded | { kept: KeptReason } {
  const { input } = manifest;
  if (input.dtype === 'f16') return { kept: 'half-precision' };
  const outline = outlineOnnx(file);
  const tensor = outline.inputs.find(({ name }) => name === input.name);
  if (tensor?.dims.length !== 4 || tensor.dims.slice(1).includes(null)) return { kept: 'dynamic-shape' };
  if (outline.opset < LEAST_OPSET) return { kept: 'old-opset' };
  const { nodes, initializers, steps } = stepsOf(manifest);
  if (steps.length === 0) return { kept: 'nothing-to-fold' };
  const dim = [1, input.heightPx, input.widthPx, 3].map((dimValue) => ({ dimValue }));
  const picture = onnx.ValueInfoProto.create({
    name: `${OURS}picture`,
    type: { tensorType: { elemType: UINT8, shape: { dim } } },
  });
  const added = [
    ...nodes.map((node) => field(GRAPH_NODE, onnx.NodeProto.encode(node).finish())),
    ...initializers.map((tensor) => field(GRAPH_INITIALIZER, onnx.TensorProto.encode(tensor).finish())),
    field(GRAPH_INPUT, onnx.ValueInfoProto.encode(picture).finish()),
  ];
  const folded = withGraphInput(file, input.name, added);
  return {
    file: folded,
    steps,
    manifest: {
      ...manifest,
      onnx: { file: manifest.onnx.file, sha256: createHash('sha256').update(folded).digest('hex') },
      input: {
        ...input,
        name: `${OURS}picture`,
        layout: 'NHWC',
        dtype: 'u8',
        colourOrder: 'RGB',
        scale: 1,
        mean: [0, 0, 0],
        std: [1, 1, 1],
      },
    },
  };
}

function stepsOf({ input }: Manifest) {
  const nodes: ReturnType<typeof onnx.NodeProto.create>[] = [];
  const initializers: ReturnType<typeof onnx.TensorProto.create>[] = [];
  const steps: FoldedStep[] = [];
  let from = `${OURS}picture`;
  const then = (
    step: FoldedStep,
    opType: string,
    more: string[],
    attributes: Record<string, number | number[]> = {},
  ) => {
    if (steps.at(-1) !== step) steps.push(step);
    const output = `${OURS}${opType.toLowerCase()}`;
    nodes.push(
      onnx.NodeProto.create({
        opType,
        name: output,
        input: [from, ...more],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) =>
          Array.isArray(value) ? { name, type: 7, ints: value } : { name, type: 2, i: value },
        ),
      }),
    );
    from = output;
  };
  const inPlanes = input.layout === 'NCHW';
  if (inPlanes) then('layout', 'Transpose', [], { perm: [0, 3, 1, 2] });
  if (input.colourOrder === 'BGR') {
    initializers.push(
      onnx.TensorProto.create({ name: `${OURS}order`, dims: [3], dataType: INT64, int64Data: [2, 1, 0] }),
    );
    then('colour-order', 'Gather', [`${OURS}order`], { axis: inPlanes ? 1 : 3 });
  }
  if (input.dtype === 'f32') {
    then('cast', 'Cast', [], { to: FLOAT });
    const perChannel = (name: string, values: number[]) => {
      initializers.push(
        onnx.TensorProto.create({
          name: OURS + name,
          dims: inPlanes ? [1, 3, 1, 1] : [1, 1, 1, 3],
          dataType: FLOAT,
          floatData: values,
        }),
      );
      return [OURS + name];
    };
    const factors = input.std.map((std) => input.scale / std);
    const shifts = input.mean.map((mean, c) => -mean / input.std[c]!);
    if (factors.some((factor) => factor !== 1)) then('normalisation', 'Mul', perChannel('factors', factors));
    if (shifts.some((shift) => shift !== 0)) then('normalisation', 'Add', perChannel('shifts', shifts));
  }
  const last = nodes.at(-1);
  if (last) last.output = [input.name];
  return { nodes, initializers, steps };
}

/** The file with `added` before all else in its graph, and without the input that they stand for. */
function withGraphInput(file: Buffer, inputName: string, added: Buffer[]): Buffer {
  const parts: Buffer[] = [];
  let isFirst = true;
  walk(file, (number, _value, graph, start, end) => {
    if (number !== MODEL_GRAPH || !graph) {
      parts.push(file.subarray(start, end));
      return;
    }
    // A message that stands twice is merged: what is added goes before the first.
    const members: Buffer[] = isFirst ? [...added] : [];
    isFirst = false;
    walk(graph, (member, _v, bytes, from, to) => {
      if (member === GRAPH_INPUT && bytes && text(bytes, 1) === inputName) return;
      members.push(graph.subarray(from, to));
    });
    parts.push(field(MODEL_GRAPH, Buffer.concat(members)));
  });
  return Buffer.concat(parts);
}
