import type { ManifestOutput } from '../manifest.ts';
import { turnedCorners, writeBox } from './box-format.ts';
import type { DecoderRequest, OutputTensors, Shape } from './decoder.ts';
import { maskOutline } from './mask-outline.ts';

/** Where in a row its parts begin, and how many numbers it has. */
export interface RowParts {
  numbers: number;
  box: number;
  coefficients?: number;
  keypoints?: number;
  angle?: number;
}

/** How many numbers of a row belong to masks, keypoints and the angle. */
export function extraNumbers({ maskCoefficients, keypoints, angle }: ManifestOutput): number {
  return maskCoefficients + (keypoints ? keypoints.count * keypoints.numbers : 0) + Number(angle);
}

/** Reads what a row of the tensor `raw` says beside its box. */
export function describeRow(request: DecoderRequest, parts: RowParts) {
  const { output, inputWidthPx, inputHeightPx } = request;
  return (tensors: OutputTensors, row: number): Shape => {
    const { values } = tensors.raw!;
    const inRows = output.arrangement === 'rows';
    const step = inRows ? 1 : values.length / parts.numbers;
    const start = inRows ? row * parts.numbers : row;
    const at = (column: number) => values[start + column * step]!;
    const box = new Float32Array(4);
    writeBox(box, 0, output.boxFormat, at(parts.box), at(parts.box + 1), at(parts.box + 2), at(parts.box + 3));
    const shape: Shape = {};
    if (output.angle && parts.angle !== undefined) shape.corners = turnedCorners(box, at(parts.angle));
    if (output.keypoints && parts.keypoints !== undefined) {
      const { count, numbers } = output.keypoints;
      const points: number[] = [];
      const scores: number[] = [];
      for (let k = 0; k < count; k++) {
        const from = parts.keypoints + k * numbers;
        points.push(at(from), at(from + 1));
        scores.push(numbers === 3 ? at(from + 2) : 1);
      }
      shape.keypoints = { points, scores };
    }
    if (output.maskCoefficients > 0 && parts.coefficients !== undefined && tensors.masks) {
      const from = parts.coefficients;
      const coefficients = Float32Array.from({ length: output.maskCoefficients }, (_, i) => at(from + i));
      const [width, height] = output.boxUnit === 'normalised' ? [1, 1] : [inputWidthPx, inputHeightPx];
      shape.outline = maskOutline(tensors.masks, coefficients, box, width, height);
    }
    return shape;
  };
}
