import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputRole, OutputShapes } from './decoders/decoder.ts';
import { DECODERS } from './decoders/table.ts';
import { Manifest } from './manifest.ts';
import { type GraphTensor, OnnxFileError, type OnnxOutline, outlineOnnx } from './onnx-file.ts';
import { PackageError } from './package-error.ts';
import { UNUSED_LABEL } from './selection.ts';

export { PackageError } from './package-error.ts';

/** An algorithm package that was read and found consistent. Its graph has not been opened yet. */
export interface AlgorithmPackage {
  folder: string;
  manifest: Manifest;
  /** One per class column, in order. */
  labels: string[];
  /** sha256 is that of the ONNX file, lower-case hexadecimal. */
  identity: { name: string; version: string; sha256: string };
}

/**
 * Reads `manifest.json`, the labels and the outline of the ONNX file in `folder` and checks them against each other,
 * without running anything. Throws {@link PackageError}.
 */
export async function readPackage(folder: string): Promise<AlgorithmPackage> {
  const manifest = parseManifest(await readPart(folder, 'manifest.json'));
  const family = DECODERS[manifest.output.family];
  if (!family) {
    const known = Object.keys(DECODERS).join(', ');
    throw new PackageError('family-unknown', 'output.family', manifest.output.family, `one of: ${known}`);
  }
  const labels = parseLabels(manifest.labelsFile, await readPart(folder, manifest.labelsFile));
  checkLabelsOfManifest(manifest, labels);

  const file = await readPart(folder, manifest.onnx.file);
  const outline = readOutline(manifest.onnx.file, file);
  const sha256 = createHash('sha256').update(file).digest('hex');
  if (manifest.onnx.sha256 && manifest.onnx.sha256 !== sha256) {
    throw new PackageError('onnx-hash', `sha256 of ${manifest.onnx.file}`, sha256, manifest.onnx.sha256);
  }
  if (outline.externalLocations.length > 0) {
    const where = [...new Set(outline.externalLocations)].slice(0, 3);
    throw new PackageError(
      'onnx-external-data',
      `weights of ${manifest.onnx.file}`,
      where,
      'all weights inside the file',
    );
  }
  checkInputs(manifest, outline);
  const shapes = outputShapes(manifest, outline);
  const refusal = family.refuses(manifest.output, shapes, manifest.input.widthPx, manifest.input.heightPx);
  if (refusal) throw new PackageError('graph-output', 'output', refusal, `what ${manifest.output.family} reads`);
  const classCount = family.classCount(manifest.output, shapes);
  if (classCount !== null && classCount !== labels.length) {
    throw new PackageError(
      'labels-count',
      manifest.labelsFile,
      `${labels.length} labels`,
      `${classCount}, one per class of the graph`,
    );
  }
  return { folder, manifest, labels, identity: { name: manifest.name, version: manifest.version, sha256 } };
}

async function readPart(folder: string, name: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, name));
  } catch (cause) {
    throw new PackageError('file-missing', name, 'no such file in the package', 'a file', cause);
  }
  if (bytes.length === 0) throw new PackageError('file-empty', name, '0 bytes', 'a file with content');
  return bytes;
}

