import type { GraphNode, OnnxGraph } from './onnx-graph.ts';

/** Of each number alone, and the greater the number the greater what comes of it: the order of rows is the same before. */
const RISING = ['Identity', 'Sigmoid'];
/** Of each number alone, or of two at the same place. */
const EACH_ALONE = [...RISING, 'Clip', 'Relu', 'LeakyRelu', 'Exp', 'Tanh', 'Add', 'Sub', 'Mul', 'Div', 'Pow'];

/** A size that is not known: mostly how many pictures are looked at. */
const UNKNOWN = 0;

/** Where the rows of a tensor lie, and in which of its axes the classes. */
interface Ranked {
  tensor: string;
  rowAxis: number;
  classAxis: number;
}

/**
 * Moves the choice of rows toward the input of a graph: what is reckoned of each row alone is reckoned of the chosen ones only.
 * One instance per graph.
 */
export class LateRows {
  readonly #graph: OnnxGraph;
  readonly #rows: string;
  readonly #kept: number;
  readonly #ours: string;
  readonly #made = new Map<string, string>();
  readonly #dims = new Map<string, readonly number[] | null>();
  #count = 0;

  /** @param rows the tensor of the chosen rows' places, `kept` of them; `ours` begins the names of all that is added */
  constructor(graph: OnnxGraph, rows: string, kept: number, ours: string) {
    this.#graph = graph;
    this.#rows = rows;
    this.#kept = kept;
    this.#ours = ours;
  }

  /** The tensor by which the rows are ranked: scores as they are before what does not change their order. */
  ranked(scores: string, rowAxis: number, classAxis: number): Ranked {
    const node = this.#graph.producerOf(scores);
    if (!node) return { tensor: scores, rowAxis, classAxis };
    if (RISING.includes(node.op)) return this.ranked(node.inputs[0]!, rowAxis, classAxis);
    if (node.op === 'Transpose') {
      const perm = node.numbers.get('perm');
      if (!perm) return { tensor: scores, rowAxis, classAxis };
      return this.ranked(node.inputs[0]!, perm[rowAxis]!, perm[classAxis]!);
    }
    if (node.op === 'Split' && axisOf(node, this.#dimsOf(scores)) === classAxis) {
      const from = this.ranked(node.inputs[0]!, rowAxis, classAxis);
      if (from.tensor === node.inputs[0]) return { tensor: scores, rowAxis, classAxis };
      const outputs = node.outputs.map((_, i) => this.#name(`ranked/${i}`));
      this.#graph.addLike(node, [from.tensor, ...node.inputs.slice(1)], outputs, from.classAxis);
      return { ...from, tensor: outputs[node.outputs.indexOf(scores)]! };
    }
    return { tensor: scores, rowAxis, classAxis };
  }

  /** A tensor of the chosen rows only. */
  of(tensor: string, axis: number): string {
    const key = `${axis}/${tensor}`;
    const made = this.#made.get(key);
    if (made) return made;
    const node = this.#graph.producerOf(tensor);
    const late = (node && this.#late(node, tensor, axis)) ?? this.#gather(tensor, axis);
    this.#made.set(key, late);
    return late;
  }

  #late(node: GraphNode, tensor: string, axis: number): string | null {
    const inputs = node.op === 'Transpose' ? this.#throughTranspose(node, axis) : this.#inputsOf(node, tensor, axis);
    if (!inputs) return null;
    const outputs = node.outputs.map((output) => {
      const name = this.#name(node.op);
      this.#made.set(`${axis}/${output}`, name);
      return name;
    });
    this.#graph.addLike(node, inputs, outputs);
    return outputs[node.outputs.indexOf(tensor)]!;
  }

  #throughTranspose(node: GraphNode, axis: number): string[] | null {
    const perm = node.numbers.get('perm');
    return perm ? [this.of(node.inputs[0]!, perm[axis]!)] : null;
  }

  /** The inputs of the same node for the chosen rows; null where it mixes rows, or nobody knows. */
  #inputsOf(node: GraphNode, tensor: string, axis: number): string[] | null {
    const [first = '', ...others] = node.inputs;
    const dims = this.#dimsOf(first);
    if (node.op === 'Split' && dims && axisOf(node, dims) !== axis) return [this.of(first, axis), ...others];
    if (node.op === 'Softmax' && dims && axisOf(node, dims) !== axis) return [this.of(first, axis), ...others];
    if (node.op === 'MatMul' && dims && axis < dims.length - 1 && this.#isMatrix(others[0]))
      return [this.of(first, axis), ...others];
    if (node.op === 'Reshape') return this.#throughReshape(node, axis);
    return EACH_ALONE.includes(node.op) ? this.#throughEach(node, tensor, axis) : null;
  }

  #throughEach(node: GraphNode, tensor: string, axis: number): string[] | null {
    const dims = this.#dimsOf(tensor);
    if (!dims) return null;
    const inputs: string[] = [];
    for (const input of node.inputs) {
      const own = input === '' ? [] : this.#dimsOf(input);
      if (!own) return null;
      const ofRows = own[axis - (dims.length - own.length)] ?? 1;
      // For all rows the same; else a row of its own for each.
      if (ofRows === 1) inputs.push(input);
      else if (own.length === dims.length && ofRows !== UNKNOWN && ofRows === dims[axis])
        inputs.push(this.of(input, axis));
      else return null;
    }
    return inputs;
  }

