import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ExecutionProvider } from '#config/execution-provider.ts';
import { arrange } from './arrange.ts';
import { Candidates } from './decoders/candidates.ts';
import type { Decode, OutputRole, OutputTensors } from './decoders/decoder.ts';
import { DECODERS } from './decoders/table.ts';
import type { Detections, Pixels } from './detections.ts';
import { newDetections } from './detections.ts';
import { openWhereWanted, type RunsOn } from './execution-provider.ts';
import { type Finding, shapeInSource, type ToSource } from './findings.ts';
import type { Fit } from './fit.ts';
import type { AlgorithmPackage } from './package.ts';
import { outputRoles, PackageError } from './package.ts';
import { newPictureInput } from './picture-input.ts';
import { classesOf, type DetectedClass, openSelection } from './selection.ts';
import { newSideInputs } from './side-inputs.ts';
import { floatsOf, READABLE_TYPES } from './tensor-floats.ts';

export { type Detections, newDetections, type Pixels } from './detections.ts';

// The runtime's binary reports its use to its maker's servers unless it is told not to, before its first session.
process.env.ORT_DISABLE_TELEMETRY = '1';

/** An algorithm that is ready to look at pictures, one at a time. */
export interface Detector {
  readonly identity: AlgorithmPackage['identity'];
  readonly labels: readonly string[];
  /** Label, group and threshold of every class: what a tracker needs to know. */
  readonly classes: readonly DetectedClass[];
  /** The size of the picture that the graph takes. */
  readonly inputPx: { readonly width: number; readonly height: number };
  readonly runsOn: RunsOn;
  /** How long the last picture took: in the network, and from its output to boxes. Milliseconds. */
  readonly lastTiming: { inferenceMs: number; decodeMs: number };
  /**
   * Looks at a picture and fills `out` with boxes in its own pixels. Scores go down to the package's low score: boxes
   * under their class's threshold are only fit to continue a track. Throws when a picture is still being looked at.
   */
  detect(pixels: Pixels, out: Detections): Promise<void>;
  /** Gives the session's memory back. */
  close(): Promise<void>;
}

/** A detector that can also be asked for what the frame loop does not need. */
export interface ShapeDetector extends Detector {
  /** Looks at a picture for a person: the same boxes, with what else the graph says of each. It allocates. */
  look(pixels: Pixels): Promise<Finding[]>;
}

/** How a detector runs: threads inside one operator (1 where many share a machine), and where it is wanted: cpu. */
export interface DetectorOptions {
  threads?: number;
  executionProvider?: ExecutionProvider;
}

/**
 * Opens a package's graph and looks at one empty picture, so that a graph which cannot run is refused here. Throws
 * {@link PackageError}.
 */
export async function openDetector(pkg: AlgorithmPackage, options: DetectorOptions = {}): Promise<ShapeDetector> {
  const { manifest, labels } = pkg;
  const classes = classesOf(manifest, labels);
  const floors = Float32Array.from(classes, (c) => lowFloor(c.threshold, manifest.selection.lowScore));
  const path = join(pkg.folder, manifest.onnx.file);
  const arranged = arrange(pkg, floors, await readFile(path));
  const opened = arranged && (await openSession(manifest.onnx.file, arranged.file, options).catch(() => null));
  // What the runtime does not take as it was arranged it may take as it is.
  const { session, runsOn } = opened ?? (await openSession(manifest.onnx.file, path, options));
  const roles = (opened && arranged?.roles) ?? outputRoles(manifest);
  const detector = new OnnxDetector(pkg, classes, floors, session, runsOn, roles);
  try {
    await detector.detect(emptyPicture(manifest.input.widthPx, manifest.input.heightPx), newDetections());
  } catch (cause) {
    await session.release();
    if (cause instanceof PackageError) throw cause;
    throw new PackageError('graph-refused', 'a run of the graph on an empty picture', messageOf(cause), 'boxes', cause);
  }
  return detector;
}

/** Scores below it are of no interest; of a label that is unused none is. */
const lowFloor = (threshold: number, lowScore: number) =>
  threshold === Number.POSITIVE_INFINITY ? threshold : Math.min(threshold, lowScore);