function parseManifest(bytes: Buffer): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new PackageError('manifest-invalid', 'manifest.json', 'text that is not JSON', 'a JSON object', cause);
  }
  const parsed = Manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`);
  throw new PackageError('manifest-invalid', 'manifest.json', issues.join('; '), 'the fields of models/manifest.ts');
}

function parseLabels(name: string, bytes: Buffer): string[] {
  const labels = bytes
    .toString('utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim());
  const blank = labels.indexOf('');
  if (blank >= 0) throw new PackageError('labels-invalid', name, `an empty line ${blank + 1}`, 'a label on every line');
  const twice = labels.find((label, i) => label !== UNUSED_LABEL && labels.indexOf(label) !== i);
  if (twice !== undefined) throw new PackageError('labels-invalid', name, `"${twice}" twice`, 'each label once');
  return labels;
}

function checkLabelsOfManifest(manifest: Manifest, labels: string[]): void {
  const { classGroups, thresholds, maxAreaShare, yields } = manifest.selection;
  const grouped = Object.values(classGroups).flat();
  const unknown = [...grouped, ...Object.keys(thresholds.byLabel)].find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    throw new PackageError(
      'labels-invalid',
      'selection',
      `the label "${unknown}"`,
      `a label of ${manifest.labelsFile}`,
    );
  }
  const twice = grouped.find((label, i) => grouped.indexOf(label) !== i);
  if (twice !== undefined) {
    throw new PackageError(
      'labels-invalid',
      'selection.classGroups',
      `"${twice}" in two groups`,
      'one group per label',
    );
  }
  const groups = [...Object.keys(classGroups), ...labels.filter((label) => !grouped.includes(label))];
  const named = [...Object.keys(maxAreaShare), ...yields.flatMap((rule) => [...rule.groups, ...rule.to])];
  const stray = named.find((group) => !groups.includes(group));
  if (stray !== undefined) {
    throw new PackageError(
      'labels-invalid',
      'selection',
      `the group "${stray}"`,
      'a group of classGroups or an ungrouped label',
    );
  }
}

function readOutline(name: string, file: Buffer): OnnxOutline {
  try {
    return outlineOnnx(file);
  } catch (cause) {
    if (!(cause instanceof OnnxFileError)) throw cause;
    throw new PackageError('onnx-unreadable', name, cause.message, 'a whole ONNX model', cause);
  }
}

function checkInputs(manifest: Manifest, outline: OnnxOutline): void {
  const { input, sideInputs } = manifest;
  const known = [input.name, ...sideInputs.map((side) => side.name)];
  const names = outline.inputs.map((tensor) => tensor.name);
  const missing = known.find((name) => !names.includes(name));
  if (missing !== undefined)
    throw new PackageError('graph-input', 'inputs of the graph', names, `one named "${missing}"`);
  const unfed = names.find((name) => !known.includes(name));
  if (unfed !== undefined)
    throw new PackageError('graph-input', 'inputs of the graph', `also "${unfed}"`, `only ${known.join(', ')}`);
  const { dims } = outline.inputs.find((tensor) => tensor.name === input.name)!;
  const wanted = pictureDims(manifest);
  const fits = dims.length === 0 || (dims.length === 4 && dims.every((dim, i) => dim === null || dim === wanted[i]));
  if (!fits) throw new PackageError('graph-input', `shape of "${input.name}"`, dims, wanted);
}

/** The shape of the picture tensor that the manifest states. */
export function pictureDims({ input }: Manifest): [number, number, number, number] {
  const { layout, widthPx, heightPx } = input;
  return layout === 'NCHW' ? [1, 3, heightPx, widthPx] : [1, heightPx, widthPx, 3];
}

/** The outputs that the manifest's family reads, by role. */
export function outputRoles(manifest: Manifest): { role: OutputRole; name: string }[] {
  const { family, names } = manifest.output;
  const roles = DECODERS[family]!.roles(manifest.output);
  if (roles.length === 0) {
    throw new PackageError('manifest-invalid', 'output.names.heads', 'nothing', `names: ${family} reads them`);
  }
  return roles.map((role) => {
    const head = /^head-(\d+)$/.exec(role);
    const name = head ? names.heads?.[Number(head[1])] : names[role as Exclude<OutputRole, `head-${number}`>];
    if (name !== undefined) return { role, name };
    throw new PackageError(
      'manifest-invalid',
      `output.names.${role}`,
      'nothing',
      `a name: ${manifest.output.family} reads it`,
    );
  });
}

function outputShapes(manifest: Manifest, outline: OnnxOutline): OutputShapes {
  const shapes: OutputShapes = {};
  for (const { role, name } of outputRoles(manifest)) {
    const tensor: GraphTensor | undefined = outline.outputs.find((output) => output.name === name);
    if (!tensor) {
      const names = outline.outputs.map((output) => output.name);
      throw new PackageError('graph-output', 'outputs of the graph', names, `one named "${name}"`);
    }
    if (tensor.dims.length > 0) shapes[role] = tensor.dims;
  }
  return shapes;
}
