import onnxProto from 'onnx-proto';
import { walk } from './onnx-file.ts';

const { onnx } = onnxProto;
type NodeProto = InstanceType<typeof onnx.NodeProto>;

const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_OUTPUT = 12;
const INT64 = 7;
/** Of an attribute: what kind it is, and the fields of its graphs. */
const [ONE_NUMBER, NUMBERS] = [2, 7];
const NESTED = [6, 11];
/** The values of a constant up to so many bytes are read: shapes, axes, places; weights are not. */
const READ_UP_TO_BYTES = 4096;

/** An operator of a graph. */
export interface GraphNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Its attributes that are a whole number or several. */
  numbers: ReadonlyMap<string, readonly number[]>;
}

/** A tensor that is part of the file. */
interface Constant {
  dims: readonly number[];
  /** Of small whole numbers only. */
  numbers: readonly number[] | null;
}

/** What {@link OnnxGraph.node} makes a node of. */
export interface NewNode {
  op: string;
  inputs: string[];
  outputs: string[];
  numbers?: Record<string, number | number[]>;
}

/**
 * The main graph of an ONNX file, to be arranged anew. Of what is not touched the bytes stay as they are, so nothing is lost
 * that a newer version of the format wrote.
 */
export class OnnxGraph {
  readonly constants = new Map<string, Constant>();
  readonly #file: Buffer;
  readonly #nodes = new Map<GraphNode, { proto: NodeProto; bytes: Buffer }>();
  #isChanged = false;
  readonly #consumers = new Map<string, GraphNode[]>();
  readonly #producers = new Map<string, GraphNode>();
  readonly #outputs = new Set<string>();
  readonly #added: Buffer[] = [];
  #newOutputs: Buffer[] | null = null;

  private constructor(file: Buffer) {
    this.#file = file;
  }

  /** null: the graph holds graphs of its own, which may use any tensor by its name. @throws OnnxFileError */
  static read(file: Buffer): OnnxGraph | null {
    const graph = new OnnxGraph(file);
    let isFlat = true;
    walk(file, (field, _value, bytes) => {
      if (field !== MODEL_GRAPH || !bytes) return;
      walk(bytes, (member, _v, held, start, end) => {
        if (!held) return;
        if (member === GRAPH_NODE) isFlat &&= graph.#readNode(held, bytes.subarray(start, end));
        else if (member === GRAPH_INITIALIZER) graph.#readConstant(held);
        else if (member === GRAPH_OUTPUT) graph.#outputs.add(onnx.ValueInfoProto.decode(held).name);
      });
    });
    return isFlat ? graph : null;
  }

  /** Whether anything was added, or taken out. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  get nodes(): Iterable<GraphNode> {
    return this.#nodes.keys();
  }

  /** What makes a tensor; null where it is an input or a constant. */
  producerOf(tensor: string): GraphNode | null {
    return this.#producers.get(tensor) ?? null;
  }

  consumersOf(tensor: string): readonly GraphNode[] {
    return this.#consumers.get(tensor) ?? [];
  }

  /** The one node that takes this tensor, where there is exactly one and it is no output of the graph. */
  onlyConsumerOf(tensor: string): GraphNode | null {
    const consumers = this.consumersOf(tensor);
    return consumers.length === 1 && !this.isOutput(tensor) ? consumers[0]! : null;
  }

  isOutput(tensor: string): boolean {
    return this.#outputs.has(tensor);
  }

  /** The small whole numbers of a constant; null where it is none. */
  numbersOf(tensor: string | undefined): readonly number[] | null {
    return (tensor !== undefined && this.constants.get(tensor)?.numbers) || null;
  }

