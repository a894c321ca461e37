// The tables of the benches that make runs as the lab's verbs do, of runs on simulated subjects.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { capacity } from '../lab/experiments/capacity/measure';
import { findingsOf } from '../lab/experiments/conclude';
import { scale, userPaces } from '../lab/experiments/scale/measure';
import { searchSettings } from '../lab/measure/search/search-settings';
import { SimulatedRuntime, simulatedSetting } from '../lab/measure/simulated-runtime.fixture';
import { rowsOf as capacityRows } from './capacity';
import { rowOf as plannedRow } from './planning';
import { rowsOf as scalingRows } from './scaling';

let resultsDir: string;
beforeAll(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

it('capacity: a line for each search of each app, with both bounds and the time it took', async () => {
  const folder = await capacity({
    ...{ ...simulatedSetting(resultsDir), arguments: ['bench'], runtime: new SimulatedRuntime() },
    ...{ apps: ['express', 'django'], settings: searchSettings('micro'), runs: 2 },
  });
  const rows = capacityRows(folder);
  expect(rows.map(([app, workload, search]) => [app, workload, search])).toEqual([
    ['Express', 'micro', '1'],
    ['Express', 'micro', '2'],
    ['Django', 'micro', '1'],
    ['Django', 'micro', '2'],
  ]);
  const { experiment } = findingsOf(folder);
  if (experiment?.kind !== 'capacity') throw new Error('not a capacity run');
  const [first] = experiment.searches;
  expect(rows[0]?.slice(3, 5)).toEqual([String(first?.holdsRps), String(first?.failsRps)]);
  expect(rows[0]).toContain(`${first?.spentSeconds.toFixed(0)} s`);
  expect(rows[0]).toContain('regular');
});

it('scaling: a line for each level, the mean of its valid repeats', async () => {
  const law = { alpha: 0.05, beta: 0.002, gamma: 100 };
  const folder = await scale({
    ...{ ...simulatedSetting(resultsDir), ...userPaces.full, arguments: ['bench'] },
    ...{ runtime: new SimulatedRuntime({ law }), app: 'django', by: 'users' },
    ...{ levels: undefined, search: null },
  });
  const { experiment } = findingsOf(folder);
  if (experiment?.kind !== 'scale') throw new Error('not a scaling run');
  const rows = scalingRows(experiment);
  expect(rows.map((row) => row[3])).toEqual(['1', '2', '4', '8', '16', '32', '64']);
  expect(rows[0]?.slice(0, 5)).toEqual(['Django', 'micro', 'users', '1', '100']);
  expect(rows[0]?.[7]).toBe('6 of 6');
});

it('planning: predicted beside measured, with the verdict or its reason', () => {
  const row = { app: 'django', rateRps: 231, quantity: 'appCores' as const, predicted: 0.39 };
  const measured = { measured: 0.4, spread: 0.02, trials: 3, error: 0.0256, within: true };
  expect(plannedRow('db', { ...row, ...measured, reason: null })).toEqual([
    ...['Django', 'db', '231', 'appCores', '0.390', '0.400', '2.6 %', '3', 'within 10 %'],
  ]);
});
