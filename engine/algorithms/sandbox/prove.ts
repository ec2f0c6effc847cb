import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDetector, type Pixels, type ShapeDetector } from '#models/detector.ts';
import { foldInput } from '#models/fold-input.ts';
import { type AlgorithmPackage, PackageError, readPackage } from '#models/package.ts';
import { partOfRgb } from '#models/photo.ts';
import { readPhoto } from '#models/photo-file.ts';
import type { Inspection } from '../../contract/inspection.ts';
import { finding, OUT_OF_MEMORY, Refused } from './findings.ts';
import type { Part } from './unpack.ts';

const MOST_SAMPLES = 8;
const MOST_SHOWN = 100;
const PICTURE = /\.(jpe?g|png|webp)$/i;
/** How a decoder says that a row names a class that no label is for. */
const CLASS_UNKNOWN = /^got class \d+ with \d+ labels/;
/** A folded graph must say the same as the one that was uploaded. */
const FOLD_WITHIN_PX = 0.5;
const FOLD_WITHIN_SCORE = 0.01;

/**
 * Reads the package as the engine would, folds the preparation of its picture into its graph, opens it and looks at its
 * samples; without any, at one picture of noise. What may be used lies in `prepared` afterwards: manifest, labels, graph.
 */
export async function prove(
  packageFolder: string,
  preparedFolder: string,
  parts: readonly Part[],
  inspection: Inspection,
): Promise<void> {
  const pkg = await refusing(readPackage(packageFolder));
  inspection.labels = pkg.labels;
  const { manifest } = pkg;
  if (manifest.sideInputs.length > 0) {
    const names = manifest.sideInputs.map(({ name }) => name);
    inspection.findings.push(finding('note', 'further-inputs', 'inputs of the graph', names, 'the picture alone'));
  }
  const original = await refusing(openDetector(pkg));
  let detector = original;
  try {
    const prepared = await prepare(pkg, preparedFolder, inspection);
    if (prepared) {
      detector = await refusing(openDetector(await refusing(readPackage(preparedFolder))));
      if (!(await saysTheSame(original, detector))) {
        await detector.close();
        detector = original;
        await writePrepared(preparedFolder, pkg, manifest, null);
        inspection.feeding = { folded: [], kept: 'differs' };
        inspection.findings.push(
          finding('warning', 'fold-differs', 'the folded graph', 'other boxes on noise', 'the same to half a pixel'),
        );
      }
    }
    await lookAtSamples(detector, packageFolder, parts, inspection);
  } finally {
    await original.close();
    if (detector !== original) await detector.close();
  }
}

/** Writes what the engine would run. @returns whether its graph is another one than that which was uploaded */
async function prepare(pkg: AlgorithmPackage, folder: string, inspection: Inspection): Promise<boolean> {
  const file = await readFile(join(pkg.folder, pkg.manifest.onnx.file));
  const folded = foldInput(pkg.manifest, file);
  if ('kept' in folded) {
    inspection.feeding = { folded: [], kept: folded.kept };
    if (folded.kept !== 'nothing-to-fold') {
      inspection.findings.push(
        finding('note', 'fed-as-it-is', 'the picture', folded.kept, 'whole pixels, u8 NHWC RGB'),
      );
    }
    await writePrepared(folder, pkg, pkg.manifest, null);
    return false;
  }
  inspection.feeding = { folded: folded.steps, kept: null };
  await writePrepared(folder, pkg, folded.manifest, folded.file);
  return true;
}

async function writePrepared(
  folder: string,
  pkg: AlgorithmPackage,
  manifest: AlgorithmPackage['manifest'],
  graph: Buffer | null,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { file } = manifest.onnx;
  if (graph) await writeFile(join(folder, file), graph);
  else await copyFile(join(pkg.folder, file), join(folder, file));
  await copyFile(join(pkg.folder, manifest.labelsFile), join(folder, manifest.labelsFile));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
}

async function saysTheSame(one: ShapeDetector, other: ShapeDetector): Promise<boolean> {
  const picture = noise(one.inputPx.width, one.inputPx.height);
  const [before, after] = [await one.look(picture), await other.look(picture)];
  return (
    before.length === after.length &&
    before.every(({ label, score, boxXyxyPx }, i) => {
      const now = after[i]!;
      if (now.label !== label || Math.abs(now.score - score) > FOLD_WITHIN_SCORE) return false;
      return boxXyxyPx.every((v, side) => Math.abs(v - now.boxXyxyPx[side]!) <= FOLD_WITHIN_PX);
    })
  );
}

async function lookAtSamples(
  detector: ShapeDetector,
  folder: string,
  parts: readonly Part[],
  inspection: Inspection,
): Promise<void> {
  const names = parts.map(({ name }) => name).filter((name) => PICTURE.test(name));
  for (const name of names.slice(0, MOST_SAMPLES)) {
    const pixels = await readPhoto(join(folder, name)).catch((cause: Error) => {
      inspection.findings.push(
        finding('warning', 'sample-unreadable', name, cause.message, 'a JPEG, PNG or WebP of at most 40 megapixels'),
      );
      return null;
    });
    if (pixels) await lookAt(detector, name, pixels, inspection);
  }
  if (names.length === 0) await lookAt(detector, 'noise', noise(640, 360), inspection);
}

async function lookAt(detector: ShapeDetector, name: string, pixels: Pixels, inspection: Inspection): Promise<void> {
  try {
    const found = (await detector.look(pixels)).slice(0, MOST_SHOWN);
    const { widthPx, heightPx } = pixels;
    inspection.samples.push({ name, widthPx, heightPx, ...detector.lastTiming, found });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const memory = OUT_OF_MEMORY.test(message) ? 'sandbox-memory' : 'sample-failed';
    const code = CLASS_UNKNOWN.test(message) ? 'class-unknown' : memory;
    inspection.findings.push(finding('refusal', code, name, message, 'boxes'));
  }
}

/** The same picture at each call. */
function noise(widthPx: number, heightPx: number): Pixels {
  const rgb = Buffer.from(
    Uint8Array.from({ length: 3 * widthPx * heightPx }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255),
  );
  return partOfRgb(rgb, widthPx, { leftPx: 0, topPx: 0, widthPx, heightPx });
}

async function refusing<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    if (!(cause instanceof PackageError)) throw cause;
    const got = String(cause.got);
    const code = CLASS_UNKNOWN.test(got) ? 'class-unknown' : OUT_OF_MEMORY.test(got) ? 'sandbox-memory' : cause.code;
    throw new Refused(code, cause.message.split(':')[0]!, cause.got, cause.expected, cause);
  }
}
