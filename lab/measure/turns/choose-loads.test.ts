// Rates that calibrations choose, on simulated subjects whose machine may become slower meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findings } from '../../results/findings';
import { designedTrials } from '../../results/trial/result';
import { subjectOf } from '../../runtime/subject';
import { runExperiment } from '../conductor';
import { SimulatedRuntime, simulatedSetting } from '../simulated-runtime.fixture';
import { isVoidWithoutOne } from '../void-run';
import { chooseLoads } from './choose-loads';
import { type InterleavedDesign, interleaved } from './interleaved';
import { measureArms } from './measure-arms';
import { usualTurns } from './paired-blocks';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-rates-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

const [express, django] = [subjectOf('express', 'default', 1), subjectOf('django', 'default', 1)];

/** @param speedAt of the machine, by the number of trials made */
async function compared(speedAt: (trial: number) => number) {
  const law = (trial: number) => ({ alpha: 1, beta: 0, gamma: 900 * speedAt(trial) });
  const runtime = new SimulatedRuntime({ law });
  let design: InterleavedDesign = {
    metrics: ['latency'],
    loads: [],
    turns: { ...usualTurns, isFreshEachBlock: true },
    ...{ runs: 3, warmupSeconds: 2, seconds: 4 },
  };
  const arms = { a: { subject: express, index: 0 }, b: { subject: django, index: 1 } };
  const request = {
    ...{ metrics: design.metrics, workloads: ['micro'], users: 16 },
    ...{ runs: 3, warmupSeconds: 2, seconds: 4 },
    searchOf: () => {
      throw new Error('nothing is searched');
    },
  };
  const folder = await runExperiment(
    {
      ...simulatedSetting(resultsDir),
      ...{ runtime, arguments: ['compare'], subjects: [express, django] },
      experiment: { kind: 'compare', isVoid: isVoidWithoutOne },
    },
    async (conductor) => {
      design = { ...design, loads: await chooseLoads(conductor, [arms.a, arms.b], request) };
      await measureArms(conductor, arms, design);
    },
  );
  const purposes = new Map(folder.run.trials.map(({ number, purpose }) => [number, purpose]));
  const records = folder
    .trials()
    .map((trial) => ({ ...trial, purpose: purposes.get(trial.number) ?? ('measure' as const) }));
  const { warnings } = interleaved(design, designedTrials(folder.run, findings(records).trials));
  return { folder, design, warnings };
}

it('are a third of what the slower subject reached', async () => {
  const { design } = await compared(() => 1);
  expect(design.loads[0]?.rateRps).toBe(300);
});

it('are checked again at the end, by the same calibrations on fresh processes', async () => {
  const { folder, warnings } = await compared(() => 1);
  const calibrations = folder.run.trials.filter(
    ({ purpose, block }) => purpose === 'probe' && block === undefined,
  );
  expect(calibrations.map(({ app }) => app)).toEqual(['express', 'django', 'express', 'django']);
  expect(folder.run.trials.slice(-2)).toEqual(calibrations.slice(-2));
  expect(warnings.join()).not.toContain('became slower');
});

it('leave room for a machine that lost a fifth of its speed, and not for one that lost half', async () => {
  const fifth = await compared((trial) => (trial > 4 ? 0.8 : 1));
  expect(fifth.warnings.join()).not.toContain('became slower');
  const half = await compared((trial) => (trial > 4 ? 0.5 : 1));
  expect(half.warnings.join()).toMatch(
    /micro by rate: at the end Express reached 450 requests per second, of which 300 are 67 %: the machine became slower/,
  );
});
