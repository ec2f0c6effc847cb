import { Tensor } from 'onnxruntime-node';
import type { Pixels } from './detections.ts';
import { type Fit, fitPicture } from './fit.ts';
import { toHalf } from './half-floats.ts';
import type { Manifest } from './manifest.ts';
import { pictureDims } from './package.ts';

/** Scalers write whole vectors: room after the last row keeps that inside the buffer. */
const SLACK_BYTES = 64;

const TYPES = { u8: 'uint8', f32: 'float32', f16: 'float16' } as const;
/** Half-precision numbers are handed over as their bits. */
const ARRAYS = { u8: Uint8Array, f32: Float32Array, f16: Uint16Array } as const;

/** The picture tensor and the buffer behind it, made once. `load` fills them and says where the picture lies. */
export interface PictureInput {
  readonly tensor: Tensor;
  load(pixels: Pixels): Fit;
}

/**
 * Pixels go straight into the tensor when the graph takes u8 NHWC RGB; otherwise they are reordered and normalised
 * through one table per channel.
 */
export function newPictureInput(manifest: Manifest): PictureInput {
  const { layout, dtype, colourOrder, scale, mean, std, resize, widthPx, heightPx } = manifest.input;
  const area = widthPx * heightPx;
  const rgb = Buffer.from(new ArrayBuffer(3 * area + SLACK_BYTES), 0, 3 * area);
  const direct = dtype === 'u8' && layout === 'NHWC' && colourOrder === 'RGB';
  const values = direct ? new Uint8Array(rgb.buffer, 0, 3 * area) : new ARRAYS[dtype](3 * area);
  const tensor = new Tensor(TYPES[dtype], values, pictureDims(manifest));
  const tables = [0, 1, 2].map((c) => {
    const normalised = (v: number) => (v * scale - mean[c]!) / std[c]!;
    const written = { u8: (v: number) => v, f32: normalised, f16: (v: number) => toHalf(normalised(v)) }[dtype];
    return Float32Array.from({ length: 256 }, (_, v) => written(v));
  });

  function convert(): void {
    const step = layout === 'NHWC' ? 3 : 1;
    for (let c = 0; c < 3; c++) {
      const table = tables[c]!;
      let from = colourOrder === 'RGB' ? c : 2 - c;
      let to = layout === 'NHWC' ? c : c * area;
      for (let i = 0; i < area; i++, from += 3, to += step) values[to] = table[rgb[from]!]!;
    }
  }

  let padded: Fit | null = null;
  let sourceWidthPx = 0;
  let sourceHeightPx = 0;
  return {
    tensor,
    load(pixels) {
      let fit = padded;
      if (fit === null || pixels.widthPx !== sourceWidthPx || pixels.heightPx !== sourceHeightPx) {
        sourceWidthPx = pixels.widthPx;
        sourceHeightPx = pixels.heightPx;
        fit = fitPicture(resize, widthPx, heightPx, sourceWidthPx, sourceHeightPx);
        padded = fit;
        if (resize.kind === 'letterbox') rgb.fill(resize.padValue);
      }
      const whole = fit.widthPx === widthPx && fit.heightPx === heightPx;
      if (whole) pixels.writeRgb(rgb, widthPx, heightPx);
      else {
        const target = { offsetBytes: 3 * (fit.topPx * widthPx + fit.leftPx), strideBytes: 3 * widthPx };
        pixels.writeRgb(rgb, fit.widthPx, fit.heightPx, target);
      }
      if (!direct) convert();
      return fit;
    },
  };
}
