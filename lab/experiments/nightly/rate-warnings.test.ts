import { describe, expect, it } from 'vitest';
import { stepResults } from '../../results/trial/steps';
import { trialRecord } from '../../results/trial/trial.fixture';
import { rateWarnings } from './analyse';

type Trial = Parameters<typeof trialRecord>[0];
const rate = { model: 'open', rateRps: 400, preAllocatedVUs: 50, maxVUs: 50 } as const;
const queued = {
  count: 4000,
  min: 90,
  mean: 120,
  p50: 120,
  p95: 140,
  p99: 150,
  p999: 160,
  max: 170,
};
const late = { sloMisses: 3000, latencyMs: queued, iterationMs: queued };
const overloaded: Partial<Trial> = {
  steps: [{ ...late, droppedIterations: 500, scheduleLagMs: null }],
};
const starved: Partial<Trial> = { cores: { generator: 0.95 } };

const warningsOf = (...trials: Partial<Trial>[]): string[] =>
  rateWarnings([
    {
      name: 'express/default/fortunes',
      rateRps: 400,
      steps: trials.flatMap((one) => stepResults(trialRecord({ loads: [rate], ...one }))),
    },
  ]);

describe('a fixed rate', () => {
  it('that the subject can handle needs no warning', () => {
    expect(warningsOf({}, {}, {})).toEqual([]);
    expect(warningsOf({}, {}, { steps: [late] })).toEqual([]);
    expect(rateWarnings([{ name: 'unmeasured', rateRps: 1, steps: [] }])).toEqual([]);
  });

  it('above what it can handle is told from a regression by earlier nights', () => {
    const [warning, ...others] = warningsOf(overloaded, { steps: [late] }, {});
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /fortunes: 400\/s broke its SLO in 2 of 3 valid trials, 1 of them over/,
    );
    expect(warning).toMatch(/If earlier nights held this rate.*set a lower rateRps/);
  });

  it('that the generator cannot offer is void, and says nothing about the subject', () => {
    const warnings = warningsOf(starved, starved, {});
    expect(warnings).toEqual([
      expect.stringMatching(/2 of 3 trials void \(generator CPU 2x\).*nothing about the subject/),
    ]);
    expect(warningsOf(starved, {}, {})).toEqual([]);
  });
});
