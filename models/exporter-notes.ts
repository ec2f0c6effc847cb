/** What an exporter wrote beside a graph, as far as it is understood: Ultralytics and YOLOv5 write these. */
export interface ExporterNotes {
  /** In the order of their numbers; null where none are stated or a number is missing. */
  labels: string[] | null;
  task: string | null;
  stridePx: number | null;
  /** Height and width. */
  inputSizePx: [number, number] | null;
  keypoints: { count: number; numbers: 2 | 3 } | null;
  /** It suppresses overlaps itself. */
  endToEnd: boolean;
  description: string;
}

const LARGEST_LABEL = 10_000;

/**
 * Reads metadata_props. Their values are what Python prints: a dictionary of numbers and quoted names, a list of numbers.
 * What is not understood is left out.
 */
export function readNotes(metadata: Readonly<Record<string, string>>): ExporterNotes {
  const size = numbersOf(metadata.imgsz);
  const keypoints = numbersOf(metadata.kpt_shape);
  const stride = Number(metadata.stride);
  return {
    labels: labelsOf(metadata.names),
    task: metadata.task ?? null,
    stridePx: Number.isInteger(stride) && stride > 0 ? stride : null,
    inputSizePx: size.length === 2 ? [size[0]!, size[1]!] : size.length === 1 ? [size[0]!, size[0]!] : null,
    keypoints:
      keypoints.length === 2 && (keypoints[1] === 2 || keypoints[1] === 3) && keypoints[0]! > 0
        ? { count: keypoints[0]!, numbers: keypoints[1] }
        : null,
    endToEnd: [metadata.end2end, metadata.nms, nmsArgument(metadata.args)].includes('True'),
    description: metadata.description ?? '',
  };
}

const nmsArgument = (args: string | undefined) => /'nms':\s*(True|False)/.exec(args ?? '')?.[1];

function numbersOf(printed: string | undefined): number[] {
  return (printed?.match(/\d+/g) ?? []).map(Number);
}

/** `{0: 'person', 1: "driver's cab"}`, or `['person', 'car']`. */
function labelsOf(printed: string | undefined): string[] | null {
  if (!printed) return null;
  const inDictionary = printed.trim().startsWith('{');
  const labels: string[] = [];
  const entry = /(?:(\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
  for (const [, number, single, double] of printed.matchAll(entry)) {
    const at = inDictionary ? Number(number) : labels.length;
    if (!(at < LARGEST_LABEL)) return null;
    labels[at] = (single ?? double ?? '').replace(/\\(.)/g, '$1').trim();
  }
  const whole = labels.length > 0 && Array.from(labels).every((label) => label !== undefined && label !== '');
  return whole ? labels : null;
}
