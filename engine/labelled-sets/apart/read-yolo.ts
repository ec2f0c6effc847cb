import { parse } from 'yaml';
import type { Part } from '../../algorithms/sandbox/unpack.ts';
import type { LabelIssueCode, LabelledBox } from '../../contract/labelled-set.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { Issues } from './issues.ts';
import type { ReadLabels } from './read-labels.ts';

const CLASS_LISTS = /(?:^|\/)(?:classes\.txt|obj\.names|_darknet\.labels)$/i;
const YAML = /\.ya?ml$/i;
/** A box may stand over the edge by so much, from rounding: it is cut off there. */
const OVER_EDGE = 0.001;

type Text = (name: string) => Promise<string>;

/**
 * YOLO’s text files: a line for each box with the number of its class, its centre, its width and its height as shares of
 * the picture. The file of a picture lies in `labels` where the picture lies in `images`, or beside it.
 */
export async function readYolo(parts: readonly Part[], text: Text, issues: Issues): Promise<ReadLabels> {
  const classes = await classNames(parts, text);
  const labelFiles = new Map<string, string>();
  const isClassList = (name: string) => CLASS_LISTS.test(name);
  for (const { name } of parts)
    if (/\.txt$/i.test(name) && !isClassList(name)) labelFiles.set(name.replace(/\.txt$/i, ''), name);
  const texts = new Map<string, string>();
  for (const [stem, name] of labelFiles) texts.set(stem, await text(name));
  return {
    classes,
    boxesOf(picture) {
      const stem = picture.replace(/\.[^./]+$/, '');
      const at = [besides(stem), stem].find((one) => texts.has(one));
      if (at === undefined) return null;
      return (widthPx, heightPx) =>
        boxesIn(texts.get(at)!, classes, widthPx, heightPx, (code, line, got, expected) =>
          issues.add(code, labelFiles.get(at)!, line, got, expected),
        );
    },
  };
}

/** `labels/a` for `images/a`: the last folder of that name. */
const besides = (stem: string) => stem.replace(/(^|.*\/)images\//, '$1labels/');

function boxesIn(
  text: string,
  classes: readonly string[],
  widthPx: number,
  heightPx: number,
  wrong: (code: LabelIssueCode, line: number, got: string, expected: string) => void,
): LabelledBox[] | null {
  const boxes: LabelledBox[] = [];
  let isWrong = false;
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '') return;
    const read = readLine(line.trim(), classes);
    if ('wrong' in read) {
      isWrong = true;
      wrong(read.wrong, i + 1, line.trim(), read.expected);
      return;
    }
    const [left, top, right, bottom] = read.edges;
    boxes.push({
      class: read.name,
      xyxyPx: [left! * widthPx, top! * heightPx, right! * widthPx, bottom! * heightPx],
      crowd: false,
    });
  });
  return isWrong ? null : boxes;
}

type ReadLine = { name: string; edges: number[] } | { wrong: LabelIssueCode; expected: string };

function readLine(line: string, classes: readonly string[]): ReadLine {
  const words = line.split(/\s+/);
  const numbers = words.map(Number);
  const not = (wrong: LabelIssueCode, expected: string) => ({ wrong, expected });
  if (words.length !== 5) return not('not-five-numbers', 'five numbers: class, centre x, centre y, width, height');
  if (!numbers.every(Number.isFinite)) return not('not-numbers', 'numbers alone');
  const [kind, x, y, w, h] = numbers as [number, number, number, number, number];
  const name = classes[kind];
  if (name === undefined) return not('class-unknown', `the number of a class, 0 to ${classes.length - 1}`);
  const edges = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
  if (w <= 0 || h <= 0 || edges.some((edge) => edge < -OVER_EDGE || edge > 1 + OVER_EDGE))
    return not('box-outside', 'a box inside the picture, as shares from 0 to 1');
  return { name, edges: edges.map((edge) => Math.min(1, Math.max(0, edge))) };
}

async function classNames(parts: readonly Part[], text: Text): Promise<string[]> {
  for (const { name } of parts.filter((part) => YAML.test(part.name))) {
    const names = namesIn(await text(name));
    if (names) return checked(name, names);
  }
  const list = parts.find(({ name }) => CLASS_LISTS.test(name));
  if (list) {
    const lines = (await text(list.name)).trim().split(/\r?\n/);
    return checked(
      list.name,
      lines.map((line) => line.trim()),
    );
  }
  throw new Refusal(422, 'no-classes', 'The archive does not say what its classes are called.', {
    got: parts.slice(0, 10).map(({ name }) => name),
    expected: 'a data.yaml with names, a classes.txt, or a COCO JSON with annotations',
  });
}

/** A list, or a map from numbers that leave none out; null: the file has no names. */
function namesIn(text: string): string[] | null {
  let read: unknown;
  try {
    read = parse(text, { maxAliasCount: 10 });
  } catch {
    return null;
  }
  const names = typeof read === 'object' && read !== null && 'names' in read ? read.names : null;
  if (Array.isArray(names)) return names.map(String);
  if (typeof names !== 'object' || names === null) return null;
  const entries = Object.entries(names).sort(([a], [b]) => Number(a) - Number(b));
  return entries.every(([key], i) => Number(key) === i) ? entries.map(([, name]) => String(name)) : null;
}

function checked(file: string, names: string[]): string[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  const empty = names.findIndex((name) => name.trim() === '' || name.length > 100);
  if (names.length > 0 && names.length <= 1000 && twice === undefined && empty < 0) return names;
  throw new Refusal(422, 'classes-wrong', 'The names of the classes are wrong.', {
    got:
      twice !== undefined
        ? `${file}: "${twice}" twice`
        : `${file}: ${names.length} names, one of them empty or too long`,
    expected: '1 to 1000 different names of at most 100 characters',
  });
}
