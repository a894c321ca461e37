// Which tests there are, what each kind needs, and how much of the machine they may use.
//
// The kinds run one after the other, in the order below. Those of the contract come first, because
// their servers are up from the beginning, and would take from what others measure.
import { defineConfig } from 'vitest/config';

/** What needs both apps running. */
const conformance = [
  ...['express', 'django'].flatMap((app) => [app, `${app}-shop`, `${app}-again`]),
  'others',
].map((name) => `contract/conformance/${name}.test.ts`);
/** Asks both apps at a time, so that neither may be counting what else it is asked. */
const alike = ['contract/conformance/alike.test.ts'];
const subjects = 'test/conformance-subjects.ts';
/** Judges whether a measurement was disturbed: nothing else may run beside it. */
const alone = ['test/validity.test.ts'];
/** Asks each app in its container, both at a time; and what has a composition of its own beside them. */
const images = [
  'test/compose-conformance-*.test.ts',
  ...['arms', 'clone', 'data', 'nightly', 'own-app', 'runtime'].map(
    (name) => `test/compose-${name}.test.ts`,
  ),
  'test/container-projects.test.ts',
];
/** Needs containers: the files share them, and use them one after the other. */
const containers = ['test/compose-!(settings).test.ts', 'test/container-*.test.ts'];
/** Needs a cluster: the files share one application of the manifests. */
const cluster = ['test/kubernetes-*.test.ts'];
/** A lab that measures waits more than it computes: three of these tests load two cores. */
const besides = 3;
const elsewhere = ['**/node_modules/**', '**/dist/**', '.lab/**'];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'conformance',
          include: conformance,
          globalSetup: subjects,
          sequence: { groupOrder: 1 },
          // The cases mostly wait, for time limits, locks and logs: four files load two cores.
          maxWorkers: 4,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'alike',
          include: alike,
          globalSetup: subjects,
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...elsewhere, ...conformance, ...alike, 'test/**'],
          sequence: { groupOrder: 3 },
          maxWorkers: besides,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, ...alone, ...containers, ...cluster],
          sequence: { groupOrder: 3 },
          maxWorkers: besides,
          // A lab that starts beside others takes its time.
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          sequence: { groupOrder: 4 },
          // Two cores: a starved subject fails tests that are right.
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'images',
          include: images,
          globalSetup: 'test/container-setup.ts',
          sequence: { groupOrder: 5 },
          maxWorkers: besides,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'containers',
          include: containers,
          exclude: [...elsewhere, ...images],
          globalSetup: 'test/container-setup.ts',
          sequence: { groupOrder: 6 },
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'kubernetes',
          include: cluster,
          globalSetup: 'test/kubernetes-setup.ts',
          sequence: { groupOrder: 7 },
          // What is measured in one file must not be loaded by another.
          maxWorkers: 1,
          testTimeout: 240_000,
          hookTimeout: 420_000,
        },
      },
    ],
  },
});
