import onnxProto from 'onnx-proto';
import { toHalf } from './half-floats.ts';

const { onnx } = onnxProto;
const FLOAT = 1;
const BOOL = 9;
const TYPES = { f32: FLOAT, u8: 2, i32: 6, i64: 7, f16: 10 } as const;

/** A tensor that a made graph always gives. */
interface ConstantOutput {
  name: string;
  dims: number[];
  values: readonly number[];
  /** f32 where none is stated. */
  dtype?: keyof typeof TYPES;
  /** The shape that the graph states, where it is another; a name is an open dimension. */
  statedDims?: (number | string)[];
}

/** What a graph made for a test looks like: constant outputs, whatever the picture. */
export interface MadeGraph {
  input?: { name?: string; dims?: (number | string)[]; dtype?: keyof typeof TYPES };
  outputs: ConstantOutput[];
  /** Further inputs that are not looked at. */
  sideInputs?: { name: string; dims: (number | string)[]; dtype: keyof typeof TYPES }[];
  /** An output (1, 1, 4) of zeros and the two numbers of a side input: the box from the corner to there. */
  boxOfSide?: { name: string; side: string };
  /** So many numbers are made up in memory before the first output. */
  fills?: number;
  /** The first output comes after so many rounds of a loop. */
  loops?: number;
  /** What an exporter wrote into metadata_props. */
  metadata?: Record<string, string>;
  /** A node of this domain and operator stands before the first output. */
  customOperator?: { domain: string; opType: string };
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
    const { dtype = 'f32' } = output;
    const tensor = { name: `value of ${output.name}`, dims: output.dims, dataType: TYPES[dtype] };
    if (external === undefined) return onnx.TensorProto.create({ ...tensor, ...written(dtype, output.values) });
    return onnx.TensorProto.create({
      ...tensor,
      dataLocation: 1,
      externalData: [{ key: 'location', value: external }],
    });
  });
  const node = wanted.outputs.map(({ name: output }, i) => {
    const { opType, domain } = (i === 0 && wanted.customOperator) || { opType: 'Identity', domain: '' };
    return onnx.NodeProto.create({ opType, domain, input: [`value of ${output}`], output: [output] });
  });
  const output = wanted.outputs.map((made) =>
    border(made.name, made.statedDims ?? made.dims, TYPES[made.dtype ?? 'f32']),
  );
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
  if (wanted.boxOfSide) {
    const { name: box, side } = wanted.boxOfSide;
    node.push(
      onnx.NodeProto.create({ opType: 'Cast', input: [side], output: ['side'], attribute: [integer('to', FLOAT)] }),
      onnx.NodeProto.create({
        opType: 'Concat',
        input: ['corner', 'side'],
        output: ['corners'],
        attribute: [integer('axis', 1)],
      }),
      onnx.NodeProto.create({ opType: 'Reshape', input: ['corners', 'box'], output: [box] }),
    );
    initializer.push(
      onnx.TensorProto.create({ name: 'corner', dims: [1, 2], dataType: FLOAT, floatData: [0, 0] }),
      onnx.TensorProto.create({ name: 'box', dims: [3], dataType: TYPES.i64, int64Data: [1, 1, 4] }),
    );
    output.push(border(box, [1, 1, 4], FLOAT));
  }
  const first = node[0];
  if (wanted.fills !== undefined && first) {
    first.opType = 'Add';
    first.input = [...first.input!, 'peak'];
    node.push(
      onnx.NodeProto.create({ opType: 'ConstantOfShape', input: ['length'], output: ['zeros'] }),
      onnx.NodeProto.create({
        opType: 'ReduceMax',
        input: ['zeros'],
        output: ['peak'],
        attribute: [integer('keepdims', 0)],
      }),
    );
    initializer.push(
      onnx.TensorProto.create({ name: 'length', dims: [1], dataType: TYPES.i64, int64Data: [wanted.fills] }),
    );
  }
  if (wanted.loops !== undefined && first) {
    const [inside, over] = ['carried', 'turned'].map((name) =>
      onnx.ValueInfoProto.create({ name, type: untyped(FLOAT) }),
    );
    const goesOn = ['goes on', 'still goes on'].map((name) =>
      onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: BOOL, shape: {} } } }),
    );
    const round = onnx.ValueInfoProto.create({
      name: 'round',
      type: { tensorType: { elemType: TYPES.i64, shape: {} } },
    });
    const body = onnx.GraphProto.create({
      name: 'body',
      node: [
        onnx.NodeProto.create({ opType: 'Identity', input: ['goes on'], output: ['still goes on'] }),
        onnx.NodeProto.create({ opType: 'Neg', input: ['carried'], output: ['turned'] }),
      ],
      input: [round, goesOn[0]!, inside!],
      output: [goesOn[1]!, over!],
    });
    first.opType = 'Loop';
    first.input = ['rounds', 'begins', ...first.input!];
    first.attribute = [{ name: 'body', type: 5, g: body }];
    initializer.push(
      onnx.TensorProto.create({ name: 'rounds', dims: [], dataType: TYPES.i64, int64Data: [wanted.loops] }),
      onnx.TensorProto.create({ name: 'begins', dims: [], dataType: BOOL, int32Data: [1] }),
    );
  }
  const sides = (wanted.sideInputs ?? []).map((side) => border(side.name, side.dims, TYPES[side.dtype]));
  const { customOperator } = wanted;
  const model = onnx.ModelProto.create({
    irVersion: wanted.irVersion ?? 7,
    opsetImport: [
      { domain: '', version: wanted.opset ?? 13 },
      ...(customOperator ? [{ domain: customOperator.domain, version: 1 }] : []),
    ],
    metadataProps: Object.entries(wanted.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: { name: 'made for a test', node, initializer, input: [border(name, dims, TYPES[dtype]), ...sides], output },
  });
  return Buffer.from(onnx.ModelProto.encode(model).finish());
}

