import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputShapes } from '#models/decoders/decoder.ts';
import { DECODERS } from '#models/decoders/table.ts';
import { readNotes } from '#models/exporter-notes.ts';
import { guessManifest } from '#models/guess.ts';
import type { Manifest } from '#models/manifest.ts';
import type { OnnxOutline } from '#models/onnx-file.ts';
import { outputRoles } from '#models/package.ts';
import type { Inspection } from '../../contract/inspection.ts';
import { finding, Refused } from './findings.ts';
import type { InspectionRequest } from './request.ts';
import type { Part } from './unpack.ts';

type Said = Pick<Inspection, 'manifest' | 'guessedFrom' | 'labels' | 'questions' | 'findings'>;

const MOST_CLASSES = 10_000;

/** The manifest of a package, or a guess that is written in its place so that it can be tried. */
export async function statedOrGuessed(
  request: InspectionRequest,
  folder: string,
  graphFile: string,
  parts: readonly Part[],
  outline: OnnxOutline,
): Promise<Said> {
  const has = (name: string) => parts.some((part) => part.name === name);
  const fromFile = has('labels.txt') ? linesOf(await readFile(join(folder, 'labels.txt'), 'utf8')) : null;
  const noted = readNotes(outline.metadata).labels;
  const said: Said = { manifest: null, guessedFrom: null, labels: fromFile, questions: [], findings: [] };
  if (has('manifest.json')) {
    said.manifest = manifestOf(await readFile(join(folder, 'manifest.json'), 'utf8'));
    checkNoted(fromFile, noted, said.findings);
    return said;
  }
  const guess = guessOf(request, outline, request.labels ?? fromFile);
  said.labels = guess.labels;
  said.guessedFrom = guess.from;
  said.questions = guess.questions.map(({ code, guess: likely, choices }) => ({
    code,
    guess: likely,
    choices: choices.map(({ id }) => id),
  }));
  checkNoted(request.labels ?? fromFile, noted, said.findings);
  if (guess.manifest === null) {
    const shown = outline.outputs.map(({ name, dims }) => `${name} [${dims.map((dim) => dim ?? '?').join(', ')}]`);
    said.findings.push(finding('refusal', 'outputs-unknown', 'outputs of the graph', shown, 'a layout that is known'));
    return said;
  }
  const manifest = { ...guess.manifest, onnx: { file: graphFile } };
  said.manifest = manifest;
  const labels = guess.labels ?? numbered(guess.manifest, outline);
  if (labels === null) {
    said.findings.push(finding('refusal', 'labels-invalid', 'labels', 'none', 'one per class of the graph'));
    return said;
  }
  if (guess.labels === null) {
    said.findings.push(finding('warning', 'labels-invalid', 'labels', 'none; classes are numbered', 'one per class'));
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'labels.txt'), labels.join('\n'));
  return said;
}

/** Names for classes that nobody named, so that the graph can be tried; null where no shape tells how many there are. */
function numbered(manifest: Manifest, outline: OnnxOutline): string[] | null {
  const shapes: OutputShapes = {};
  for (const { role, name } of outputRoles(manifest)) {
    const dims = outline.outputs.find((output) => output.name === name)?.dims ?? [];
    if (dims.length > 0) shapes[role] = dims;
  }
  const count = DECODERS[manifest.output.family]!.classCount(manifest.output, shapes);
  const usable = count !== null && count > 0 && count <= MOST_CLASSES;
  return usable ? Array.from({ length: count }, (_, i) => `class ${i}`) : null;
}

function guessOf(request: InspectionRequest, outline: OnnxOutline, labels: string[] | null) {
  try {
    return guessManifest(outline, { name: request.name, version: request.version, labels }, request.answers);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Refused('answer-unknown', 'answers', message, 'one of the choices', cause);
  }
}

function checkNoted(stated: string[] | null, noted: string[] | null, findings: Said['findings']): void {
  if (stated === null || noted === null || stated.length === noted.length) return;
  findings.push(
    finding(
      'refusal',
      'labels-count',
      'labels',
      `${stated.length} labels`,
      `${noted.length}, as the model’s own notes say`,
    ),
  );
}

function manifestOf(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Refused('manifest-invalid', 'manifest.json', 'text that is not a JSON object', 'a JSON object');
}

const linesOf = (text: string) =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim());
