// Which tests there are, what each kind needs, and how much of the machine they may use.
import { defineConfig } from 'vitest/config';

/** What needs both apps running. */
const conformance = ['conformance', 'alike'].map((name) => `contract/conformance/${name}.test.ts`);
const elsewhere = ['**/node_modules/**', '**/dist/**', '.lab/**'];

export default defineConfig({
  test: {
    // Two cores: a starved subject fails tests that are right.
    maxWorkers: 1,
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...elsewhere, ...conformance, 'test/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: conformance,
          globalSetup: 'test/conformance-subjects.ts',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
