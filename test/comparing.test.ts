// `lab noise` and then `lab compare`, end to end on real parts: the second names the first's floor.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompareResult } from '../lab/experiments/compare/analyse';
import { findingsOf } from '../lab/experiments/conclude';
import type { NoiseResult } from '../lab/experiments/noise/analyse';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { type Finished, Lab } from './lab-process';

const blocks = 3;
const load = ['--workload', 'json', '--rate', '60', '--quick', '--runs', '3', '--seconds', '4'];

/** 4 is an honest end too, of which these tests learn nothing: as a failure the file gets its second try. */
function requireMeasured(...runs: Finished[]): void {
  for (const { code, stderr } of runs) {
    if (code === 4) throw new Error(`Nothing was measured, twice: ${stderr}`);
  }
}

describe('a subject against itself, then against another', () => {
  let lab: Lab;
  let noise: Finished;
  let comparison: Finished;
  /** Measures once more when the first time was disturbed. */
  const quietly = async (...args: string[]): Promise<Finished> => {
    const first = await lab.run(...args);
    return first.code === 4 ? lab.run(...args) : first;
  };
  const latest = (kind: string) => {
    const ids = listRunIds(lab.resultsDir).filter((id) => id.includes(`-${kind}-`));
    return RunFolder.open(lab.resultsDir, ids.at(-1));
  };

  beforeAll(async () => {
    lab = await Lab.create();
    noise = await quietly('noise', '--app', 'express', ...load);
    comparison = await quietly('compare', 'express', 'django', ...load);
  }, 480_000);

  afterAll(() => lab.remove());

  it('end by themselves', () => {
    expect([0, 4], noise.stderr).toContain(noise.code);
    expect([0, 4], comparison.stderr).toContain(comparison.code);
  });

  it('have both arms up in each block, on processes of their own, in mirrored turns', () => {
    for (const kind of ['noise', 'compare']) {
      const folder = latest(kind);
      const planned = folder.run.trials.filter(({ purpose }) => purpose === 'measure');
      // A void block is followed by its repeat.
      const order = planned.map(({ block }) => block);
      expect([...new Set(order)], kind).toEqual([0, 1, 2].slice(0, new Set(order).size));
      for (const { plan } of folder.trials()) {
        expect(plan.turns?.order).toMatch(/^(abba|baab)+$/);
        const [a, b] = plan.turns?.arms ?? [];
        expect(a?.baseUrl).not.toBe(b?.baseUrl);
        expect([a?.app, b?.app]).toEqual(['express', kind === 'noise' ? 'express' : 'django']);
      }
      const started = planned.map(({ block, number }) => {
        const files = folder.trial(number);
        return [block, files?.server?.edges[0]?.start?.startedAtSeconds] as const;
      });
      const processes = new Set(started.map(([, seconds]) => seconds));
      expect(processes.size, kind).toBe(new Set(order).size);
    }
  });

  it('tell the CPU of each arm, in its processes and in its own database', () => {
    for (const { plan, number } of latest('compare').trials()) {
      const step = findingsOf(latest('compare'))
        .trials.find((trial) => trial.number === number)
        ?.steps.at(-1);
      expect(step?.turns?.turns, `trial ${number}`).toBe(plan.steps.length === 2 ? 8 : 4);
      if (step?.turns === undefined || step.turns.leftOut === step.turns.turns) continue;
      for (const arm of ['a', 'b'] as const) {
        expect(step.turns[arm].requests).toBeGreaterThan(0);
        expect(step.turns[arm].cpuMs).toBeGreaterThan(0);
        expect(step.turns[arm].databaseCpuMs).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('warm each block up, and count nothing of it', () => {
    const measured = latest('compare').run.trials.filter(({ purpose }) => purpose === 'measure');
    for (const { number } of measured) {
      const steps = latest('compare').trial(number)?.plan.steps;
      expect(
        steps?.map(({ warmup }) => warmup),
        `trial ${number}`,
      ).toEqual([true, false]);
      expect(steps?.map(({ load: own }) => own)).toEqual([
        { model: 'open', rateRps: 60, maxVUs: 50 },
        { model: 'open', rateRps: 60, maxVUs: 50 },
      ]);
    }
    const warmups = latest('compare').run.trials.filter(({ purpose }) => purpose === 'probe');
    expect(warmups.length).toBeGreaterThanOrEqual(new Set(measured.map(({ block }) => block)).size);
  });

  it('give an interval of A over A for each measure', () => {
    requireMeasured(noise);
    const { floors } = findingsOf(latest('noise')).experiment as NoiseResult;
    expect(floors.map(({ measure }) => measure.key)).toEqual([
      'latency-p50',
      'latency-p99',
      'latency-mean',
      'cpu-per-request',
    ]);
    for (const floor of floors) {
      expect(floor.runsAnArm, floor.measure.key).toBe(blocks);
      expect(floor.noise.floor, floor.measure.key).toBeGreaterThan(0);
    }
    expect(noise.stdout).toContain('Express against itself');
  });

  it('end in verdicts that are labelled indicative, beside A against A', () => {
    requireMeasured(comparison);
    const result = findingsOf(latest('compare')).experiment as CompareResult;
    const { compared, sentences, warnings } = result;
    expect(compared).toHaveLength(4);
    expect(warnings.join()).toContain('Indicative only');
    for (const [index, { measure, comparison: found, checks = [] }] of compared.entries()) {
      const sentence = sentences[index] ?? '';
      expect(found.ratio, measure.key).toBeGreaterThan(0);
      expect(found.interval[0], measure.key).toBeLessThan(found.ratio);
      expect(found.interval[1], measure.key).toBeGreaterThan(found.ratio);
      expect(comparison.stdout).toContain(sentence);
      const known = noise.code === 0 ? [latest('noise').run.id] : [];
      expect(checks.map(({ run }) => run)).toEqual(known);
      expect(sentence.includes('A against A: Express')).toBe(known.length > 0);
    }
  });

  it('leave a report, and are printed again from disk to the letter', async () => {
    const { run, path } = latest('compare');
    expect(existsSync(join(path, 'report.html'))).toBe(true);
    if (comparison.code === 0) {
      expect((await lab.run('show', run.id)).stdout).toBe(comparison.stdout);
    }
  });

  it('compare the two runs on disk as before and after, not taken in turns', async () => {
    requireMeasured(noise, comparison);
    const [before, after] = [latest('noise').run.id, latest('compare').run.id];
    const { code, stdout, stderr } = await lab.run('compare', '--from', before, after);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Verdicts on Express after over Express before');
    expect(stdout).toContain('were not taken in turns');
  });
});

describe('a question that cannot be asked', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.create();
  });
  afterAll(() => lab.remove());

  it.each([
    { args: ['compare', 'express'], says: 'needs two subjects' },
    { args: ['compare', 'express', 'express:default'], says: 'noise --app express' },
    {
      args: ['compare', 'express', 'django', '--metric', 'capacity', '--runs', '11'],
      says: 'Give an even number',
    },
    { args: ['noise', '--app', 'express', '--seconds', '1'], says: 'give at least 2' },
    { args: ['compare', 'express', 'django:replicas=2'], says: 'use --runtime compose' },
    { args: ['compare', '--from', 'one'], says: '--from takes two runs' },
  ])('is refused before anything starts: $args', async ({ args, says }) => {
    const { code, stderr } = await lab.run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
