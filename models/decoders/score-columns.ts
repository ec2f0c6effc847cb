import type { ManifestOutput } from '../manifest.ts';
import type { Candidates } from './candidates.ts';
import { sigmoid } from './decoder.ts';

/** Scores that stand in columns: class `k` keeps those of all rows at `values[(firstColumn + k) * rowCount ...]`. */
export function collectColumns(
  into: Candidates,
  values: Float32Array,
  rowCount: number,
  firstColumn: number,
  floors: Float32Array,
): void {
  into.clear();
  for (let k = 0; k < floors.length; k++) {
    const floor = floors[k]!;
    const from = (firstColumn + k) * rowCount;
    for (let row = 0; row < rowCount; row++) if (values[from + row]! >= floor) into.add(values[from + row]!, row, k);
  }
  into.order();
}

/** Scores that are objectness times class score; the floors are those of the product, the activation is applied to both. */
export function collectProducts(
  into: Candidates,
  { scoreActivation }: ManifestOutput,
  values: Float32Array,
  rowCount: number,
  rowStep: number,
  columnStep: number,
  objectnessColumn: number,
  firstClass: number,
  floors: Float32Array,
): void {
  const logits = scoreActivation === 'sigmoid';
  const least = floors.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const bar = logits ? Math.log(least / (1 - least)) : least;
  into.clear();
  for (let row = 0; row < rowCount; row++) {
    const stated = values[row * rowStep + objectnessColumn * columnStep]!;
    if (!(stated >= bar)) continue;
    const objectness = logits ? sigmoid(stated) : stated;
    let at = row * rowStep + firstClass * columnStep;
    for (let k = 0; k < floors.length; k++, at += columnStep) {
      const score = objectness * (logits ? sigmoid(values[at]!) : values[at]!);
      if (score >= floors[k]!) into.add(score, row, k);
    }
  }
  into.order();
}

/** Scores that are the softmax over all `rowLength` numbers of a row, of which the classes begin at `firstColumn`. */
export function collectSoftmax(
  into: Candidates,
  values: Float32Array,
  rowCount: number,
  rowLength: number,
  firstColumn: number,
  floors: Float32Array,
): void {
  into.clear();
  for (let row = 0; row < rowCount; row++) {
    const from = row * rowLength;
    let highest = values[from]!;
    for (let i = 1; i < rowLength; i++) if (values[from + i]! > highest) highest = values[from + i]!;
    let sum = 0;
    for (let i = 0; i < rowLength; i++) sum += Math.exp(values[from + i]! - highest);
    for (let k = 0; k < floors.length; k++) {
      const score = Math.exp(values[from + firstColumn + k]! - highest) / sum;
      if (score >= floors[k]!) into.add(score, row, k);
    }
  }
  into.order();
}
