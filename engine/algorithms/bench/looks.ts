import { type Detector, newDetections, type Pixels } from '#models/detector.ts';
import { readPhoto } from '#models/photo-file.ts';
import type { Tell } from '../serve-apart.ts';

const WARM_UP = 3;
const LEAST_LOOKS = 20;
const MOST_LOOKS = 200;
/** It looks as often as it can in this time. */
const FOR_MS = 5000;

/** Looks again and again, with pictures that are already of the size that the graph takes, as the decoder's scaler hands them over. */
export async function looksTaken(detector: Detector, files: readonly string[], tell: Tell) {
  const photos: Pixels[] = [];
  for (const file of files) photos.push(asScaled(await readPhoto(file)));
  const onSamples = photos.length > 0;
  if (!onSamples) photos.push(noise(detector.inputPx.width, detector.inputPx.height));
  const found = newDetections();
  for (let i = 0; i < Math.max(WARM_UP, photos.length); i++) await detector.detect(photos[i % photos.length]!, found);
  const tookMs: number[] = [];
  const startedMs = performance.now();
  while (tookMs.length < LEAST_LOOKS || (performance.now() - startedMs < FOR_MS && tookMs.length < MOST_LOOKS)) {
    const fromMs = performance.now();
    await detector.detect(photos[tookMs.length % photos.length]!, found);
    tookMs.push(performance.now() - fromMs);
    tell(tookMs.length, MOST_LOOKS);
  }
  const sorted = tookMs.toSorted((a, b) => a - b);
  return { msP50: quantile(sorted, 0.5), msP95: quantile(sorted, 0.95), pictures: sorted.length, onSamples };
}

/** The nearest rank: a look that was truly taken. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** The same picture, scaled once for each size that it is asked in. */
function asScaled(pixels: Pixels): Pixels {
  const bySize = new Map<string, Buffer>();
  return {
    widthPx: pixels.widthPx,
    heightPx: pixels.heightPx,
    writeRgb(out, widthPx, heightPx, target) {
      const size = `${widthPx}×${heightPx}`;
      let packed = bySize.get(size);
      if (!packed) {
        packed = Buffer.alloc(3 * widthPx * heightPx);
        pixels.writeRgb(packed, widthPx, heightPx);
        bySize.set(size, packed);
      }
      const rowBytes = 3 * widthPx;
      const strideBytes = target?.strideBytes ?? rowBytes;
      for (let y = 0; y < heightPx; y++)
        packed.copy(out, (target?.offsetBytes ?? 0) + y * strideBytes, y * rowBytes, (y + 1) * rowBytes);
    },
  };
}

/** The same at each call; it is of the graph's own size, so nothing is scaled. */
function noise(widthPx: number, heightPx: number): Pixels {
  const rgb = Buffer.from(
    Uint8Array.from({ length: 3 * widthPx * heightPx }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255),
  );
  return asScaled({ widthPx, heightPx, writeRgb: (out) => void rgb.copy(out) });
}
