import { z } from 'zod';
import type { Part } from '../../algorithms/sandbox/unpack.ts';
import type { LabelledBox } from '../../contract/labelled-set.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { Issues } from './issues.ts';
import type { ReadLabels } from './read-labels.ts';

const MOST_FILES = 10;
const OVER_EDGE_PX = 1;

const Id = z.union([z.number(), z.string()]);
const CocoFile = z.object({
  images: z.array(
    z.object({ id: Id, file_name: z.string(), width: z.number().optional(), height: z.number().optional() }),
  ),
  categories: z.array(z.object({ id: Id, name: z.string().trim().min(1).max(100) })),
  annotations: z.array(z.unknown()),
});
type CocoFile = z.infer<typeof CocoFile> & { name: string };

const Annotation = z.object({
  image_id: Id,
  category_id: Id,
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  iscrowd: z.union([z.literal(0), z.literal(1), z.boolean()]).default(0),
});

interface Stated {
  file: string;
  widthPx: number | undefined;
  heightPx: number | undefined;
  /** null: one of them is wrong. */
  boxes: { class: string; bbox: [number, number, number, number]; crowd: boolean; line: string }[] | null;
}

/** The files of COCO’s kind in an archive; null: there is none, it is another format. */
export async function isCoco(
  parts: readonly Part[],
  text: (name: string) => Promise<string>,
): Promise<CocoFile[] | null> {
  const found: CocoFile[] = [];
  for (const { name } of parts.filter((part) => /\.json$/i.test(part.name)).slice(0, MOST_FILES)) {
    const json = parsed(await text(name));
    if (typeof json !== 'object' || json === null || !('annotations' in json)) continue;
    const file = CocoFile.safeParse(json);
    if (!file.success) {
      const facts = {
        got: `${name}: ${z.prettifyError(file.error).slice(0, 500)}`,
        expected: 'images, categories, annotations',
      };
      throw new Refusal(422, 'labels-unreadable', 'The file of annotations is not of COCO’s form.', facts);
    }
    found.push({ ...file.data, name });
  }
  return found.length > 0 ? found : null;
}

/** Boxes are left, top, width, height in pixels; a picture is named by its path, or by the last part of it. */
export function readCoco(files: readonly CocoFile[], pictures: readonly Part[], issues: Issues): ReadLabels {
  const names = new Map<string, string>();
  for (const { name } of pictures) {
    const last = name.split('/').at(-1)!;
    names.set(last, names.has(last) ? '' : name);
  }
  const ofPicture = new Map<string, Stated>();
  const classes = [...new Set(files.flatMap(({ categories }) => categories.map(({ name }) => name)))];
  for (const file of files) {
    const byId = new Map<string | number, Stated>();
    for (const { id, file_name, width, height } of file.images) {
      const name = pictures.some((part) => part.name === file_name)
        ? file_name
        : (names.get(file_name.split('/').at(-1)!) ?? '');
      if (name === '') {
        issues.add(
          'image-unknown',
          file.name,
          null,
          `image ${id}: ${file_name}`,
          'the name of one picture in the archive',
        );
        continue;
      }
      const stated: Stated = { file: file.name, widthPx: width, heightPx: height, boxes: [] };
      byId.set(id, stated);
      ofPicture.set(name, stated);
    }
    addAnnotations(file, byId, issues);
  }
  return {
    classes,
    boxesOf(picture) {
      const stated = ofPicture.get(picture);
      return stated ? (widthPx, heightPx) => boxesOf(stated, picture, widthPx, heightPx, issues) : null;
    },
  };
}

function addAnnotations(file: CocoFile, byId: Map<string | number, Stated>, issues: Issues): void {
  const categories = new Map(file.categories.map(({ id, name }) => [id, name]));
  const images = new Set(file.images.map(({ id }) => id));
  file.annotations.forEach((raw, i) => {
    const line = `annotation ${i + 1}`;
    const read = Annotation.safeParse(raw);
    if (!read.success) {
      const imageId = Id.safeParse((raw as { image_id?: unknown } | null)?.image_id);
      const stated = imageId.success ? byId.get(imageId.data) : undefined;
      if (stated) stated.boxes = null;
      issues.add(
        'annotation-incomplete',
        file.name,
        null,
        `${line}: ${JSON.stringify(raw)}`,
        'image_id, category_id and a bbox of four numbers',
      );
      return;
    }
    const { image_id, category_id, bbox, iscrowd } = read.data;
    const stated = byId.get(image_id);
    const name = categories.get(category_id);
    // An image that is not in the archive was told already.
    if (!stated && images.has(image_id)) return;
    if (!stated || name === undefined) {
      if (stated) stated.boxes = null;
      const got = stated ? `category ${category_id}` : `image ${image_id}`;
      issues.add(
        stated ? 'class-unknown' : 'image-unknown',
        file.name,
        null,
        `${line}: ${got}`,
        stated ? 'the id of a category' : 'the id of an image',
      );
      return;
    }
    stated.boxes?.push({ class: name, bbox, crowd: Boolean(iscrowd), line });
  });
}

function boxesOf(
  { file, boxes, widthPx: statedWidth, heightPx: statedHeight }: Stated,
  picture: string,
  widthPx: number,
  heightPx: number,
  issues: Issues,
): LabelledBox[] | null {
  if ((statedWidth ?? widthPx) !== widthPx || (statedHeight ?? heightPx) !== heightPx) {
    const got = `${picture}: stated as ${statedWidth} × ${statedHeight} px`;
    issues.add('size-differs', file, null, got, `${widthPx} × ${heightPx} px, as the picture is`);
    return null;
  }
  if (!boxes) return null;
  let isWrong = false;
  const read = boxes.map(({ class: name, bbox: [x, y, w, h], crowd, line }): LabelledBox => {
    const inside =
      w > 0 &&
      h > 0 &&
      x >= -OVER_EDGE_PX &&
      y >= -OVER_EDGE_PX &&
      x + w <= widthPx + OVER_EDGE_PX &&
      y + h <= heightPx + OVER_EDGE_PX;
    if (!inside) {
      isWrong = true;
      issues.add(
        'box-outside',
        file,
        null,
        `${line}: bbox ${[x, y, w, h].join(', ')}`,
        `a box inside ${widthPx} × ${heightPx} px`,
      );
    }
    const cut = (at: number, most: number) => Math.min(most, Math.max(0, at));
    return {
      class: name,
      xyxyPx: [cut(x, widthPx), cut(y, heightPx), cut(x + w, widthPx), cut(y + h, heightPx)],
      crowd,
    };
  });
  return isWrong ? null : read;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
