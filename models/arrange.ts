import { gatherShuffled } from './gather-shuffled.ts';
import { type OnnxOutline, outlineOnnx } from './onnx-file.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { type AlgorithmPackage, outputRoles } from './package.ts';
import { type NamedOutputs, shortlist } from './shortlist.ts';

/** Of whole pixels, a byte each. */
const UINT8 = 2;

/** A graph that gives the same in less time, and the names of its outputs by role. */
export interface Arranged {
  file: Buffer;
  roles: NamedOutputs;
}

/**
 * Arranges a graph so that the runtime does the same sums with fewer copies: a tenth less time for the shipped model. All that comes
 * out is the same, bit by bit. Null where nothing is to be gained, and where weights lie beside the file.
 */
export function arrange(pkg: AlgorithmPackage, floors: Float32Array, file: Buffer): Arranged | null {
  try {
    return arrangedAnew(pkg, floors, file);
  } catch (error) {
    // A circle of nodes, or thousands in a row: the runtime takes it as it is, or says what is wrong with it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function arrangedAnew(pkg: AlgorithmPackage, floors: Float32Array, file: Buffer): Arranged | null {
  const outline = outlineOnnx(file);
  const graph = outline.externalLocations.length > 0 ? null : OnnxGraph.read(file);
  if (!graph) return null;
  const chosen = shortlist(pkg, floors, outline, graph);
  gatherShuffled(graph);
  castLast(graph, outline);
  return graph.isChanged ? { file: graph.write(), roles: chosen ?? outputRoles(pkg.manifest) } : null;
}

/** The order of a picture's axes is changed while its pixels are a byte each, not four. */
function castLast(graph: OnnxGraph, { inputs }: OnnxOutline): void {
  for (const { name, elementType } of inputs) {
    const cast = elementType === UINT8 ? graph.onlyConsumerOf(name) : null;
    const transpose = cast?.op === 'Cast' ? graph.onlyConsumerOf(cast.outputs[0]!) : null;
    if (!cast || transpose?.op !== 'Transpose') continue;
    const between = `chengnao/cast/${name}`;
    graph.addLike(transpose, [name], [between]);
    graph.addLike(cast, [between], [...transpose.outputs]);
    graph.drop(cast);
    graph.drop(transpose);
  }
}
