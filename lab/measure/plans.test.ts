import { describe, expect, it, vi } from 'vitest';
import shopWorkloads from '../../contract/shop-workloads.json';
import { type LoadPlan, planSchema } from '../results/schemas';
import {
  calibrationPlan,
  concurrencyPlan,
  paces,
  ratePlan,
  shopByUsersPlan,
  smokePlan,
  steadyPlan,
  tourOfShopPlan,
  userTurnsPlan,
} from './plans';
import { sloOf } from './workloads';

const basis = {
  run: 'run',
  trial: 1,
  app: 'express' as const,
  baseUrl: 'http://127.0.0.1:8081',
  workload: 'micro',
  seed: 1,
};

const shop = { ...basis, workload: 'mixed' };
const ratesOf = ({ steps }: LoadPlan) =>
  steps.flatMap(({ warmup, load }) => (!warmup && load.model === 'open' ? [load.rateRps] : []));

describe('plans', () => {
  it.each([
    ['calibration with the shop', calibrationPlan(shop, paces.full)],
    ['shop by rate', ratePlan('shop')(shop, paces.full, 300)],
    ['shop by users', shopByUsersPlan(shop, paces.full)],
    ['the shop’s part of a tour', tourOfShopPlan(shop, paces.quick)],
    ['spike', ratePlan('spike')(shop, paces.full, 300)],
    ['soak', ratePlan('soak')(shop, paces.full, 300)],
    ['breakpoint', ratePlan('breakpoint')(shop, paces.full, 300)],
    ['smoke', smokePlan(basis)],
    ['probe', calibrationPlan(basis, paces.full)],
    ['scaling', ratePlan('scaling')(basis, paces.full, 1000)],
    ['concurrency', concurrencyPlan(basis, paces.full)],
  ])('%s is fit to be written and read', (_name, plan) => {
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it.each([
    ['calibration', calibrationPlan(basis, paces.quick)],
    ['one load', steadyPlan(basis, { rateRps: 3000 }, { warmup: 2, step: 5 })],
    ['scaling', ratePlan('scaling')(basis, paces.quick, 1000)],
    ['concurrency', concurrencyPlan(basis, paces.quick)],
    ['shop by users', shopByUsersPlan(shop, paces.quick)],
    ['turns of users', userTurnsPlan(basis, { seconds: 1, skipSeconds: 0, order: [1, 4] }, 2)],
  ])('%s has each step on the connections of the one before', (_name, plan) => {
    expect(plan.gapSeconds).toBeGreaterThanOrEqual(plan.gracefulStopSeconds);
  });

  it('climb from a fifth to well past the throughput that the calibration saw', () => {
    const rates = ratePlan('scaling')(basis, paces.full, 1000).steps.flatMap(({ warmup, load }) =>
      !warmup && load.model === 'open' ? [load.rateRps] : [],
    );
    expect(rates[0]).toBe(200);
    expect(rates.at(-1)).toBeGreaterThanOrEqual(1250);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
  });

  it('of a spike are calm, far above what the calibration saw, and calm again without a rest', () => {
    const plan = ratePlan('spike')(shop, paces.full, 300);
    expect(ratesOf(plan)).toEqual([90, 600, 90, 90]);
    expect(plan.gapSeconds).toBe(0);
  });

  it('of a soak hold one load in steps that can be compared, for minutes', () => {
    const plan = ratePlan('soak')(shop, paces.full, 300);
    expect(new Set(ratesOf(plan))).toEqual(new Set([150]));
    const seconds = plan.steps.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
    expect(seconds).toBeGreaterThan(500);
  });

  it('of a breakpoint climb without a rest from half of what the calibration saw to twice and more', () => {
    const plan = ratePlan('breakpoint')(shop, paces.full, 300);
    const rates = ratesOf(plan);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(rates[0]).toBe(150);
    expect(rates.at(-1)).toBeGreaterThan(600);
    expect(plan.gapSeconds).toBe(0);
  });

  it('calibrate a shop with users who have no time to think', () => {
    for (const workload of shopWorkloads) {
      const plan = calibrationPlan({ ...basis, workload }, paces.quick);
      expect(plan.hurried).toBe(true);
      expect(plan.steps.at(-1)?.load).toEqual({ model: 'closed', users: 16 });
    }
  });

  it('that compare throughput or add workers keep users busy; users that are counted think', () => {
    const seconds = { warmup: 2, step: 5 };
    expect(steadyPlan(shop, { users: 16 }, seconds).hurried).toBe(true);
    expect(steadyPlan(shop, { rateRps: 20 }, seconds).hurried).toBeUndefined();
    const turns = { seconds: 1, skipSeconds: 0, order: [1, 4] };
    for (const plan of [shopByUsersPlan(shop, paces.full), userTurnsPlan(shop, turns, 2)])
      expect(plan.hurried).toBeUndefined();
  });

  it('begin with a warm-up that counts for nothing', () => {
    for (const plan of [
      ratePlan('scaling')(basis, paces.quick, 9),
      concurrencyPlan(basis, paces.full),
    ]) {
      expect(plan.steps.map(({ warmup }) => warmup).indexOf(false)).toBe(1);
    }
  });

  it('keep enough users for what is in flight at the edge of the SLO', () => {
    for (const { load } of ratePlan('scaling')(basis, paces.full, 3000).steps) {
      if (load.model !== 'open') throw new Error('scaling is an open model');
      expect(load.maxVUs).toBeGreaterThanOrEqual(load.rateRps * 0.1);
    }
  });

  it('keep no more users ready than k6 has memory for, and some where it has none', () => {
    const mostIn = (mebibytes: number) => {
      const constrained = vi.spyOn(process, 'constrainedMemory');
      constrained.mockReturnValue(mebibytes * 2 ** 20);
      const { steps } = ratePlan('scaling')(basis, paces.full, 10_000);
      constrained.mockRestore();
      return Math.max(...steps.map(({ load }) => (load.model === 'open' ? load.maxVUs : 0)));
    };
    // Six tenths of the container's memory less 100 MiB, at 1.5 MiB each.
    expect(mostIn(1536)).toBe(547);
    expect(mostIn(64)).toBe(50);
  });

  it('stay whole numbers for a subject that answered nothing', () => {
    const loads = ratePlan('scaling')(basis, paces.quick, 0).steps.map(({ load }) => load);
    expect(loads.every((load) => load.model === 'open' && load.rateRps >= 1)).toBe(true);
  });

  it('refuse a workload without an SLO, and name those that have one', () => {
    expect(() => sloOf('nonsense')).toThrow(/"nonsense" has no SLO.*micro/);
  });
});
