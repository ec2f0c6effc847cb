import { Tensor } from 'onnxruntime-node';
import type { Pixels } from './detections.ts';
import type { Fit } from './fit.ts';
import type { Manifest } from './manifest.ts';

/** The inputs that a graph wants beside the picture, for one picture. */
export function sideTensors(manifest: Manifest, pixels: Pixels, fit: Fit): Record<string, Tensor> {
  const { widthPx, heightPx } = pixels;
  const values = {
    'source-size-wh': [widthPx, heightPx],
    'source-size-hw': [heightPx, widthPx],
    'input-size-hw': [manifest.input.heightPx, manifest.input.widthPx],
    'scale-factor-yx': [fit.heightPx / heightPx, fit.widthPx / widthPx],
  };
  const tensors: Record<string, Tensor> = {};
  for (const side of manifest.sideInputs) {
    const pair = values[side.value];
    tensors[side.name] =
      side.dtype === 'i64'
        ? new Tensor(
            'int64',
            BigInt64Array.from(pair, (v) => BigInt(Math.round(v))),
            [1, 2],
          )
        : new Tensor('float32', Float32Array.from(pair), [1, 2]);
  }
  return tensors;
}
