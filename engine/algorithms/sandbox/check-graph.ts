import { readNotes } from '#models/exporter-notes.ts';
import type { OnnxOutline } from '#models/onnx-file.ts';
import type { InspectionFinding } from '../../contract/inspection.ts';
import { finding } from './findings.ts';

/** The newest that the runtime opens; a test asks it. */
export const NEWEST_IR_VERSION = 13;
export const NEWEST_OPSET = 26;
/** Domains whose operators come with the runtime. */
const KNOWN_DOMAINS = ['ai.onnx.ml', 'com.microsoft'];

/** What a graph says of itself before it is opened. */
export function checkGraph(name: string, outline: OnnxOutline, findings: InspectionFinding[]): void {
  const { irVersion, opset, externalLocations, foreignOperators, inputs } = outline;
  const refuse = (code: InspectionFinding['code'], what: string, got: unknown, expected: unknown) =>
    findings.push(finding('refusal', code, what, got, expected));
  if (externalLocations.length > 0) {
    const where = [...new Set(externalLocations)].slice(0, 5);
    refuse('onnx-external-data', `weights of ${name}`, where, 'all weights inside the file');
  }
  if (irVersion > NEWEST_IR_VERSION) refuse('ir-version', name, `IR ${irVersion}`, `IR ${NEWEST_IR_VERSION} or older`);
  if (opset > NEWEST_OPSET) refuse('opset', name, `opset ${opset}`, `opset ${NEWEST_OPSET} or older`);
  const custom = foreignOperators.filter(
    (operator) => !KNOWN_DOMAINS.some((domain) => operator.startsWith(`${domain}/`)),
  );
  if (custom.length > 0) refuse('custom-operators', name, custom.slice(0, 10), 'operators of ONNX or of the runtime');
  for (const { name: input, dims } of inputs) {
    if (dims.slice(1).includes(null)) {
      const shown = `[${dims.map((dim) => dim ?? '?').join(', ')}]`;
      findings.push(finding('note', 'dynamic-shape', `input "${input}"`, shown, 'fixed sizes'));
    }
  }
  const { stridePx } = readNotes(outline.metadata);
  const picture = inputs.find(({ dims }) => dims.length === 4);
  const sides = picture ? (picture.dims[3] === 3 ? picture.dims.slice(1, 3) : picture.dims.slice(2)) : [];
  if (stridePx !== null && sides.some((side) => side !== null && side % stridePx !== 0)) {
    refuse('input-stride', `input "${picture!.name}"`, `${sides.join(' × ')} px`, `multiples of ${stridePx} px`);
  }
}
