import { defineConfig } from 'vitest/config';

/** They mostly wait while cameras play, and time nothing closely: three of them run at once, the other proofs alone. */
const LONG_PROOFS = [
  ...['view', 'parking', 'clip', 'garbage', 'soak', 'health'],
  ...['algorithms', 'appraisal', 'checks', 'patrol', 'proving'],
].map((name) => `engine/proofs/${name}.proof.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: 'engine/store/template-for-tests.ts',
          include: ['{config,streams,models,engine,ui}/**/*.test.ts'],
          exclude: ['**/*.proof.test.ts', 'node_modules/**'],
          testTimeout: 30_000,
          // Many begin with a database of their own, which a busy machine makes slowly.
          hookTimeout: 60_000,
          // Twice as many as the least machine has cores: some wait for cameras and clocks.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'long-proof',
          include: LONG_PROOFS,
          testTimeout: 300_000,
          hookTimeout: 180_000,
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'proof',
          include: ['engine/proofs/**/*.proof.test.ts'],
          exclude: [...LONG_PROOFS, 'node_modules/**'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
