import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { zipForTests } from '../camera-imports/zip-for-tests.ts';

const PHOTO = fileURLToPath(new URL('../../models/street/samples/bins.jpg', import.meta.url));
const SIDE_PX = 480;

/** Different parts of the sample that comes with the shipped model, at most seven, each a JPEG of its own size. */
export function partsOfPhoto(count: number): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      sharp(PHOTO)
        .extract({ left: 37 * i, top: 23 * i, width: 200 + 8 * i, height: 180 + 4 * i })
        .jpeg()
        .toBuffer(),
    ),
  );
}

/** What a person sees in the whole sample, px: two bins that overflow, one that does not, two bags beside them. */
const TRUTH: [name: string, ...boxPx: [number, number, number, number]][] = [
  ['overflow', 0, 110, 134, 293],
  ['overflow', 258, 124, 400, 306],
  ['garbage_bin', 124, 157, 262, 301],
  ['garbage', 92, 233, 153, 298],
  ['garbage', 364, 262, 456, 316],
];
const CLASSES = ['garbage', 'garbage_bin', 'overflow'];

/** The sample as a YOLO archive: the photo with its boxes, and the sky and wall above as a picture of nothing. */
export async function binsArchive(): Promise<Buffer> {
  const lines = TRUTH.map(([name, left, top, right, bottom]) => {
    const shares = [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top].map((px) => px / SIDE_PX);
    return [CLASSES.indexOf(name), ...shares.map((share) => share.toFixed(6))].join(' ');
  });
  const wall = await sharp(PHOTO).extract({ left: 0, top: 0, width: SIDE_PX, height: 105 }).jpeg().toBuffer();
  return zipForTests([
    { name: 'data.yaml', text: `names: [${CLASSES.join(', ')}]\n` },
    { name: 'images/bins.jpg', text: await readFile(PHOTO) },
    { name: 'labels/bins.txt', text: lines.join('\n') },
    { name: 'images/wall.jpg', text: wall },
  ]);
}
