// Results of a lab that has measured before: a search and a law on simulated subjects, and a
// comparison, as of this machine. They lie on disk as `lab capacity`, `scale` and `compare` leave them.
import { join } from 'node:path';
import type { CapacityResult } from '../lab/experiments/capacity/analyse';
import { capacity } from '../lab/experiments/capacity/measure';
import type { CompareResult } from '../lab/experiments/compare/analyse';
import { conclude, findingsOf } from '../lab/experiments/conclude';
import type { ScaleResult } from '../lab/experiments/scale/design';
import { scale, userPaces } from '../lab/experiments/scale/measure';
import { compareFixture } from '../lab/experiments/turns.fixture';
import { thisHost } from '../lab/measure/begin-run';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import { SimulatedRuntime, simulatedSetting } from '../lab/measure/simulated-runtime.fixture';
import { RunFolder, writeJson } from '../lab/results/run-folder';

export type FoundBefore = {
  capacity: CapacityResult;
  scale: ScaleResult;
  compare: CompareResult;
};

export async function findBefore(resultsDir: string): Promise<FoundBefore> {
  const setting = simulatedSetting(resultsDir);
  const searched = await capacity({
    ...setting,
    arguments: ['capacity', '--app', 'express'],
    runtime: new SimulatedRuntime({ saturationRps: 2000 }),
    apps: ['express'],
    settings: searchSettings('micro', searchPaces.full),
    runs: 1,
  });
  const scaled = await scale({
    ...setting,
    ...userPaces.full,
    arguments: ['scale', '--app', 'django', '--by', 'users'],
    runtime: new SimulatedRuntime({ law: { alpha: 0.06, beta: 0.0018, gamma: 90 }, noise: 0.02 }),
    app: 'django',
    by: 'users',
    levels: undefined,
    search: null,
  });
  for (const folder of [searched, scaled]) await conclude(folder);
  const { run, trials, found } = compareFixture();
  const compared = RunFolder.create(resultsDir, { ...run, host: thisHost() });
  for (const { number, plan, summary, server } of trials) {
    const path = compared.trialPath(number);
    writeJson(join(path, 'plan.json'), plan);
    writeJson(join(path, 'k6-summary.json'), summary);
    writeJson(join(path, 'server.json'), server);
  }
  await conclude(compared);
  return {
    capacity: findingsOf(searched).experiment as CapacityResult,
    scale: findingsOf(scaled).experiment as ScaleResult,
    compare: found.experiment as CompareResult,
  };
}
