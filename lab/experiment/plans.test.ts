import { describe, expect, it } from 'vitest';
import { planSchema } from '../store/schemas';
import { concurrencyPlan, paces, probePlan, scalingPlan, sloOf, smokePlan } from './plans';

const basis = {
  run: 'run',
  trial: 1,
  app: 'express',
  baseUrl: 'http://127.0.0.1:8081',
  workload: 'micro',
  seed: 1,
};

describe('plans', () => {
  it.each([
    ['smoke', smokePlan(basis, paces.full)],
    ['probe', probePlan(basis, paces.full)],
    ['scaling', scalingPlan(basis, paces.full, 1000)],
    ['concurrency', concurrencyPlan(basis, paces.full)],
  ])('%s is fit to be written and read', (_name, plan) => {
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it('climb from a fifth to well past the throughput that the probe saw', () => {
    const rates = scalingPlan(basis, paces.full, 1000).steps.flatMap(({ warmup, load }) =>
      !warmup && load.model === 'open' ? [load.rateRps] : [],
    );
    expect(rates[0]).toBe(200);
    expect(rates.at(-1)).toBeGreaterThanOrEqual(1250);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
  });

  it('begin with a warm-up that counts for nothing', () => {
    for (const plan of [scalingPlan(basis, paces.quick, 9), concurrencyPlan(basis, paces.full)]) {
      expect(plan.steps.map(({ warmup }) => warmup).indexOf(false)).toBe(1);
    }
  });

  it('keep enough users for what is in flight at the edge of the SLO', () => {
    for (const { load } of scalingPlan(basis, paces.full, 3000).steps) {
      if (load.model !== 'open') throw new Error('scaling is an open model');
      expect(load.maxVUs).toBeGreaterThanOrEqual(load.rateRps * 0.1);
    }
  });

  it('stay whole numbers for a subject that answered nothing', () => {
    const loads = scalingPlan(basis, paces.quick, 0).steps.map(({ load }) => load);
    expect(loads.every((load) => load.model === 'open' && load.rateRps >= 1)).toBe(true);
  });

  it('refuse a workload without an SLO, and name those that have one', () => {
    expect(() => sloOf('nonsense')).toThrow(/"nonsense" has no SLO.*micro/);
  });
});