/** The field of a tensor that holds such numbers; those of half precision are written as their bits. */
function written(dtype: keyof typeof TYPES, values: readonly number[]) {
  if (dtype === 'f32') return { floatData: [...values] };
  if (dtype === 'i64') return { int64Data: [...values] };
  return { int32Data: dtype === 'f16' ? values.map(toHalf) : [...values] };
}

const untyped = (elemType: number) => ({ tensorType: { elemType } });

function integer(name: string, i: number) {
  return { name, type: 2, i };
}

function border(name: string, dims: readonly (number | string)[], elemType: number) {
  const dim = dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType, shape: { dim } } } });
}

/**
 * A graph that really looks: a convolution of 3 × 3 with made-up weights, in steps of 8 px, whose six channels become rows
 * of two corners and two logits. `rows` is (1, places, 6).
 */
export function convolution({
  sidePx,
  dtype,
  layout,
}: {
  sidePx: number;
  dtype: 'f32' | 'u8';
  layout: 'NCHW' | 'NHWC';
}): Buffer {
  const inPlanes = layout === 'NCHW';
  const places = Math.ceil(sidePx / 8) ** 2;
  const weights = Array.from({ length: 6 * 27 }, (_, i) => (((Math.imul(i + 7, 2654435761) >>> 12) % 201) - 90) / 3000);
  const bias = [5, 5, 40, 45, 0, 0];
  const node = [
    { opType: 'Cast', input: ['image'], output: ['pixels'], attribute: [integer('to', FLOAT)] },
    {
      opType: 'Transpose',
      input: ['pixels'],
      output: ['planes'],
      attribute: [{ name: 'perm', type: 7, ints: inPlanes ? [0, 1, 2, 3] : [0, 3, 1, 2] }],
    },
    {
      opType: 'Conv',
      input: ['planes', 'weights', 'bias'],
      output: ['seen'],
      attribute: [
        { name: 'strides', type: 7, ints: [8, 8] },
        { name: 'pads', type: 7, ints: [1, 1, 1, 1] },
      ],
    },
    { opType: 'Reshape', input: ['seen', 'flat'], output: ['columns'] },
    {
      opType: 'Transpose',
      input: ['columns'],
      output: ['rows'],
      attribute: [{ name: 'perm', type: 7, ints: [0, 2, 1] }],
    },
  ].map((one) => onnx.NodeProto.create(one));
  const initializer = [
    onnx.TensorProto.create({ name: 'weights', dims: [6, 3, 3, 3], dataType: FLOAT, floatData: weights }),
    onnx.TensorProto.create({ name: 'bias', dims: [6], dataType: FLOAT, floatData: bias }),
    onnx.TensorProto.create({ name: 'flat', dims: [3], dataType: TYPES.i64, int64Data: [1, 6, places] }),
  ];
  const dims = inPlanes ? [1, 3, sidePx, sidePx] : [1, sidePx, sidePx, 3];
  const model = onnx.ModelProto.create({
    irVersion: 7,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'a convolution made for a test',
      node,
      initializer,
      input: [border('image', dims, TYPES[dtype])],
      output: [border('rows', [1, places, 6], FLOAT)],
    },
  });
  return Buffer.from(onnx.ModelProto.encode(model).finish());
}
