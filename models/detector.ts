import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ExecutionProvider } from '#config/execution-provider.ts';
import { Candidates } from './decoders/candidates.ts';
import type { Decode, OutputRole, OutputTensor } from './decoders/decoder.ts';
import { DECODERS } from './decoders/table.ts';
import type { Detections, Pixels } from './detections.ts';
import { newDetections } from './detections.ts';
import { openWhereWanted, type RunsOn } from './execution-provider.ts';
import type { Fit } from './fit.ts';
import type { AlgorithmPackage } from './package.ts';
import { outputRoles, PackageError } from './package.ts';
import { newPictureInput } from './picture-input.ts';
import { classesOf, type DetectedClass, openSelection } from './selection.ts';
import { withShortlist } from './shortlist.ts';
import { sideTensors } from './side-inputs.ts';

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

/** How a detector runs: threads inside one operator (1 where many share a machine), and where it is wanted: cpu. */
export interface DetectorOptions {
  threads?: number;
  executionProvider?: ExecutionProvider;
}

/**
 * Opens a package's graph and looks at one empty picture, so that a graph which cannot run is refused here. Throws
 * {@link PackageError}.
 */
export async function openDetector(pkg: AlgorithmPackage, options: DetectorOptions = {}): Promise<Detector> {
  const { manifest, labels } = pkg;
  const classes = classesOf(manifest, labels);
  const floors = Float32Array.from(classes, (c) => Math.min(c.threshold, manifest.selection.lowScore));
  const path = join(pkg.folder, manifest.onnx.file);
  const shortlisted = withShortlist(pkg, floors, await readFile(path));
  const { session, runsOn } = await openSession(manifest.onnx.file, shortlisted?.file ?? path, options);
  const family = DECODERS[manifest.output.family]!;
  const decode = family.open({
    output: manifest.output,
    inputWidthPx: manifest.input.widthPx,
    inputHeightPx: manifest.input.heightPx,
    floors,
  });
  const roles = shortlisted?.roles ?? outputRoles(manifest);
  const detector = new OnnxDetector(pkg, classes, session, runsOn, roles, decode);
  try {
    await detector.detect(emptyPicture(manifest.input.widthPx, manifest.input.heightPx), newDetections());
  } catch (cause) {
    await session.release();
    if (cause instanceof PackageError) throw cause;
    throw new PackageError('graph-refused', 'a run of the graph on an empty picture', messageOf(cause), 'boxes', cause);
  }
  return detector;
}

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

class OnnxDetector implements Detector {
  readonly identity: AlgorithmPackage['identity'];
  readonly labels: readonly string[];
  readonly classes: readonly DetectedClass[];
  readonly inputPx: { readonly width: number; readonly height: number };
  readonly runsOn: RunsOn;
  readonly lastTiming = { inferenceMs: 0, decodeMs: 0 };
  readonly #pkg: AlgorithmPackage;
  readonly #session: InferenceSession;
  readonly #decode: Decode;
  readonly #picture;
  readonly #select;
  readonly #candidates: Candidates;
  readonly #roles: readonly { role: OutputRole; name: string }[];
  readonly #names: string[];
  readonly #feeds: Record<string, Tensor>;
  readonly #tensors: Partial<Record<OutputRole, OutputTensor>> = {};
  #busy = false;

  constructor(
    pkg: AlgorithmPackage,
    classes: DetectedClass[],
    session: InferenceSession,
    runsOn: RunsOn,
    roles: readonly { role: OutputRole; name: string }[],
    decode: Decode,
  ) {
    this.#pkg = pkg;
    this.identity = pkg.identity;
    this.labels = pkg.labels;
    this.classes = classes;
    this.#session = session;
    this.inputPx = { width: pkg.manifest.input.widthPx, height: pkg.manifest.input.heightPx };
    this.runsOn = runsOn;
    this.#decode = decode;
    this.#picture = newPictureInput(pkg.manifest);
    this.#select = openSelection(pkg.manifest, classes);
    this.#candidates = new Candidates(pkg.manifest.selection.maxCandidates);
    this.#roles = roles;
    this.#names = roles.map(({ name }) => name);
    this.#feeds = { [pkg.manifest.input.name]: this.#picture.tensor };
    this.#checkOutputs();
  }

  #checkOutputs(): void {
    for (const { name } of this.#roles) {
      const meta = this.#session.outputMetadata.find((output) => output.name === name);
      if (!meta?.isTensor) throw new PackageError('graph-output', `output "${name}"`, 'no tensor', 'a float32 tensor');
      if (meta.type !== 'float32') throw new PackageError('graph-output', `type of "${name}"`, meta.type, 'float32');
    }
  }

  async detect(pixels: Pixels, out: Detections): Promise<void> {
    if (this.#busy) throw new Error('got a second picture while one is being looked at; expected one at a time');
    this.#busy = true;
    try {
      const fit = this.#picture.load(pixels);
      const { manifest } = this.#pkg;
      if (manifest.sideInputs.length > 0) Object.assign(this.#feeds, sideTensors(manifest, pixels, fit));
      const startedMs = performance.now();
      await this.#infer();
      const inferredMs = performance.now();
      this.#decode(this.#tensors, this.#candidates);
      this.#toSource(fit, pixels.widthPx, pixels.heightPx);
      this.#select(this.#candidates, pixels.widthPx, pixels.heightPx, out);
      this.lastTiming.inferenceMs = inferredMs - startedMs;
      this.lastTiming.decodeMs = performance.now() - inferredMs;
    } finally {
      this.#busy = false;
    }
  }

  /** Memory of our own for the outputs gains nothing: the runtime copies them all the same. */
  async #infer(): Promise<void> {
    const results = await this.#session.run(this.#feeds, this.#names);
    for (const { role, name } of this.#roles) {
      const { dims, data } = results[name]!;
      this.#tensors[role] = { dims, values: data as Float32Array };
    }
  }

  /** From the decoder's box unit to pixels of the source, clipped to the picture. */
  #toSource(fit: Fit, widthPx: number, heightPx: number): void {
    const { output, input } = this.#pkg.manifest;
    const inSource = output.boxUnit === 'source-px';
    const unitX = output.boxUnit === 'normalised' ? input.widthPx : 1;
    const unitY = output.boxUnit === 'normalised' ? input.heightPx : 1;
    const scaleX = inSource ? 1 : widthPx / fit.widthPx;
    const scaleY = inSource ? 1 : heightPx / fit.heightPx;
    const leftPx = inSource ? 0 : fit.leftPx;
    const topPx = inSource ? 0 : fit.topPx;
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
