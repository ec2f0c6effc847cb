import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { ZipFile } from 'yazl';
import type { Tell } from '../../algorithms/serve-apart.ts';
import type { BoxPx } from '../../contract/labelled-set.ts';
import { inCrop } from './in-crop.ts';
import type { WriteArchive } from './requests.ts';

type Placed = Omit<WriteArchive['pictures'][number], 'crop'>;

const DIGITS = 6;
const QUALITY = 95;

/** Writes a set as a zip in one of the formats that it is read in. Of a picture of which a crop was judged it holds the crop. */
export async function writeArchive(request: WriteArchive, tell: Tell) {
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(request.to));
  const blur = request.blurredBy === null ? null : await (await import('./blur.ts')).openBlur(request.blurredBy);
  const placed: Placed[] = [];
  const names = new Set<string>();
  let blurredPlaces = 0;
  const changed = `${request.to}.parts`;
  await mkdir(changed);
  try {
    for (const [i, { file, crop, boxes, widthPx, heightPx, ...picture }] of request.pictures.entries()) {
      tell(i, request.pictures.length);
      let as = file;
      if (blur || crop) {
        const shown = blur ? await blur.apply(file, await readFile(file)) : { jpeg: await readFile(file), places: 0 };
        blurredPlaces += shown.places;
        as = join(changed, `${i}.jpg`);
        await writeFile(as, crop ? await cutOut(shown.jpeg, crop) : shown.jpeg);
      }
      const name = nameFor(picture.name, names);
      zip.addFile(as, `images/${name}.jpg`, { compress: false });
      placed.push({
        file,
        name,
        widthPx: crop ? crop[2] - crop[0] : widthPx,
        heightPx: crop ? crop[3] - crop[1] : heightPx,
        boxes: crop ? boxes.map((box) => inCrop(box, crop)) : boxes,
      });
    }
  } finally {
    await blur?.close();
  }
  const texts = request.format === 'yolo' ? yoloTexts(request, placed) : cocoTexts(request, placed);
  for (const [name, text] of Object.entries({ ...texts, 'README.txt': aboutOf(request, placed, blurredPlaces) }))
    zip.addBuffer(Buffer.from(text), name);
  zip.end();
  await written;
  tell(request.pictures.length, request.pictures.length);
  return { pictures: placed.length, blurredPlaces };
}

function cutOut(jpeg: Uint8Array, [left, top, right, bottom]: BoxPx): Promise<Buffer> {
  const part = { left, top, width: right - left, height: bottom - top };
  return sharp(jpeg).extract(part).jpeg({ quality: QUALITY }).toBuffer();
}

/** A name that a file may have everywhere, once. */
function nameFor(wanted: string, taken: Set<string>): string {
  const plain = wanted.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._]+/, '') || 'picture';
  let name = plain.slice(0, 80);
  for (let n = 2; taken.has(name); n++) name = `${plain.slice(0, 70)}-${n}`;
  taken.add(name);
  return name;
}

function yoloTexts({ classes }: WriteArchive, pictures: readonly Placed[]): Record<string, string> {
  const texts: Record<string, string> = {
    'data.yaml': `path: .\ntrain: images\nval: images\nnames:\n${classes.map((name, i) => `  ${i}: ${JSON.stringify(name)}\n`).join('')}`,
  };
  for (const { name, boxes, widthPx, heightPx } of pictures) {
    const lines = boxes
      .filter(({ crowd }) => !crowd)
      .map(({ class: kind, xyxyPx: [left, top, right, bottom] }) => {
        const shares = [
          (left + right) / 2 / widthPx,
          (top + bottom) / 2 / heightPx,
          (right - left) / widthPx,
          (bottom - top) / heightPx,
        ];
        return `${[classes.indexOf(kind), ...shares.map((share) => share.toFixed(DIGITS))].join(' ')}\n`;
      });
    texts[`labels/${name}.txt`] = lines.join('');
  }
  return texts;
}

function cocoTexts({ name, licence, classes }: WriteArchive, pictures: readonly Placed[]): Record<string, string> {
  const rounded = (value: number) => Number(value.toFixed(DIGITS));
  let id = 0;
  const json = {
    info: { description: name },
    licenses: [{ id: 1, name: licence, url: '' }],
    images: pictures.map(({ name: stem, widthPx, heightPx }, i) => ({
      id: i + 1,
      file_name: `${stem}.jpg`,
      width: widthPx,
      height: heightPx,
      license: 1,
    })),
    categories: classes.map((label, i) => ({ id: i + 1, name: label })),
    annotations: pictures.flatMap(({ boxes }, i) =>
      boxes.map(({ class: kind, crowd, xyxyPx: [left, top, right, bottom] }) => ({
        id: ++id,
        image_id: i + 1,
        category_id: classes.indexOf(kind) + 1,
        bbox: [left, top, right - left, bottom - top].map(rounded),
        area: rounded((right - left) * (bottom - top)),
        iscrowd: Number(crowd),
      })),
    ),
  };
  return { 'annotations.json': JSON.stringify(json) };
}

/** What whoever gets the archive must know of it. */
function aboutOf(
  { name, licence, format, blurredBy }: WriteArchive,
  pictures: readonly Placed[],
  places: number,
): string {
  const crowds = pictures.flatMap(({ boxes }) => boxes).filter(({ crowd }) => crowd).length;
  return [
    name,
    `Licence: ${licence}`,
    blurredBy === null
      ? 'Nothing is blurred: faces and number plates may be seen.'
      : `Blurred: the upper part of people and the lower part of vehicles, where a detector of people and vehicles saw them (${places} places). It is no detector of faces or plates; whom it did not see is not blurred.`,
    ...(format === 'yolo' && crowds > 0
      ? [`Left out: ${crowds} boxes of crowds, for which this format has no mark.`]
      : []),
    '',
  ].join('\n');
}
