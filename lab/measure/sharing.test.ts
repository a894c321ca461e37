import { describe, expect, it } from 'vitest';
import { concurrencyPlan, paces, steadyPlan } from './plans';
import { Sharing } from './sharing';
import { SimulatedRuntime } from './simulated-runtime.fixture';

const { facts } = new SimulatedRuntime();
const eightCores = {
  ...facts,
  placement: { ...facts.placement, generator: [2, 3, 4, 5, 6, 7, 8, 9] },
};
const runtime = { facts: eightCores, mostGenerators: 8 };
const planAt = (rateRps: number, workload = 'micro') =>
  steadyPlan(
    {
      ...{ run: 'run', trial: 1, app: 'express', workload, seed: 1 },
      baseUrl: 'http://127.0.0.1:8081',
    },
    { rateRps },
    { warmup: 1, step: 10 },
  );

/** A request costs 1 ms of CPU: a tenth of eight cores at 800 requests per second. */
const busy = { generatorShare: 0.1, requests: 8_000, durationSeconds: 10 };
/** Nearly idle, a generator takes as much for itself as for its requests. */
const idle = { generatorShare: 0.005, requests: 100, durationSeconds: 10 };

describe('as many generators as it takes', () => {
  it('are as many as keep each below 60 % of its core', () => {
    const sharing = new Sharing('auto', runtime);
    sharing.learn([busy], 1);
    // 2,000 requests per second take two cores: 3.3 at 60 %.
    expect(sharing.countFor(planAt(2_000), Number.NaN)).toBe(4);
    expect(sharing.countFor(planAt(500), Number.NaN)).toBe(1);
    expect(sharing.countFor(planAt(20_000), Number.NaN)).toBe(8);
  });

  it('are not more after a slow step, in whichever order', () => {
    for (const results of [
      [busy, idle],
      [idle, busy],
    ]) {
      const sharing = new Sharing('auto', runtime);
      sharing.learn(results, 1);
      expect(sharing.countFor(planAt(2_000), Number.NaN)).toBe(4);
    }
  });

  it('learn from a load that several shared, where each brings a core of its own', () => {
    const pods = { ...runtime, generatorCores: (count: number) => count };
    const sharing = new Sharing('auto', pods);
    // Half of four cores for 2,000 requests per second: 1 ms for each.
    sharing.learn([{ generatorShare: 0.5, requests: 20_000, durationSeconds: 10 }], 4);
    expect(sharing.countFor(planAt(3_000), Number.NaN)).toBe(5);
  });

  it('are one for users without a calibration, which is said once', () => {
    const sharing = new Sharing('auto', runtime);
    const basis = { run: 'run', trial: 1, app: 'express', workload: 'micro', seed: 1 };
    const byUsers = concurrencyPlan({ ...basis, baseUrl: 'http://127.0.0.1:8081' }, paces.quick);
    sharing.learn([busy], 1);
    expect(sharing.countFor(byUsers, 2_000)).toBe(4);
    expect(sharing.warningFor(byUsers, 2_000)).toBeUndefined();
    expect(sharing.warningFor(planAt(2_000), Number.NaN)).toBeUndefined();
    expect(sharing.countFor(byUsers, Number.NaN)).toBe(1);
    expect(sharing.warningFor(byUsers, Number.NaN)).toMatch(/auto needs a calibration.*a number/);
    expect(sharing.warningFor(byUsers, Number.NaN)).toBeUndefined();
    expect(new Sharing(2, runtime).warningFor(byUsers, Number.NaN)).toBeUndefined();
  });

  it('are one before anything is known, and for customers of the shop', () => {
    const sharing = new Sharing('auto', runtime);
    expect(sharing.countFor(planAt(2_000), Number.NaN)).toBe(1);
    sharing.learn([busy], 1);
    expect(sharing.countFor(planAt(2_000, 'mixed'), Number.NaN)).toBe(1);
  });
});
