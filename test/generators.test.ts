// `--generators 2`: two k6 share a load, are judged one by one, and are measured as one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { RunFolder, type TrialFiles } from '../lab/results/run-folder';
import { Lab } from './lab-process';

const shared = (...more: string[]) => [
  ...['run', 'concurrency', '--app', 'express', '--workload', 'json', '--quick'],
  ...['--generators', '2', ...more],
];

describe('two generators', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.create();
  });
  afterAll(() => lab.remove());

  /** As it lies on disk, without what the lab makes of it. */
  const rawOf = (folder: RunFolder, { number }: TrialFiles, step: string): number[] =>
    [1, 2].flatMap((generator) => {
      const file = join(folder.trialPath(number), `latencies-${generator}.json`);
      return JSON.parse(readFileSync(file, 'utf8')).steps[step] ?? [];
    });

  it('have the quantiles of the raw samples of both, and counts that add up', async () => {
    const { code, stderr } = await lab.run(...shared());
    expect([0, 4], stderr).toContain(code);
    const folder = RunFolder.open(lab.resultsDir);
    const [trial] = folder.trials();
    if (trial === undefined) throw new Error('there is no trial');
    expect(trial.plan.generators).toBe(2);
    const own = trial.generators?.map(({ summary }) => summary?.steps ?? []) ?? [];
    for (const { name, requests, latencyMs } of trial.summary?.steps ?? []) {
      const ofEach = own.map((steps) => steps.find((one) => one.name === name));
      expect(requests, name).toBe(ofEach.reduce((sum, one) => sum + (one?.requests ?? 0), 0));
      const raw = rawOf(folder, trial, name).sort((a, b) => a - b);
      expect(raw.length, name).toBe(latencyMs?.count);
      for (const [found, p] of [
        [latencyMs?.p50, 0.5],
        [latencyMs?.p95, 0.95],
        [latencyMs?.p99, 0.99],
        [latencyMs?.p999, 0.999],
      ] as const) {
        const place = (raw.length - 1) * p;
        const [low = 0, high = 0] = [raw[Math.floor(place)], raw[Math.ceil(place)]];
        const exact = low + (place - Math.floor(place)) * (high - low);
        expect(Math.abs((found ?? 0) / exact - 1), `${name} ${p}`).toBeLessThan(0.001);
      }
      // What the lab was told is what each k6 saw itself.
      for (const [index, one] of ofEach.entries()) {
        const told = trial.generators?.[index]?.told[name] ?? 0;
        expect(told, `${name} of generator ${index + 1}`).toBe(one?.latencyMs?.count ?? 0);
      }
    }
    const [sample] = trial.server?.usage.slice(-3) ?? [];
    expect(sample?.generators).toHaveLength(2);
  }, 240_000);

  it('void the steps that one of them did not live to see, and name it', async () => {
    const running = lab.start(...shared());
    await running.prints(/concurrency step_02/, 120);
    const second = lab.child('k6-2');
    if (second === undefined) throw new Error('there is no second k6');
    process.kill(second.pid, 'SIGKILL');
    const { code, stderr } = await running.ended;
    expect([0, 4], stderr).toContain(code);
    const steps = findingsOf(RunFolder.open(lab.resultsDir)).trials.flatMap((trial) => trial.steps);
    expect(steps.at(-1)?.validity).toMatchObject({
      state: 'void',
      reasons: expect.arrayContaining([
        expect.stringContaining('generator 2 was ended by SIGKILL'),
      ]),
    });
  }, 240_000);

  it('are refused for a shop, whose customers belong to one', async () => {
    const { code, stderr } = await lab.run(...shared('--workload', 'mixed'));
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--generators 2: the customers of the workload mixed are logged in by one k6',
    );
  });
});
