import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type CutOut, cutOut, type Picture } from './pictures.ts';

const PHOTOS = fileURLToPath(new URL('../../../shared/data/garbage-cn/', import.meta.url));
const FEATHER_PX = 3;

/** [photo, box in its pixels]: vehicles that stand whole and free in the street photos. */
type Found = readonly [photo: string, boxPx: readonly [number, number, number, number]];

const VEHICLES: Record<'tuned' | 'held', readonly Found[]> = {
  tuned: [
    ['valid/images/v0073', [120, 144, 268, 213]],
    ['train/images/t1028', [21, 172, 142, 271]],
    ['train/images/t0761', [199, 161, 393, 261]],
    ['train/images/t0740', [248, 57, 374, 114]],
    ['valid/images/v0322', [37, 202, 196, 313]],
  ],
  held: [
    ['valid/images/v0293', [292, 260, 427, 338]],
    ['train/images/t1061', [295, 19, 423, 105]],
    ['valid/images/v0028', [204, 23, 388, 72]],
    ['train/images/t0167', [7, 54, 216, 207]],
    ['valid/images/v0330', [93, 166, 193, 246]],
    ['train/images/t0220', [150, 98, 281, 190]],
  ],
};
const LORRY: Found = ['train/images/t0088', [181, 88, 381, 272]];

/** Whether the street photos are beside the product. */
export const havePhotos = existsSync(PHOTOS);

/** The vehicles of a split, and the lorry, cut out of their photos. */
export async function vehicles(split: 'tuned' | 'held'): Promise<{ cuts: CutOut[]; lorry: CutOut }> {
  const [lorry, ...cuts] = await Promise.all([LORRY, ...VEHICLES[split]].map(fetch));
  return { cuts, lorry: lorry! };
}

async function fetch([photo, boxPx]: Found): Promise<CutOut> {
  const { data, info } = await sharp(`${PHOTOS}${photo}.jpg`).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const picture: Picture = { widthPx: info.width, heightPx: info.height, rgb: data };
  return cutOut(picture, boxPx, FEATHER_PX);
}