  /** Takes a node out. Whoever takes its outputs must be given them by another. */
  drop(node: GraphNode): void {
    this.#isChanged = true;
    this.#nodes.delete(node);
    for (const tensor of node.outputs) if (this.#producers.get(tensor) === node) this.#producers.delete(tensor);
    for (const tensor of node.inputs) {
      const others = this.consumersOf(tensor).filter((each) => each !== node);
      this.#consumers.set(tensor, others);
    }
  }

  add({ op, inputs, outputs, numbers = {} }: NewNode): void {
    const node = onnx.NodeProto.create({
      ...{ opType: op, name: outputs.join(), input: inputs, output: outputs },
      attribute: Object.entries(numbers).map(([name, value]) =>
        Array.isArray(value) ? { name, type: NUMBERS, ints: value } : { name, type: ONE_NUMBER, i: value },
      ),
    });
    this.#addProto(node);
  }

  /** Adds what does the same as a node of this graph, with other tensors, and perhaps along another axis. */
  addLike(node: GraphNode, inputs: string[], outputs: string[], axis?: number): void {
    const like = onnx.NodeProto.create(this.#nodes.get(node)!.proto);
    like.name = outputs.join();
    like.input = inputs;
    like.output = outputs;
    if (axis !== undefined)
      like.attribute = [
        ...like.attribute.filter(({ name }) => name !== 'axis'),
        onnx.AttributeProto.create({ name: 'axis', type: ONE_NUMBER, i: axis }),
      ];
    this.#addProto(like);
  }

  /** Adds a constant of int64. */
  addNumbers(name: string, numbers: readonly number[]): void {
    const tensor = onnx.TensorProto.create({ name, dims: [numbers.length], dataType: INT64, int64Data: [...numbers] });
    this.#isChanged = true;
    this.#added.push(field(GRAPH_INITIALIZER, onnx.TensorProto.encode(tensor).finish()));
    this.constants.set(name, { dims: [numbers.length], numbers });
  }

  /** These are the graph's outputs from now on, and what only others needed is left out. */
  giveOnly(outputs: readonly InstanceType<typeof onnx.ValueInfoProto>[]): void {
    this.#newOutputs = outputs.map((info) => field(GRAPH_OUTPUT, onnx.ValueInfoProto.encode(info).finish()));
    this.#outputs.clear();
    for (const { name } of outputs) this.#outputs.add(name);
    for (const node of [...this.#nodes.keys()].reverse()) this.#dropUnused(node);
  }

  /** The file with all changes. */
  write(): Buffer {
    const kept = [...this.#nodes.values()].map(({ bytes }) => bytes);
    const parts: Buffer[] = [];
    let isFirst = true;
    walk(this.#file, (number, _value, graph, start, end) => {
      if (number !== MODEL_GRAPH || !graph) {
        parts.push(this.#file.subarray(start, end));
        return;
      }
      // A message that stands twice is merged: what is new goes into the first. Nodes may stand in any order.
      const members: Buffer[] = isFirst ? [...kept, ...this.#added, ...(this.#newOutputs ?? [])] : [];
      isFirst = false;
      walk(graph, (member, _v, _bytes, from, to) => {
        if (member === GRAPH_NODE || (member === GRAPH_OUTPUT && this.#newOutputs)) return;
        members.push(graph.subarray(from, to));
      });
      parts.push(field(MODEL_GRAPH, Buffer.concat(members)));
    });
    return Buffer.concat(parts);
  }

  #dropUnused(node: GraphNode): void {
    const isUsed = node.outputs.some((tensor) => this.isOutput(tensor) || this.consumersOf(tensor).length > 0);
    if (isUsed || !this.#nodes.has(node)) return;
    this.drop(node);
    for (const tensor of node.inputs) {
      const producer = this.producerOf(tensor);
      if (producer) this.#dropUnused(producer);
    }
  }

  /** @returns false where it holds graphs of its own */
  #readNode(bytes: Buffer, whole: Buffer): boolean {
    let isFlat = true;
    walk(bytes, (member, _v, attribute) => {
      if (member !== 5 || !attribute) return;
      walk(attribute, (number) => {
        if (NESTED.includes(number)) isFlat = false;
      });
    });
    if (isFlat) this.#note(onnx.NodeProto.decode(bytes), whole);
    return isFlat;
  }

  #addProto(proto: NodeProto): void {
    this.#isChanged = true;
    this.#note(proto, field(GRAPH_NODE, onnx.NodeProto.encode(proto).finish()));
  }

  #note(proto: NodeProto, bytes: Buffer): void {
    const numbers = new Map<string, number[]>();
    for (const { name, type, i, ints } of proto.attribute) {
      if (!name) continue;
      if (ints && ints.length > 0) numbers.set(name, ints.map(Number));
      else if (type === ONE_NUMBER) numbers.set(name, [Number(i)]);
    }
    const isOwn = !proto.domain || proto.domain === 'ai.onnx';
    const op = isOwn ? proto.opType : `${proto.domain}/${proto.opType}`;
    const node: GraphNode = { op, inputs: proto.input, outputs: proto.output, numbers };
    this.#nodes.set(node, { proto, bytes });
    for (const tensor of node.outputs) this.#producers.set(tensor, node);
    for (const tensor of node.inputs) this.#consumers.set(tensor, [...this.consumersOf(tensor), node]);
    const value = op === 'Constant' ? proto.attribute.find(({ name }) => name === 'value')?.t : null;
    if (value) this.#noteConstant(node.outputs[0]!, onnx.TensorProto.create(value));
  }

  #readConstant(bytes: Buffer): void {
    const dims: number[] = [];
    let name = '';
    walk(bytes, (member, value, held) => {
      if (member === 8 && held) name = held.toString('utf8');
      if (member !== 1) return;
      if (held) dims.push(...onnx.TensorProto.decode(field(1, held)).dims.map(Number));
      else dims.push(value);
    });
    if (bytes.length <= READ_UP_TO_BYTES) this.#noteConstant(name, onnx.TensorProto.decode(bytes));
    else this.constants.set(name, { dims, numbers: null });
  }

  #noteConstant(name: string, tensor: InstanceType<typeof onnx.TensorProto>): void {
    const { dataType, rawData, int64Data } = tensor;
    let numbers: number[] | null = null;
    if (dataType === INT64 && rawData && rawData.length > 0) {
      const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
      numbers = Array.from({ length: rawData.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
    } else if (dataType === INT64) numbers = int64Data.map(Number);
    this.constants.set(name, { dims: tensor.dims.map(Number), numbers });
  }
}

/** A field of bytes as protobuf writes it. */
export function field(number: number, bytes: Uint8Array): Buffer {
  const head: number[] = [];
  for (let rest of [number * 8 + 2, bytes.length]) {
    for (; rest > 127; rest = Math.floor(rest / 128)) head.push((rest % 128) + 128);
    head.push(rest);
  }
  return Buffer.concat([Buffer.from(head), bytes]);
}
