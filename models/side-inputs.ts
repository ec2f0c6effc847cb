import { Tensor } from 'onnxruntime-node';
import type { Pixels } from './detections.ts';
import type { Fit } from './fit.ts';
import type { Manifest } from './manifest.ts';

/** The inputs that a graph wants beside the picture, by name. They are made anew only when pictures change their size. */
export function newSideInputs(manifest: Manifest): (pixels: Pixels, fit: Fit) => Readonly<Record<string, Tensor>> {
  let tensors: Record<string, Tensor> = {};
  let widthPx = 0;
  let heightPx = 0;
  return (pixels, fit) => {
    if (pixels.widthPx === widthPx && pixels.heightPx === heightPx) return tensors;
    ({ widthPx, heightPx } = pixels);
    tensors = {};
    for (const side of manifest.sideInputs) {
      const { values, dims } = valuesOf(side.value, manifest, widthPx, heightPx, fit);
      tensors[side.name] =
        side.dtype === 'i64'
          ? new Tensor(
              'int64',
              BigInt64Array.from(values, (v) => BigInt(Math.round(v))),
              dims,
            )
          : new Tensor('float32', Float32Array.from(values), dims);
    }
    return tensors;
  };
}

function valuesOf(
  value: Manifest['sideInputs'][number]['value'],
  { input }: Manifest,
  widthPx: number,
  heightPx: number,
  fit: Fit,
): { values: number[]; dims: number[] } {
  if (value === 'pixel-mask') {
    const values = new Array<number>(input.widthPx * input.heightPx).fill(0);
    for (let y = 0; y < fit.heightPx; y++) {
      const from = (fit.topPx + y) * input.widthPx + fit.leftPx;
      values.fill(1, from, from + fit.widthPx);
    }
    return { values, dims: [1, input.heightPx, input.widthPx] };
  }
  const pairs = {
    'source-size-wh': [widthPx, heightPx],
    'source-size-hw': [heightPx, widthPx],
    'input-size-hw': [input.heightPx, input.widthPx],
    'scale-factor-yx': [fit.heightPx / heightPx, fit.widthPx / widthPx],
  };
  return { values: pairs[value], dims: [1, 2] };
}
