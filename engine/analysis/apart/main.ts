/** The process of a model that runs apart from its shard: it opens one package and looks at what it is sent. */
import { type Detector, newDetections, openDetector, type Pixels } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { type FromApart, ToApart } from './messages.ts';

const send = process.send?.bind(process);
if (!send) {
  process.stderr.write('A model that runs apart is started by its shard, not by hand.\n');
  process.exit(2);
}

const found = newDetections();
let detector: Detector | null = null;
/** Messages are heard one after the other, in order. */
let hearing: Promise<void> = Promise.resolve();

process.on('message', (raw) => {
  const message = ToApart.parse(raw);
  hearing = hearing.then(() => (message.kind === 'open' ? open(message) : look(message))).catch(fail);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C at a terminal, and whoever stops all of the engine's processes, reach everybody: the shard ends this one when it
// is through. It would count as a death otherwise.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

function tell(message: FromApart): void {
  if (process.connected) send!(message);
}

async function open({ folder, executionProvider }: Extract<ToApart, { kind: 'open' }>): Promise<void> {
  const read = await readPackage(folder);
  detector = await openDetector(read, { threads: 1, ...(executionProvider && { executionProvider }) });
  const { identity, labels, classes, inputPx, runsOn } = detector;
  const { resize } = read.manifest.input;
  tell({ kind: 'opened', identity, labels: [...labels], classes: [...classes], inputPx, resize, runsOn });
}

async function look({ id, rgb, ...size }: Extract<ToApart, { kind: 'look' }>): Promise<void> {
  if (!detector) throw new Error('got a picture before a package, expected the package first');
  try {
    await detector.detect(fitted(rgb, size), found);
  } catch (error) {
    tell({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    return;
  }
  const { count } = found;
  tell({
    kind: 'found',
    id,
    boxesXyxyPx: found.boxesXyxyPx.slice(0, 4 * count),
    scores: found.scores.slice(0, count),
    classIds: found.classIds.slice(0, count),
    ...detector.lastTiming,
    rssBytes: process.memoryUsage.rss(),
  });
}

/** The picture as the detector asks for it: it was scaled already to what is asked for, and is only put in its place. */
function fitted(
  rgb: Uint8Array,
  { widthPx, heightPx, fittedWidthPx, fittedHeightPx }: Omit<Extract<ToApart, { kind: 'look' }>, 'kind' | 'id' | 'rgb'>,
): Pixels {
  return {
    widthPx,
    heightPx,
    writeRgb(out, askedWidthPx, askedHeightPx, target) {
      if (askedWidthPx !== fittedWidthPx || askedHeightPx !== fittedHeightPx) {
        const got = `${fittedWidthPx}×${fittedHeightPx}`;
        throw new Error(`got a picture of ${got}, expected ${askedWidthPx}×${askedHeightPx}`);
      }
      const rowBytes = 3 * fittedWidthPx;
      const { offsetBytes = 0, strideBytes = rowBytes } = target ?? {};
      for (let y = 0; y < fittedHeightPx; y++)
        out.set(rgb.subarray(y * rowBytes, (y + 1) * rowBytes), offsetBytes + y * strideBytes);
    },
  };
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
}