async function openSession(name: string, graph: string | Buffer, options: DetectorOptions) {
  try {
    return await openWhereWanted(graph, options.executionProvider ?? 'cpu', {
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new PackageError('graph-refused', name, messageOf(cause), 'a graph that ONNX Runtime opens', cause);
  }
}

class OnnxDetector implements ShapeDetector {
  readonly identity: AlgorithmPackage['identity'];
  readonly labels: readonly string[];
  readonly classes: readonly DetectedClass[];
  readonly inputPx: { readonly width: number; readonly height: number };
  readonly runsOn: RunsOn;
  readonly lastTiming = { inferenceMs: 0, decodeMs: 0 };
  readonly #pkg: AlgorithmPackage;
  readonly #session: InferenceSession;
  readonly #decode: Decode;
  readonly #describe;
  readonly #picture;
  readonly #sides;
  readonly #select;
  readonly #candidates: Candidates;
  readonly #roles: readonly { role: OutputRole; name: string }[];
  readonly #names: string[];
  readonly #feeds: Record<string, Tensor>;
  readonly #tensors: OutputTensors = {};
  readonly #spares: Float32Array[];
  readonly #picked: Uint16Array;
  readonly #toSource: ToSource = { scaleX: 1, scaleY: 1, offsetXPx: 0, offsetYPx: 0 };
  #busy = false;

  constructor(
    pkg: AlgorithmPackage,
    classes: DetectedClass[],
    floors: Float32Array,
    session: InferenceSession,
    runsOn: RunsOn,
    roles: readonly { role: OutputRole; name: string }[],
  ) {
    const { input, output, sideInputs } = pkg.manifest;
    const family = DECODERS[output.family]!;
    const request = { output, inputWidthPx: input.widthPx, inputHeightPx: input.heightPx, floors };
    this.#pkg = pkg;
    this.identity = pkg.identity;
    this.labels = pkg.labels;
    this.classes = classes;
    this.#session = session;
    this.inputPx = { width: pkg.manifest.input.widthPx, height: pkg.manifest.input.heightPx };
    this.runsOn = runsOn;
    this.#decode = family.open(request);
    this.#describe = family.describe?.(request) ?? null;
    this.#picture = newPictureInput(pkg.manifest);
    this.#sides = sideInputs.length > 0 ? newSideInputs(pkg.manifest) : null;
    this.#select = openSelection(pkg.manifest, classes);
    this.#candidates = new Candidates(pkg.manifest.selection.maxCandidates);
    this.#picked = new Uint16Array(pkg.manifest.selection.maxCandidates);
    this.#roles = roles;
    this.#spares = roles.map(() => new Float32Array(0));
    this.#names = roles.map(({ name }) => name);
    this.#feeds = { [pkg.manifest.input.name]: this.#picture.tensor };
    this.#checkOutputs();
  }

  #checkOutputs(): void {
    for (const { name } of this.#roles) {
      const meta = this.#session.outputMetadata.find((output) => output.name === name);
      if (!meta?.isTensor) throw new PackageError('graph-output', `output "${name}"`, 'no tensor', 'a tensor');
      if (!READABLE_TYPES.includes(meta.type)) {
        throw new PackageError('graph-output', `type of "${name}"`, meta.type, `one of ${READABLE_TYPES.join(', ')}`);
      }
    }
  }

  async detect(pixels: Pixels, out: Detections): Promise<void> {
    if (this.#busy) throw new Error('got a second picture while one is being looked at; expected one at a time');
    this.#busy = true;
    try {
      const fit = this.#picture.load(pixels);
      if (this.#sides) Object.assign(this.#feeds, this.#sides(pixels, fit));
      const startedMs = performance.now();
      await this.#infer();
      const inferredMs = performance.now();
      this.#decode(this.#tensors, this.#candidates);
      this.#boxesToSource(fit, pixels.widthPx, pixels.heightPx);
      this.#select(this.#candidates, pixels.widthPx, pixels.heightPx, out, this.#picked);
      this.lastTiming.inferenceMs = inferredMs - startedMs;
      this.lastTiming.decodeMs = performance.now() - inferredMs;
    } finally {
      this.#busy = false;
    }
  }

  async look(pixels: Pixels): Promise<Finding[]> {
    const found = newDetections();
    await this.detect(pixels, found);
    return Array.from({ length: found.count }, (_, i) => {
      const [left, top, right, bottom] = found.boxesXyxyPx.subarray(4 * i, 4 * i + 4);
      return {
        label: this.labels[found.classIds[i]!]!,
        score: found.scores[i]!,
        boxXyxyPx: [left!, top!, right!, bottom!],
        ...(this.#describe &&
          shapeInSource(this.#describe(this.#tensors, this.#candidates.rows[this.#picked[i]!]!), this.#toSource)),
      };
    });
  }

  /** Memory of our own for the outputs gains nothing: the runtime copies them all the same. */
  async #infer(): Promise<void> {
    const results = await this.#session.run(this.#feeds, this.#names);
    for (let i = 0; i < this.#roles.length; i++) {
      const { role, name } = this.#roles[i]!;
      const result = results[name]!;
      const values = floatsOf(result, this.#spares[i]!);
      if (values !== result.data) this.#spares[i] = values;
      this.#tensors[role] = { dims: result.dims, values };
    }
  }

  /** From the decoder's box unit to pixels of the source, clipped to the picture. */
  #boxesToSource(fit: Fit, widthPx: number, heightPx: number): void {
    const { output, input } = this.#pkg.manifest;
    const inSource = output.boxUnit === 'source-px';
    const unitX = output.boxUnit === 'normalised' ? input.widthPx : 1;
    const unitY = output.boxUnit === 'normalised' ? input.heightPx : 1;
    const scaleX = inSource ? 1 : widthPx / fit.widthPx;
    const scaleY = inSource ? 1 : heightPx / fit.heightPx;
    const leftPx = inSource ? 0 : fit.leftPx;
    const topPx = inSource ? 0 : fit.topPx;
    const to = this.#toSource;
    to.scaleX = unitX * scaleX;
    to.scaleY = unitY * scaleY;
    to.offsetXPx = -leftPx * scaleX;
    to.offsetYPx = -topPx * scaleY;
    const boxes = this.#candidates.boxesXyxy;
    for (let i = 0, end = 4 * this.#candidates.count; i < end; i += 2) {
      boxes[i] = Math.min(widthPx, Math.max(0, (boxes[i]! * unitX - leftPx) * scaleX));
      boxes[i + 1] = Math.min(heightPx, Math.max(0, (boxes[i + 1]! * unitY - topPx) * scaleY));
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function emptyPicture(widthPx: number, heightPx: number): Pixels {
  return { widthPx, heightPx, writeRgb: (out) => void out.fill(0) };
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
