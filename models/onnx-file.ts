/** A tensor at the border of a graph. A dimension that is not fixed is null. */
export interface GraphTensor {
  name: string;
  dims: (number | null)[];
  /** Its element type as onnx.proto numbers them (1 float, 2 uint8, 7 int64, 10 half); 0 where none is stated. */
  elementType: number;
}

/** What is read from an ONNX file without running it. */
export interface OnnxOutline {
  irVersion: number;
  opset: number;
  inputs: GraphTensor[];
  outputs: GraphTensor[];
  /** The locations of weights that lie outside the file. */
  externalLocations: string[];
  /** Who wrote the file, as it says itself. */
  producer: string;
  /** metadata_props: what the exporter wrote down. */
  metadata: Record<string, string>;
  /** Every operator in use that is of another domain than ONNX's own, as `domain/operator`, and is not defined in the file. */
  foreignOperators: string[];
}

/** The file is not a whole ONNX model; the message says why. */
export class OnnxFileError extends Error {
  override readonly name = 'OnnxFileError';
}

type Visit = (field: number, value: number, bytes: Buffer | null, start: number, end: number) => void;

const MAX_NESTING = 32;
const OWN_DOMAINS = ['', 'ai.onnx'];

/**
 * Walks one protobuf message: a number goes to `value`, a nested message, string or packed list to `bytes`; the field as a
 * whole, with its tag, lies from `start` to `end`. Throws {@link OnnxFileError}.
 */
export function walk(message: Buffer, visit: Visit): void {
  let at = 0;
  const end = message.length;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1, i = 0; i < 10; i++, scale *= 128) {
      if (at >= end) throw new OnnxFileError('the file ends inside a number: it is truncated');
      const byte = message[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new OnnxFileError('a number longer than 10 bytes: this is not a protobuf file');
  };
  while (at < end) {
    const start = at;
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field === 0) throw new OnnxFileError('field number 0: this is not a protobuf file');
    if (wire === 0) {
      const value = varint();
      visit(field, value, null, start, at);
      continue;
    }
    let length: number;
    if (wire === 1) length = 8;
    else if (wire === 5) length = 4;
    else if (wire === 2) length = varint();
    else throw new OnnxFileError(`wire type ${wire}: this is not an ONNX file`);
    if (at + length > end) {
      throw new OnnxFileError(`a field of ${length} bytes with ${end - at} left in the file: it is truncated`);
    }
    at += length;
    if (wire === 2) visit(field, 0, message.subarray(at - length, at), start, at);
  }
}

/** The string at `field` of a message, or ''. */
export function text(message: Buffer, field: number): string {
  let found = '';
  walk(message, (f, _value, bytes) => {
    if (f === field && bytes) found = bytes.toString('utf8');
  });
  return found;
}

function tensorAtBorder(valueInfo: Buffer): GraphTensor {
  const dims: (number | null)[] = [];
  let elementType = 0;
  const onDim: Visit = (field, _value, bytes) => {
    if (field !== 1 || !bytes) return;
    let dim: number | null = null;
    walk(bytes, (f, value) => {
      if (f === 1) dim = value;
    });
    dims.push(dim);
  };
  const onTensor: Visit = (field, value, bytes) => {
    if (field === 1 && !bytes) elementType = value;
    if (field === 2 && bytes) walk(bytes, onDim);
  };
  walk(valueInfo, (field, _value, bytes) => {
    if (field !== 2 || !bytes) return;
    walk(bytes, (f, _v, tensorType) => {
      if (f === 1 && tensorType) walk(tensorType, onTensor);
    });
  });
  return { name: text(valueInfo, 1), dims, elementType };
}

/** TensorProto: external_data = 13 (key = 1, value = 2), data_location = 14 (1 is EXTERNAL). */
function collectExternal(tensor: Buffer, into: string[]): void {
  let location: string | null = null;
  let external = false;
  walk(tensor, (field, value, bytes) => {
    if (field === 14 && value === 1) external = true;
    if (field === 13 && bytes) {
      external = true;
      if (text(bytes, 1) === 'location') location = text(bytes, 2);
    }
  });
  if (external) into.push(location ?? '(no location)');
}

/** What is gathered from all graphs of a file. */
interface Gathered {
  external: string[];
  /** `domain/operator` of nodes that are not of ONNX's own domain. */
  operators: Set<string>;
}

