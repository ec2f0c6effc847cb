import type { GraphNode, OnnxGraph } from './onnx-graph.ts';

/** The names of all that is added begin so: no exporter writes this. */
const OURS = 'chengnao/shuffle/';

/**
 * Channels that are shuffled (ShuffleNet: reshaped into groups, groups and members exchanged, reshaped back) and then cut
 * into parts are picked by their places instead: one copy for three, the same numbers. Where the shape is not fixed, or what is
 * between is used elsewhere, all stays.
 */
export function gatherShuffled(graph: OnnxGraph): void {
  for (const transpose of [...graph.nodes]) {
    if (transpose.op !== 'Transpose' || transpose.numbers.get('perm')?.join() !== '0,2,1,3,4') continue;
    const into = graph.producerOf(transpose.inputs[0]!);
    const back = graph.onlyConsumerOf(transpose.outputs[0]!);
    if (into?.op !== 'Reshape' || back?.op !== 'Reshape' || graph.onlyConsumerOf(into.outputs[0]!) !== transpose)
      continue;
    const grouped = graph.numbersOf(into.inputs[1]);
    const flat = graph.numbersOf(back.inputs[1]);
    // 0 takes over the number of pictures.
    const [n = 0, groups = 0, members = 0, height = 0, width = 0] = grouped ?? [];
    if (grouped?.length !== 5 || n < 0 || Math.min(groups, members, height, width) < 1) continue;
    if (flat?.join() !== [n, groups * members, height, width].join()) continue;
    const places = Array.from({ length: groups * members }, (_, i) => (i % groups) * members + Math.floor(i / groups));
    replace(graph, { into, transpose, back }, places);
  }
}

function replace(
  graph: OnnxGraph,
  { into, transpose, back }: Record<'into' | 'transpose' | 'back', GraphNode>,
  places: number[],
): void {
  const whole = back.outputs[0]!;
  // Whatever its shape was before, as it would lie after: no data moves by that.
  const from = `${OURS}flat/${whole}`;
  graph.add({ op: 'Reshape', inputs: [into.inputs[0]!, back.inputs[1]!], outputs: [from] });
  const gather = (tensor: string, taken: readonly number[]) => {
    graph.addNumbers(OURS + tensor, taken);
    graph.add({ op: 'Gather', inputs: [from, OURS + tensor], outputs: [tensor], numbers: { axis: 1 } });
  };
  const cuts = graph.consumersOf(whole).map((node) => ({ node, parts: partsOf(graph, node, places) }));
  for (const node of [into, transpose, back]) graph.drop(node);
  for (const { node, parts } of cuts) {
    if (!parts) continue;
    graph.drop(node);
    for (const [i, taken] of parts.entries()) gather(node.outputs[i]!, taken);
  }
  if (graph.isOutput(whole) || cuts.length === 0 || cuts.some(({ parts }) => !parts)) gather(whole, places);
}

/** Which of the channels each output of a cut has; null where it does not cut channels alone, at fixed places. */
function partsOf(graph: OnnxGraph, node: GraphNode, places: readonly number[]): (readonly number[])[] | null {
  if (node.op === 'Slice') return slicePart(graph, node, places);
  const sizes = graph.numbersOf(node.inputs[1]) ?? node.numbers.get('split');
  if (node.op !== 'Split' || node.numbers.get('axis')?.join() !== '1' || sizes?.length !== node.outputs.length)
    return null;
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return places.slice(at - size, at);
  });
}

function slicePart(graph: OnnxGraph, node: GraphNode, places: readonly number[]): (readonly number[])[] | null {
  const [starts, ends, axes, steps] = node.inputs.slice(1).map((tensor) => graph.numbersOf(tensor));
  if (starts?.length !== 1 || ends?.length !== 1 || axes?.join() !== '1') return null;
  if (node.inputs[4] && steps?.join() !== '1') return null;
  const [start = 0, end = 0] = [starts[0], ends[0]];
  return start >= 0 && end > start && start < places.length ? [places.slice(start, end)] : null;
}
