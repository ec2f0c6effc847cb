/** The mean of softmax(values[from ... from+bins)) over the bin numbers. */
export function meanBin(values: Float32Array, from: number, bins: number): number {
  let highest = values[from]!;
  for (let b = 1; b < bins; b++) if (values[from + b]! > highest) highest = values[from + b]!;
  let sum = 0;
  let weighted = 0;
  for (let b = 0; b < bins; b++) {
    const weight = Math.exp(values[from + b]! - highest);
    sum += weight;
    weighted += weight * b;
  }
  return weighted / sum;
}
