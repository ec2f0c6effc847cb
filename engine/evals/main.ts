/**
 * `npm run eval:events [-- --only <words of a recording's name>]`: parked vehicles, from a model's boxes to alerts, against
 * what was truly there. Prints one JSON line; each recording with a fault is told on the error output. With
 * `--regions zones|tiles|whole` the real clip and the scenes at one picture a second are looked at as a shard does, with
 * its gate, and the line says how often the model looked.
 */
import { parseArgs } from 'node:util';
import { LookedAt } from '#config/camera.ts';
import { openDesk } from '../alerts/scene-for-tests.ts';
import { kindsHere, openTestStore } from '../store/store-for-tests.ts';
import { Eyes } from './pictures.ts';
import { play, type Recording, type Split } from './play.ts';
import { faultsOf, figuresOf, type Outcome } from './score.ts';
import { Suite } from './suite.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, regions: { type: 'string' } } });

/** What the suite has no labelled pictures of: no number then. */
const NOT_MEASURED = ['night', 'rain', 'infrared', 'exposed-garbage', 'street-vendor', 'unleashed-dog'];

const eyes = await Eyes.open();
const suite = new Suite(eyes);
const opened = await openTestStore((await kindsHere()).at(-1)!);
const desk = openDesk(opened.store);
const outcomes: Record<Split, Outcome[]> = { real: [], held: [], tuned: [] };

const regions = values.regions && LookedAt.parse(values.regions);
const looks = { pictures: 0, inferences: 0 };

async function* recordings(): AsyncGenerator<Recording> {
  if (regions) {
    for (const split of ['tuned', 'held'] as const) yield* suite.asShardsLook(split, regions, count);
    return;
  }
  yield* suite.real();
  for (const split of ['tuned', 'held'] as const) {
    yield* suite.scenes(split);
    yield* suite.samplings(split);
  }
}

function count(name: string, { pictures, inferences }: typeof looks): void {
  looks.pictures += pictures;
  looks.inferences += inferences;
  process.stderr.write(`${name}: ${pictures} pictures, ${inferences} inferences\n`);
}

try {
  for await (const recording of recordings()) {
    if (!recording.name.includes(values.only)) continue;
    const outcome = await play(recording, opened.store, desk);
    outcomes[recording.split].push(outcome);
    for (const fault of faultsOf(outcome)) process.stderr.write(`${recording.split}: ${outcome.name}: ${fault}\n`);
  }
} finally {
  await desk.close();
  await opened.remove();
  await eyes.close();
}
const all = Object.values(outcomes).flat();
if (all.length === 0) throw new Error('got no recording, expected the clips and photos of ../shared/data');
const split = Object.fromEntries(Object.entries(outcomes).map(([name, of]) => [name, figuresOf(of)]));
process.stdout.write(
  `${JSON.stringify({ eval: 'events', ...figuresOf(all), split, ...(regions && { regions, looks }), notMeasured: NOT_MEASURED })}\n`,
);
