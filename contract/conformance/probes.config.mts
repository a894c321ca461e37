// The suite against apps that are up already, for whoever counts its cases: HEADROOM_CONFORMANCE says
// where they are.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { appNames } from '../apps.ts';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: [...appNames, 'others'].map((name) => `contract/conformance/${name}.test.ts`),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
