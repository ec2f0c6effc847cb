import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They mock a module, the clock, an environment variable or a flag of the runtime: each has a process of its own. */
const APART = [
  ...['streams/retries', 'streams/ffmpeg', 'models/fold-input', 'models/shortlist', 'ui/patrol/outbox'],
  ...['algorithms/inspect-apart', 'analysis/pictures', 'analysis/view-fault', 'clips/package-clip'].map(inEngine),
  ...['clocks/stopwatch', 'server/routes/bad-registers', 'store/open-store'].map(inEngine),
].map((name) => `${name}.test.ts`);

/** A minute each: begun last, they would be waited for alone. */
const LONG_UNITS = [
  ...['evals/events', 'analysis/view-fault', 'server/labelled-sets', 'evals/repeat-alerts', 'store/open-store'],
  ...['analysis/apart/apart-model', 'views/view-watch', 'views/fingerprint', 'days/day-steps', 'alerts/desk'],
].map((name) => `${inEngine(name)}.test.ts`);

/** They mostly wait while cameras play, and time nothing closely: three of them run at once, the longest first. */
const LONG_PROOFS = [
  ...['soak', 'parking', 'view', 'checks', 'garbage', 'algorithms', 'proving', 'clip', 'health'],
  ...['patrol', 'appraisal'],
].map(inProofs);

/** They draw maps and video, which takes the cores without a graphics card: two of them run at once, what is left alone. */
const PAGE_PROOFS = ['map', 'live', 'replay', 'calibration', 'library', 'pool'].map(inProofs);

/** In a fresh clone nothing is known of how long a file takes: they begin in the order of the lists above, the others after them. */
class InListedOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const listed = [...LONG_UNITS, ...LONG_PROOFS, ...PAGE_PROOFS];
    const place = ({ moduleId }: TestSpecification) => {
      const at = listed.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? listed.length : at;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

const UNIT = {
  globalSetup: 'engine/store/template-for-tests.ts',
  testTimeout: 30_000,
  // Many begin with a database of their own, which a busy machine makes slowly.
  hookTimeout: 60_000,
  // Twice as many as the least machine has cores: some wait for cameras and clocks.
  maxWorkers: 4,
};
const PROOF = { testTimeout: 300_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    sequence: { sequencer: InListedOrder },
    projects: [
      {
        test: {
          ...UNIT,
          name: 'unit',
          include: ['{config,streams,models,engine,ui}/**/*.test.ts'],
          exclude: [...APART, '**/*.proof.test.ts', 'node_modules/**'],
          // Files that share a process load the product once: a third of the work of all of them.
          isolate: false,
        },
      },
      { test: { ...UNIT, name: 'unit-apart', include: APART } },
      { test: { ...PROOF, name: 'long-proof', include: LONG_PROOFS, maxWorkers: 3 } },
      { test: { ...PROOF, name: 'page-proof', include: PAGE_PROOFS, maxWorkers: 2 } },
      {
        test: {
          ...PROOF,
          name: 'proof',
          include: ['engine/proofs/**/*.proof.test.ts'],
          exclude: [...LONG_PROOFS, ...PAGE_PROOFS, 'node_modules/**'],
          fileParallelism: false,
        },
      },
    ],
  },
});

function inEngine(name: string): string {
  return `engine/${name}`;
}

function inProofs(name: string): string {
  return `engine/proofs/${name}.proof.test.ts`;
}
