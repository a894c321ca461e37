// Plans, their validation on the real lab, and decks, as a person runs them. Their capacity is that of
// a simulated subject, which is known and there at once.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capacity } from '../lab/experiments/capacity/measure';
import { findingsOf } from '../lab/experiments/conclude';
import type { PlanResult } from '../lab/experiments/plan/analyse';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import { SimulatedRuntime } from '../lab/measure/simulated-runtime.fixture';
import { RunFolder } from '../lab/results/run-folder';
import { type Finished, Lab } from './lab-process';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

describe('lab plan, with nothing measured', () => {
  it('names the command that measures what is missing', async () => {
    const { code, stderr } = await lab.run('plan', '--rate', '2000', '--app', 'express');
    expect(code).toBe(4);
    expect(stderr).toContain('npm run lab -- capacity --app express --workload micro');
  });

  it.each([
    ['a rate that is no number', ['plan', '--rate', 'many'], /Give a number above 0/],
    ['a price by the month', ['plan', '--rate', '5', '--price', '36/month'], /such as 0.05\/h/],
    ['a workload without SLO', ['plan', '--rate', '5', '--workload', 'nothing'], /has no SLO/],
  ])('refuses %s', async (_name, args, message) => {
    const { code, stderr } = await lab.run(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('lab plan', () => {
  let id: string;
  beforeAll(async () => {
    const folder = await capacity({
      resultsDir: lab.resultsDir,
      signal: new AbortController().signal,
      events: {},
      seed: 20260101,
      arguments: ['capacity', '--app', 'express'],
      runtime: new SimulatedRuntime({ saturationRps: 100 }),
      apps: ['express'],
      profile: 'default',
      workload: 'micro',
      settings: searchSettings('micro', searchPaces.full),
      runs: 1,
    });
    id = folder.run.id;
  });

  it('plans with the run that it names, growth included', async () => {
    const args = ['plan', '--rate', '100', '--growth', '50%', '--price', '0.05/h', '--app'];
    const printed = await lab.run(...args, 'express');
    expect(printed.code, printed.stderr).toBe(0);
    expect(printed.stdout).toContain(id);
    const { stdout } = await lab.run(...args, 'express', '--json');
    const { experiment }: { experiment: PlanResult } = JSON.parse(stdout);
    const { plans, missing } = experiment;
    // 70 % of 76 to 80 a replica: 150/s take three.
    expect(plans.map(({ row }) => [row.rateRps, row.replicas])).toEqual([[150, 3]]);
    expect(missing).toEqual([]);
    for (const text of plans[0]?.sentences ?? ['?']) expect(printed.stdout).toContain(text);
  });

  it('keeps the plan as a run, which is listed, shown, reported and made into slides', async () => {
    const { stdout } = await lab.run('plan', '--rate', '100', '--app', 'express');
    const folder = RunFolder.open(lab.resultsDir);
    expect(folder.run.kind).toBe('plan');
    expect((await lab.run('list')).stdout).toContain(folder.run.id);
    expect((await lab.run('show')).stdout).toBe(stdout);
    const report = join(folder.path, 'report.html');
    const made = readFileSync(report, 'utf8');
    rmSync(report);
    expect((await lab.run('report')).stdout.trim()).toBe(report);
    expect(readFileSync(report, 'utf8')).toBe(made);
    expect((await lab.run('deck')).stdout.trim()).toBe(join(folder.path, 'deck.pptx'));
  });

  it('plans for the app that was measured, and says what is missing for the other', async () => {
    const { stdout, code } = await lab.run('plan', '--rate', '100');
    expect(code).toBe(0);
    expect(stdout).toContain('Note: No complete capacity run of django');
  });

  it('refuses to go far beyond what was tested, and ends with 4', async () => {
    const { stdout, code } = await lab.run('plan', '--rate', '390', '--app', 'express');
    expect(stdout).toMatch(/Express: no plan for 390 requests per second/);
    expect(code).toBe(4);
  });

  describe('--validate', () => {
    let finished: Finished;
    beforeAll(async () => {
      finished = await lab.run('plan', '--validate', '--quick', '--app', 'express');
    }, 240_000);

    it('measures what it predicted, at loads that the fit had not seen', () => {
      expect([0, 4], finished.stderr).toContain(finished.code);
      const folder = RunFolder.open(lab.resultsDir);
      expect(folder.run.kind).toBe('validation');
      const { experiment, trials } = findingsOf(folder);
      if (experiment?.kind !== 'validation') throw new Error('not a validation');
      expect(trials).toHaveLength(2);
      expect(experiment.rows).toHaveLength(10);
      for (const { within, reason } of experiment.rows)
        expect(reason === null).toBe(within === true);
      for (const sentence of experiment.sentences) expect(finished.stdout).toContain(sentence);
    });

    it('is printed again from disk alone', async () => {
      expect((await lab.run('show')).stdout).toBe(finished.stdout);
    });

    it('goes into a deck with the run that it came from', async () => {
      const { stdout, code, stderr } = await lab.run(
        'deck',
        id,
        RunFolder.open(lab.resultsDir).run.id,
      );
      expect(code, stderr).toBe(0);
      expect(stdout.trim()).toBe(join(lab.resultsDir, id, 'deck.pptx'));
      expect(existsSync(stdout.trim())).toBe(true);
    });
  });
});
