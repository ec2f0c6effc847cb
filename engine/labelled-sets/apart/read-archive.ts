import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused } from '../../algorithms/sandbox/findings.ts';
import { type Part, unpack } from '../../algorithms/sandbox/unpack.ts';
import type { Tell } from '../../algorithms/serve-apart.ts';
import { Refusal } from '../../contract/refusal.ts';
import { Issues } from './issues.ts';
import { isCoco, readCoco } from './read-coco.ts';
import { readYolo } from './read-yolo.ts';
import type { PlannedPicture, ReadPlan } from './requests.ts';
import { takePicture } from './take-picture.ts';

const MOST_UNFOLDED_BYTES = 8 * 2 ** 30;
const MOST_PARTS = 60_000;
const MOST_PICTURES = 25_000;
const PICTURE = /\.(jpe?g|png|webp|bmp|tiff?)$/i;
/** Folders of any depth that the name does not climb out of, nor hide in. */
const PART = /^(?:[^./\\\p{C}][^/\\\p{C}]{0,79}\/){0,7}[^./\\\p{C}][^/\\\p{C}]{0,199}$/u;

/**
 * Unpacks an archive and reads what it says of each picture. What is wrong is told with its file and line, and its picture
 * is left out whole: a picture with half of its boxes would teach that the others are not there.
 * @throws Refusal where the archive as a whole cannot be read
 */
export async function readArchive(path: string, folder: string, tell: Tell): Promise<ReadPlan> {
  const unpacked = join(folder, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  await mkdir(join(folder, 'pictures'), { recursive: true });
  const parts = await refusing(
    unpack(path, unpacked, MOST_UNFOLDED_BYTES, {
      mostParts: MOST_PARTS,
      part: PART,
      expected: 'a file in at most seven folders, no name of which begins with a dot',
      passedOver: /^__MACOSX\/|(?:^|\/)\.[^/]*$|(?:^|\/)Thumbs\.db$/,
    }),
  );
  const pictures = parts.filter(({ name }) => PICTURE.test(name)).sort((a, b) => a.name.localeCompare(b.name));
  if (pictures.length === 0 || pictures.length > MOST_PICTURES) {
    throw new Refusal(422, 'no-pictures', 'The archive has no pictures, or too many.', {
      got: pictures.length === 0 ? parts.slice(0, 10).map(({ name }) => name) : pictures.length,
      expected: `1 to ${MOST_PICTURES} pictures (JPEG, PNG, WebP, BMP, TIFF)`,
    });
  }
  const issues = new Issues();
  const text = (name: string) => readText(unpacked, parts, name);
  const coco = await isCoco(parts, text);
  const labels = coco ? readCoco(coco, pictures, issues) : await readYolo(parts, text, issues);
  const taken: PlannedPicture[] = [];
  let withoutLabels = 0;
  for (const [i, { name }] of pictures.entries()) {
    tell(i, pictures.length);
    const file = `pictures/${i}.jpg`;
    const picture = await takePicture(join(unpacked, name), join(folder, file)).catch((cause: Error) => {
      issues.add(
        'picture-unreadable',
        name,
        null,
        firstLine(cause.message),
        'a whole picture of at most 40 megapixels, 16 px a side or more',
      );
      return null;
    });
    if (!picture) continue;
    const said = labels.boxesOf(name);
    if (!said) withoutLabels++;
    const boxes = said ? said(picture.widthPx, picture.heightPx) : [];
    if (boxes) taken.push({ file, name: baseName(name), ...picture, boxes, atMs: null });
  }
  tell(pictures.length, pictures.length);
  return {
    format: coco ? 'coco' : 'yolo',
    classes: labels.classes,
    pictures: taken,
    withoutLabels,
    issues: issues.list,
    issueCount: issues.count,
    durationMs: null,
    clipSha256: null,
  };
}

const MOST_TEXT_BYTES = 256 * 2 ** 20;

async function readText(folder: string, parts: readonly Part[], name: string): Promise<string> {
  const part = parts.find((one) => one.name === name);
  if (part && part.bytes > MOST_TEXT_BYTES) {
    const facts = { got: `${name}: ${part.bytes} bytes`, expected: `at most ${MOST_TEXT_BYTES} bytes of text` };
    throw new Refusal(422, 'labels-too-large', 'A file of labels is too large.', facts);
  }
  return readFile(join(folder, name), 'utf8');
}

const baseName = (name: string): string =>
  name
    .split('/')
    .at(-1)!
    .replace(/\.[^.]+$/, '')
    .slice(0, 200);

const firstLine = (text: string) => text.split('\n')[0]!;

async function refusing<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    const { code, what, got, expected } = cause.finding;
    const facts = { got: `${what}: ${got}`, expected, cause };
    throw new Refusal(422, code, 'The archive cannot be unpacked.', facts);
  }
}
