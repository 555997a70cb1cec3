import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { page } from './build/page.mjs';
import { Skipped } from './test/support/skipped.ts';

export default defineConfig({
  test: {
    // Many tests wait for the disk or for another process, so two cores take two workers.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', new Skipped()],
    projects: [
      {
        plugins: [page],
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          globalSetup: ['test/support/lacking.ts', 'test/support/postgres-server.ts'],
          // No module keeps state, so files share what they import: half of the time went into importing it again.
          isolate: false,
          // Waits are faked; this is only for machines that are busy with something else.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [page],
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/lacking.ts', 'test/support/postgres-server.ts', 'test/e2e/build.ts'],
          setupFiles: ['test/e2e/after-each.ts'],
          isolate: false,
          // Until it is over, whoever waits says what for: bench/process.mjs.
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
