// One run of each kind of experiment, made on a simulated subject and read back from disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchPaces, searchSettings } from '../measure/search/search-settings';
import { SimulatedRuntime, simulatedSetting } from '../measure/simulated-runtime.fixture';
import type { RunFolder } from '../results/run-folder';
import { capacity } from './capacity/measure';
import { reportedRun } from './conclude';
import type { ReportedRun } from './index';
import { scale, scalePaces, userPaces } from './scale/measure';

const spoilt = (trials: readonly number[]) => (trial: number) =>
  trials.includes(trial) ? { others: 0.6 } : {};

const experiments: Record<string, (resultsDir: string) => Promise<RunFolder>> = {
  'a search': (resultsDir) =>
    capacity({
      ...simulatedSetting(resultsDir),
      arguments: ['capacity', '--app', 'express'],
      runtime: new SimulatedRuntime({ noise: 0.08, mishaps: spoilt([5, 6]), seed: 4 }),
      apps: ['express'],
      settings: searchSettings('micro', searchPaces.full),
      runs: 1,
    }),
  'several searches, the generator the limit': (resultsDir) =>
    capacity({
      ...simulatedSetting(resultsDir),
      arguments: ['capacity', '--app', 'express', '--runs', '2'],
      runtime: new SimulatedRuntime({ saturationRps: 20_000, generatorRps: 7000 }),
      apps: ['express'],
      settings: searchSettings('micro', searchPaces.full),
      runs: 2,
    }),
  'scaling by users': (resultsDir) =>
    scale({
      ...simulatedSetting(resultsDir),
      ...userPaces.full,
      arguments: ['scale', '--app', 'django', '--by', 'users'],
      runtime: new SimulatedRuntime({
        law: { alpha: 0.06, beta: 0.0018, gamma: 90 },
        noise: 0.02,
        mishaps: spoilt([3]),
      }),
      app: 'django',
      by: 'users',
      levels: undefined,
      search: null,
    }),
  'scaling at too few levels': (resultsDir) =>
    scale({
      ...simulatedSetting(resultsDir),
      ...scalePaces.quick,
      arguments: ['scale', '--app', 'django', '--by', 'workers', '--levels', '1,2,4'],
      runtime: new SimulatedRuntime({ unitsOf: ({ workers }) => workers, noise: 0.02 }),
      app: 'django',
      by: 'workers',
      levels: [1, 2, 4],
      search: null,
    }),
};

/** By what each shows. */
export async function experimentRuns(): Promise<Record<string, ReportedRun>> {
  const resultsDir = mkdtempSync(join(tmpdir(), 'headroom-experiments-'));
  try {
    const runs: Record<string, ReportedRun> = {};
    for (const [name, make] of Object.entries(experiments)) {
      runs[name] = reportedRun(await make(resultsDir));
    }
    return runs;
  } finally {
    rmSync(resultsDir, { recursive: true });
  }
}
