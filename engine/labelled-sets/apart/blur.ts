import sharp from 'sharp';
import { openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { readPhoto } from '#models/photo-file.ts';
import type { BoxPx } from '../../contract/labelled-set.ts';

/** Seen so faintly, something is blurred still: too much is better than too little. */
const LEAST_SCORE = 0.15;
/** Where a head is in a person’s box, and where a plate is in a vehicle’s: shares of its height. */
const HEAD_SHARE = 0.3;
const PLATE_SHARE = 0.5;
const VEHICLES = ['car', 'truck', 'bus', 'motorbike', 'motorcycle'];
const LEAST_SIDE_PX = 2;

/** Blurs what a face or a plate may be in. */
export interface Blur {
  /** @returns the picture, and how many places of it were blurred */
  apply(file: string, jpeg: Uint8Array): Promise<{ jpeg: Uint8Array; places: number }>;
  close(): Promise<void>;
}

/**
 * There is no detector of faces or of plates: the upper part of every person and the lower part of every vehicle that the
 * model sees are blurred. Whom it does not see stays as he is.
 */
export async function openBlur(packageFolder: string): Promise<Blur> {
  const pkg = await readPackage(packageFolder);
  const selection = { ...pkg.manifest.selection, lowScore: LEAST_SCORE };
  const detector = await openDetector({ ...pkg, manifest: { ...pkg.manifest, selection } }, { threads: 1 });
  return {
    async apply(file, jpeg) {
      const pixels = await readPhoto(file);
      const places = (await detector.look(pixels))
        .filter(({ score }) => score >= LEAST_SCORE)
        .flatMap(({ label, boxXyxyPx }) => placeOf(label, boxXyxyPx, pixels.widthPx, pixels.heightPx));
      if (places.length === 0) return { jpeg, places: 0 };
      const patches = [];
      for (const [left, top, right, bottom] of places) {
        const [width, height] = [right - left, bottom - top];
        const input = await sharp(jpeg)
          .extract({ left, top, width, height })
          .blur(Math.max(3, Math.min(width, height) / 3))
          .toBuffer();
        patches.push({ input, left, top });
      }
      return { jpeg: await sharp(jpeg).composite(patches).jpeg({ quality: 95 }).toBuffer(), places: places.length };
    },
    close: () => detector.close(),
  };
}

function placeOf(label: string, [left, top, right, bottom]: BoxPx, widthPx: number, heightPx: number): BoxPx[] {
  const height = bottom - top;
  const whole = (place: BoxPx): BoxPx[] => {
    const [x0, y0] = [Math.max(0, Math.floor(place[0])), Math.max(0, Math.floor(place[1]))];
    const [x1, y1] = [Math.min(widthPx, Math.ceil(place[2])), Math.min(heightPx, Math.ceil(place[3]))];
    return x1 - x0 >= LEAST_SIDE_PX && y1 - y0 >= LEAST_SIDE_PX ? [[x0, y0, x1, y1]] : [];
  };
  if (label === 'person') return whole([left, top, right, top + HEAD_SHARE * height]);
  return VEHICLES.includes(label) ? whole([left, bottom - PLATE_SHARE * height, right, bottom]) : [];
}
