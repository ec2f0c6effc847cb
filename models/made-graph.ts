import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const FLOAT = 1;
const TYPES = { f32: FLOAT, u8: 2 } as const;

/** A float tensor that a made graph always gives. */
interface ConstantOutput {
  name: string;
  dims: number[];
  values: readonly number[];
  /** The shape that the graph states, where it is another; a name is an open dimension. */
  statedDims?: (number | string)[];
}

/** What a graph made for a test looks like: constant outputs, whatever the picture. */
export interface MadeGraph {
  input?: { name?: string; dims?: (number | string)[]; dtype?: keyof typeof TYPES };
  outputs: ConstantOutput[];
  /** The mean of each channel as an output (1, 1, 3); the picture is NHWC or NCHW. */
  channelMeans?: { name: string; layout: 'NHWC' | 'NCHW' };
  /** Puts the weights of the first output into a file beside the model. */
  externalLocation?: string;
  opset?: number;
  irVersion?: number;
}

/** Writes a tiny ONNX file: any row of the table of families can be tried without weights. */
export function madeGraph(wanted: MadeGraph): Buffer {
  const { name = 'image', dims = [1, 16, 16, 3], dtype = 'u8' } = wanted.input ?? {};
  const initializer = wanted.outputs.map((output, i) => {
    const external = i === 0 ? wanted.externalLocation : undefined;
    const tensor = { name: `value of ${output.name}`, dims: output.dims, dataType: FLOAT };
    if (external === undefined) return onnx.TensorProto.create({ ...tensor, floatData: [...output.values] });
    return onnx.TensorProto.create({
      ...tensor,
      dataLocation: 1,
      externalData: [{ key: 'location', value: external }],
    });
  });
  const node = wanted.outputs.map(({ name: output }) =>
    onnx.NodeProto.create({ opType: 'Identity', input: [`value of ${output}`], output: [output] }),
  );
  const output = wanted.outputs.map((made) => border(made.name, made.statedDims ?? made.dims, FLOAT));
  if (wanted.channelMeans) {
    const { name: means, layout } = wanted.channelMeans;
    const axes = layout === 'NHWC' ? [1, 2] : [2, 3];
    node.push(
      onnx.NodeProto.create({ opType: 'Cast', input: [name], output: ['pixels'], attribute: [integer('to', FLOAT)] }),
      onnx.NodeProto.create({
        opType: 'ReduceMean',
        input: ['pixels'],
        output: ['means'],
        attribute: [{ name: 'axes', type: 7, ints: axes }, integer('keepdims', 0)],
      }),
      onnx.NodeProto.create({ opType: 'Reshape', input: ['means', 'row'], output: [means] }),
    );
    initializer.push(onnx.TensorProto.create({ name: 'row', dims: [3], dataType: 7, int64Data: [1, 1, 3] }));
    output.push(border(means, [1, 1, 3], FLOAT));
  }
  const model = onnx.ModelProto.create({
    irVersion: wanted.irVersion ?? 7,
    opsetImport: [{ domain: '', version: wanted.opset ?? 13 }],
    graph: { name: 'made for a test', node, initializer, input: [border(name, dims, TYPES[dtype])], output },
  });
  return Buffer.from(onnx.ModelProto.encode(model).finish());
}

function integer(name: string, i: number) {
  return { name, type: 2, i };
}

function border(name: string, dims: readonly (number | string)[], elemType: number) {
  const dim = dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType, shape: { dim } } } });
}
