import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Picture } from './pictures.ts';

/** Photos that the shipped model was not trained on; its layout was chosen while looking at them. */
const PHOTOS = fileURLToPath(new URL('../../../shared/data/garbage-cn/valid/', import.meta.url));
/** Class 1 of the labels is a bin that holds what is in it. */
const BIN = 1;

type BoxPx = [number, number, number, number];

/** A picture and the garbage, heaps and overflowing bins, that truly lies in it. */
export interface GarbageScene {
  picture: Picture;
  garbagePx: BoxPx[];
}

/** Whether the photos are beside the product. */
export const haveGarbagePhotos = existsSync(PHOTOS);

/** The street photos in the order of their names, from one number up to another. */
export async function garbagePhotos(from = 0, to = Number.POSITIVE_INFINITY): Promise<GarbageScene[]> {
  const names = readdirSync(`${PHOTOS}images`).map((file) => file.replace(/\.jpg$/, ''));
  return Promise.all(names.sort().slice(from, to).map(readPhoto));
}

async function readPhoto(name: string): Promise<GarbageScene> {
  const { data, info } = await sharp(`${PHOTOS}images/${name}.jpg`)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const labels = readFileSync(`${PHOTOS}labels/${name}.txt`, 'utf8').trim().split('\n').filter(Boolean);
  const garbagePx = labels.flatMap((line): BoxPx[] => {
    const [kind = BIN, x = 0, y = 0, w = 0, h = 0] = line.split(' ').map(Number);
    if (kind === BIN) return [];
    const [left, top] = [(x - w / 2) * info.width, (y - h / 2) * info.height];
    return [[left, top, left + w * info.width, top + h * info.height]];
  });
  return { picture: { widthPx: info.width, heightPx: info.height, rgb: data }, garbagePx };
}

/** Photos of one size side by side, `across` × `down` to a picture: each as if seen from so much farther off. */
export function tiled(photos: readonly GarbageScene[], across: number, down: number): GarbageScene[] {
  const perPicture = across * down;
  return Array.from({ length: Math.floor(photos.length / perPicture) }, (_, i) =>
    tile(photos.slice(i * perPicture, (i + 1) * perPicture), across),
  );
}

function tile(photos: readonly GarbageScene[], across: number): GarbageScene {
  const { widthPx: w, heightPx: h } = photos[0]!.picture;
  const widthPx = across * w;
  const heightPx = (photos.length / across) * h;
  const rgb = Buffer.alloc(3 * widthPx * heightPx);
  const garbagePx: BoxPx[] = [];
  photos.forEach((photo, i) => {
    if (photo.picture.widthPx !== w || photo.picture.heightPx !== h)
      throw new Error(`got a photo of ${photo.picture.widthPx}×${photo.picture.heightPx}, expected all of ${w}×${h}`);
    const x = (i % across) * w;
    const y = Math.floor(i / across) * h;
    for (let row = 0; row < h; row++)
      photo.picture.rgb.copy(rgb, 3 * ((y + row) * widthPx + x), 3 * row * w, 3 * (row + 1) * w);
    for (const [left, top, right, bottom] of photo.garbagePx)
      garbagePx.push([left + x, top + y, right + x, bottom + y]);
  });
  return { picture: { widthPx, heightPx, rgb }, garbagePx };
}
