// `lab run`, whole, on a subject that is simulated.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { paces } from '../../measure/plans';
import { SimulatedRuntime, simulatedSetting } from '../../measure/simulated-runtime.fixture';
import { runOne } from './measure';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-run-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

/** @returns how many processes there were before each trial */
async function startsBeforeTrials(crashIn: number): Promise<number[]> {
  const starts: number[] = [];
  const runtime: SimulatedRuntime = new SimulatedRuntime({
    mishaps: (trial) => {
      starts.push(runtime.starts.length);
      return { crash: trial === crashIn };
    },
  });
  const about = { scenario: 'shop', app: 'express', pace: paces.quick } as const;
  const setting = { ...simulatedSetting(resultsDir), arguments: ['run', 'shop'] };
  await runOne({ ...setting, ...about, workload: 'mixed', runtime });
  return starts;
}

it('measures all trials on one process', async () => {
  expect(await startsBeforeTrials(0)).toEqual([1, 1, 1]);
});

it('starts a subject that died in its rates again before its users', async () => {
  expect(await startsBeforeTrials(2)).toEqual([1, 1, 2]);
});

it('repeats a calibration in which the subject died on a fresh process', async () => {
  expect(await startsBeforeTrials(1)).toEqual([1, 2, 2, 2]);
});