  /** Where the axes up to that of the rows stay as they are, the rows stay rows. */
  #throughReshape(node: GraphNode, axis: number): string[] | null {
    const from = this.#dimsOf(node.inputs[0]!);
    const to = this.#graph.numbersOf(node.inputs[1]);
    if (!from || !to || to.some((dim) => dim < 0)) return null;
    const stays = (dim: number, i: number) => dim === from[i] || (dim === 0 && i < axis);
    if (!to.slice(0, axis + 1).every(stays)) return null;
    const shape = this.#name('shape');
    this.#graph.addNumbers(shape, [...to.slice(0, axis), this.#kept, ...to.slice(axis + 1)]);
    return [this.of(node.inputs[0]!, axis), shape];
  }

  /** The shape of a tensor as far as it follows from the constants of its makers, {@link UNKNOWN} what does not; or null. */
  #dimsOf(tensor: string): readonly number[] | null {
    let dims = this.#dims.get(tensor);
    if (dims === undefined) {
      dims = this.#reckonDims(tensor);
      this.#dims.set(tensor, dims);
    }
    return dims;
  }

  #reckonDims(tensor: string): readonly number[] | null {
    const constant = this.#graph.constants.get(tensor);
    if (constant) return constant.dims;
    const node = this.#graph.producerOf(tensor);
    if (!node) return null;
    const [first = '', second] = node.inputs;
    if (node.op === 'Reshape') {
      const shape = this.#graph.numbersOf(second);
      if (!shape || shape.some((dim) => dim < 0)) return null;
      const from = shape.includes(0) ? this.#dimsOf(first) : null;
      return shape.map((dim, i) => dim || (from?.[i] ?? UNKNOWN));
    }
    if (node.op === 'Concat') return this.#dimsOfConcat(node);
    if (node.op === 'MatMul') {
      const [left, right] = [this.#dimsOf(first), this.#dimsOf(second ?? '')];
      return left && right?.length === 2 ? [...left.slice(0, -1), right[1]!] : null;
    }
    if (![...EACH_ALONE, 'Transpose', 'Split', 'Softmax'].includes(node.op)) return null;
    const dims = this.#dimsOf(first);
    if (!dims) return null;
    if (node.op === 'Transpose') return node.numbers.get('perm')?.map((axis) => dims[axis]!) ?? null;
    if (node.op === 'Split') {
      const sizes = this.#graph.numbersOf(second) ?? node.numbers.get('split');
      const size = sizes?.[node.outputs.indexOf(tensor)];
      return size === undefined ? null : dims.map((dim, i) => (i === axisOf(node, dims) ? size : dim));
    }
    if (node.op === 'Softmax') return dims;
    // What is joined with it is no larger: else its shape would not be this one.
    return node.inputs.slice(1).every((input) => this.#fitsInto(input, dims)) ? dims : null;
  }

  #dimsOfConcat(node: GraphNode): readonly number[] | null {
    const all = node.inputs.map((input) => this.#dimsOf(input));
    const [first] = all;
    if (!first || all.some((dims) => dims?.length !== first.length)) return null;
    const axis = axisOf(node, first);
    return first.map((dim, i) => (i === axis ? all.reduce((sum, dims) => sum + dims![i]!, 0) : dim));
  }

  #fitsInto(tensor: string, dims: readonly number[]): boolean {
    if (tensor === '') return true;
    const own = this.#dimsOf(tensor);
    if (!own || own.length > dims.length) return false;
    const from = dims.length - own.length;
    return own.every((dim, i) => dim === 1 || dim === dims[from + i]);
  }

  #isMatrix(tensor: string | undefined): boolean {
    return tensor !== undefined && this.#graph.constants.get(tensor)?.dims.length === 2;
  }

  #gather(tensor: string, axis: number): string {
    const name = this.#name('picked');
    this.#graph.add({ op: 'Gather', inputs: [tensor, this.#rows], outputs: [name], numbers: { axis } });
    return name;
  }

  #name(what: string): string {
    return `${this.#ours}${what}/${this.#count++}`;
  }
}

/** Which axis a node works along, counted from the first; -1 where it is counted from the last of a shape that is not known. */
function axisOf(node: GraphNode, dims: readonly number[] | null): number {
  const axis = node.numbers.get('axis')?.[0] ?? (node.op === 'Softmax' ? -1 : 0);
  return axis < 0 && dims ? axis + dims.length : axis;
}
