import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OnnxFileError, type OnnxOutline, outlineOnnx } from '#models/onnx-file.ts';
import type { Inspection } from '../../contract/inspection.ts';
import { UNREAD } from '../unread.ts';
import { checkGraph } from './check-graph.ts';
import { finding, OUT_OF_MEMORY, Refused } from './findings.ts';
import { statedOrGuessed } from './manifest-of.ts';
import { prove } from './prove.ts';
import type { InspectionRequest } from './request.ts';
import { type Part, unpack } from './unpack.ts';

const MOST_MODEL_CARD = 20_000;
const MOST_TEXT_BYTES = 1024 * 1024;
const MOST_LABELS = 10_000;
const MOST_LABEL = 300;

/** Opens an upload and says what it is and what is wrong with it. It never throws: what goes wrong is a finding. */
export async function inspect(request: InspectionRequest): Promise<Inspection> {
  const inspection: Inspection = structuredClone(UNREAD);
  try {
    await inspectInto(inspection, request);
    inspection.accepted = inspection.findings.every(({ severity }) => severity !== 'refusal');
  } catch (cause) {
    inspection.findings.push(
      cause instanceof Refused ? cause.finding : failure(cause instanceof Error ? cause.message : String(cause)),
    );
  }
  inspection.labels = inspection.labels?.slice(0, MOST_LABELS).map((label) => label.slice(0, MOST_LABEL)) ?? null;
  return inspection;
}

const failure = (message: string) =>
  OUT_OF_MEMORY.test(message)
    ? finding('refusal', 'sandbox-memory', 'memory', message, 'to get by with what an algorithm may take')
    : finding('refusal', 'inspection-failed', 'the inspection', message, 'to come to an end');

async function inspectInto(inspection: Inspection, request: InspectionRequest): Promise<void> {
  const { path, folder, mostBytes, mostUnfoldedBytes } = request;
  const { size } = await stat(path);
  inspection.bytes = size;
  if (size === 0) throw new Refused('file-empty', 'the upload', '0 bytes', 'a file with content');
  if (size > mostBytes) throw new Refused('file-too-large', 'the upload', `${size} bytes`, `at most ${mostBytes}`);
  inspection.sha256 = await sha256Of(path);
  if (request.sha256 !== null && request.sha256 !== inspection.sha256) {
    throw new Refused('file-hash', 'sha256 of the upload', inspection.sha256, request.sha256);
  }
  inspection.kind = await kindOf(path);

  const packageFolder = join(folder, 'package');
  await mkdir(packageFolder);
  let parts: Part[];
  if (inspection.kind === 'package') parts = await unpack(path, packageFolder, mostUnfoldedBytes);
  else {
    await copyFile(path, join(packageFolder, 'model.onnx'));
    parts = [{ name: 'model.onnx', bytes: size }];
  }
  inspection.parts = parts;
  const graphFile = onlyGraph(parts);
  const long = parts.find(({ name, bytes }) => /[.](json|txt|md)$/i.test(name) && bytes > MOST_TEXT_BYTES);
  if (long) throw new Refused('package-parts', long.name, `${long.bytes} bytes`, `at most ${MOST_TEXT_BYTES} of text`);
  if (inspection.kind === 'package') await readPapers(inspection, packageFolder, parts);

  const outline = readOutline(graphFile, await readFile(join(packageFolder, graphFile)));
  inspection.graph = {
    irVersion: outline.irVersion,
    opset: outline.opset,
    producer: outline.producer.slice(0, 300),
    inputs: borders(outline.inputs),
    outputs: borders(outline.outputs),
  };
  checkGraph(graphFile, outline, inspection.findings);
  const said = await statedOrGuessed(request, packageFolder, graphFile, parts, outline);
  inspection.manifest = said.manifest;
  inspection.guessedFrom = said.guessedFrom;
  inspection.labels = said.labels;
  inspection.questions = said.questions;
  inspection.findings.push(...said.findings);
  if (inspection.findings.some(({ severity }) => severity === 'refusal')) return;
  await prove(packageFolder, join(folder, 'prepared'), parts, inspection);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Told by its first bytes, not by its name: a zip begins with PK, a graph with the number of its format's version. */
async function kindOf(path: string): Promise<'onnx' | 'package'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.toString('latin1', 0, 2) === 'PK') return 'package';
    if (head[0] === 0x08) return 'onnx';
    const shown = head.toString('hex').replace(/(..)(?=.)/g, '$1 ');
    throw new Refused('file-type', 'the upload', `a file that begins with ${shown}`, 'an ONNX model or a zip package');
  } finally {
    await file.close();
  }
}

function onlyGraph(parts: readonly Part[]): string {
  const graphs = parts.filter(({ name }) => name.endsWith('.onnx'));
  if (graphs.length === 1) return graphs[0]!.name;
  const got = graphs.length === 0 ? parts.map(({ name }) => name).slice(0, 10) : graphs.map(({ name }) => name);
  throw new Refused('package-parts', 'the package', got, 'one file that ends in .onnx');
}

async function readPapers(inspection: Inspection, folder: string, parts: readonly Part[]): Promise<void> {
  const named = (pattern: RegExp) => parts.find(({ name }) => pattern.test(name))?.name;
  const card = named(/^(model[-_ ]?card|readme)\.(md|txt)$/i);
  if (card) inspection.modelCard = (await readFile(join(folder, card), 'utf8')).slice(0, MOST_MODEL_CARD);
  if (!named(/^licen[cs]e/i)) {
    inspection.findings.push(
      finding('warning', 'licence-missing', 'the package', 'no file of a licence', 'LICENSE, or words in the manifest'),
    );
  }
}

function readOutline(name: string, file: Buffer): OnnxOutline {
  try {
    return outlineOnnx(file);
  } catch (cause) {
    if (!(cause instanceof OnnxFileError)) throw cause;
    throw new Refused('onnx-unreadable', name, cause.message, 'a whole ONNX model', cause);
  }
}

const borders = (tensors: OnnxOutline['inputs']) =>
  tensors.slice(0, 64).map(({ name, dims, elementType }) => ({
    name: name.slice(0, 300),
    dims: dims.slice(0, 32),
    elementType,
  }));