/**
 * Every node's attributes can hold tensors and graphs of their own. NodeProto: op_type = 4, attribute = 5, domain = 7;
 * AttributeProto: t 5, g 6, tensors 10, graphs 11.
 */
function collectFromNode(node: Buffer, into: Gathered, depth: number): void {
  let operator = '';
  let domain = '';
  walk(node, (field, _value, bytes) => {
    if (!bytes) return;
    if (field === 4) operator = bytes.toString('utf8');
    if (field === 7) domain = bytes.toString('utf8');
    if (field !== 5) return;
    walk(bytes, (f, _v, held) => {
      if (!held) return;
      if (f === 5 || f === 10) collectExternal(held, into.external);
      else if (f === 6 || f === 11) collectFromGraph(held, into, depth + 1);
      else if (f === 22 || f === 23) collectFromSparse(held, into.external);
    });
  });
  if (!OWN_DOMAINS.includes(domain)) into.operators.add(`${domain}/${operator}`);
}

function collectFromSparse(sparse: Buffer, into: string[]): void {
  walk(sparse, (field, _value, bytes) => {
    if (bytes && (field === 1 || field === 2)) collectExternal(bytes, into);
  });
}

/** GraphProto: node = 1, initializer = 5, sparse_initializer = 15. */
function collectFromGraph(graph: Buffer, into: Gathered, depth: number): void {
  if (depth > MAX_NESTING) throw new OnnxFileError(`graphs nested deeper than ${MAX_NESTING}`);
  walk(graph, (field, _value, bytes) => {
    if (!bytes) return;
    if (field === 1) collectFromNode(bytes, into, depth);
    else if (field === 5) collectExternal(bytes, into.external);
    else if (field === 15) collectFromSparse(bytes, into.external);
  });
}

/**
 * Reads versions, borders and external weights of an ONNX file (onnx.proto: ModelProto ir_version = 1, graph = 7,
 * producer_name = 2, producer_version = 3,
 * opset_import = 8, metadata_props = 14, training_info = 20, functions = 25) without a protobuf library and without running anything.
 * Throws {@link OnnxFileError} for an empty, truncated or foreign file.
 */
export function outlineOnnx(file: Buffer): OnnxOutline {
  if (file.length === 0) throw new OnnxFileError('the file has 0 bytes');
  if (file.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') throw new OnnxFileError('this is a zip archive');
  const found: Gathered = { external: [], operators: new Set() };
  const outline: OnnxOutline = {
    irVersion: 0,
    opset: 0,
    inputs: [],
    outputs: [],
    externalLocations: found.external,
    producer: '',
    metadata: {},
    foreignOperators: [],
  };
  const defined = new Set<string>();
  const initialised = new Set<string>();
  let hasGraph = false;
  walk(file, (field, value, bytes) => {
    if (field === 1) outline.irVersion = value;
    if (!bytes) return;
    if (field === 2 || field === 3) outline.producer = `${outline.producer} ${bytes.toString('utf8')}`.trim();
    else if (field === 14) outline.metadata[text(bytes, 1)] = text(bytes, 2);
    else if (field === 7) {
      hasGraph = true;
      collectFromGraph(bytes, found, 0);
      walk(bytes, (f, _v, member) => {
        if (!member) return;
        if (f === 5) initialised.add(text(member, 8));
        else if (f === 11) outline.inputs.push(tensorAtBorder(member));
        else if (f === 12) outline.outputs.push(tensorAtBorder(member));
      });
    } else if (field === 8) {
      let version = 0;
      walk(bytes, (f, v) => {
        if (f === 2) version = v;
      });
      if (['', 'ai.onnx'].includes(text(bytes, 1))) outline.opset = version;
    } else if (field === 20) {
      walk(bytes, (f, _v, graph) => {
        if (graph && (f === 1 || f === 2)) collectFromGraph(graph, found, 0);
      });
    } else if (field === 25) {
      defined.add(`${text(bytes, 10)}/${text(bytes, 1)}`);
      walk(bytes, (f, _v, node) => {
        if (f === 7 && node) collectFromNode(node, found, 0);
      });
    }
  });
  if (!hasGraph || outline.irVersion === 0) throw new OnnxFileError('the file holds no ONNX graph');
  outline.foreignOperators = [...found.operators].filter((operator) => !defined.has(operator)).sort();
  outline.inputs = outline.inputs.filter((input) => !initialised.has(input.name));
  return outline;
}
