import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { SimulatedRuntime } from '../../measure/simulated-runtime.fixture';
import type { RunFolder } from '../../results/run-folder';
import { seededRandom } from '../../statistics/random';
import { throughputAt, type UslParameters } from '../../statistics/usl/fit';
import { analyseUsl } from '../../statistics/usl/usl';
import { findingsOf } from '../conclude';
import type { ScaleDesign, ScaleResult } from './design';
import { levelsOf, orderOf, scale, scalePaces, userPaces } from './measure';

let resultsDir: string;
beforeAll(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-scale-'));
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

const scaled = async (
  runtime: SimulatedRuntime,
  changes: Partial<Parameters<typeof scale>[0]> = {},
): Promise<{ folder: RunFolder; result: ScaleResult }> => {
  const folder = await scale({
    ...((changes.by ?? 'users') === 'users' ? userPaces : scalePaces).full,
    arguments: ['scale'],
    resultsDir,
    runtime,
    signal: new AbortController().signal,
    events: {},
    app: 'django',
    profile: 'default',
    workload: 'micro',
    by: 'users',
    levels: undefined,
    search: null,
    seed: 1,
    ...changes,
  });
  const { experiment } = findingsOf(folder);
  if (experiment?.kind !== 'scale') throw new Error('not a scaling run');
  return { folder, result: experiment };
};

/** It peaks at sqrt((1 - 0.05) / 0.002) = 21.8. */
const law = { alpha: 0.05, beta: 0.002, gamma: 100 };

describe('scaling by users', () => {
  it('finds the law that the subject follows, its peak and its intervals', async () => {
    const { folder, result } = await scaled(new SimulatedRuntime({ law, noise: 0.01 }));
    expect(folder.run.status).toBe('complete');
    expect(result.points).toHaveLength(6 * 7);
    const { fit } = result;
    expect(fit?.alpha).toBeCloseTo(law.alpha, 1);
    expect(fit?.peak.claimed).toBe(true);
    expect(fit?.peak.n).toBeGreaterThan(19);
    expect(fit?.peak.n).toBeLessThan(25);
    expect(result.sentences[0]).toMatch(/peaks at about 2\d users/);
  });

  it('claims no peak where coherency may be nothing, or the peak was not reached', async () => {
    const straight = { alpha: 0.3, beta: 0, gamma: 100 };
    const { result } = await scaled(new SimulatedRuntime({ law: straight, noise: 0.02 }));
    expect(result.sentences[0]).toContain('no peak of its throughput is claimed');
    const beyond = await scaled(new SimulatedRuntime({ law }), { levels: [1, 2, 3, 4, 6, 8] });
    expect(beyond.result.fit?.peak.claimed).toBe(false);
    expect(beyond.result.fit?.peak.why).toContain('beyond the largest tested');
  });

  it('visits all numbers of users in each repeat, in rounds of turns on a fresh process', async () => {
    const runtime = new SimulatedRuntime({ law });
    await scaled(runtime);
    expect(runtime.starts).toHaveLength(6);
    const orders = runtime.plans.map(({ userTurns }) => userTurns?.order ?? []);
    expect(new Set(orders.map((order) => order.join())).size).toBe(6);
    for (const [index, { steps, gapSeconds, gracefulStopSeconds }] of runtime.plans.entries()) {
      const order = orders[index] ?? [];
      const rounds = Array.from({ length: 5 }, (_, round) => order.slice(7 * round, 7 * round + 7));
      for (const round of rounds) {
        expect(round.toSorted((a, b) => a - b)).toEqual([1, 2, 4, 8, 16, 32, 64]);
      }
      expect(steps.map(({ load }) => load)).toEqual(Array(2).fill({ model: 'closed', users: 64 }));
      expect(steps[1]?.durationSeconds).toBeCloseTo(order.length * 1.2, 9);
      expect(gapSeconds).toBeGreaterThanOrEqual(gracefulStopSeconds);
    }
  });

  it('says what share of throughput the most users keep, with an interval over the repeats', async () => {
    const { result } = await scaled(new SimulatedRuntime({ law, noise: 0.02 }));
    const { kept } = result;
    const truth = throughputAt(law, 64) / throughputAt(law, kept?.best ?? 0);
    expect(kept).toMatchObject({ level: 64, repeats: 6 });
    expect([16, 32]).toContain(kept?.best);
    expect(kept?.share).toBeCloseTo(truth, 1);
    const [low = 0, high = 0] = kept?.interval ?? [];
    expect(low).toBeLessThan(truth * 1.01);
    expect(high).toBeGreaterThan(truth * 0.99);
    expect(high - low).toBeLessThan(0.14 * truth);
    expect(result.sentences.at(-1)).toMatch(/^With 64 users Django keeps \d+ % \(95 % interval/);
    expect((await scaled(new SimulatedRuntime({ law }), { repeats: 1 })).result.kept).toBeNull();
  });

  it('says where the turns are too short for what the most users leave in flight', async () => {
    const slow = { alpha: 1, beta: 0, gamma: 50 };
    const { result } = await scaled(new SimulatedRuntime({ law: slow }));
    expect(result.warnings.join()).toContain('What 64 users have in flight takes 1.3 s to end');
  });

  it('shows a void repeat and leaves it out of the fit', async () => {
    const runtime = new SimulatedRuntime({
      law,
      mishaps: (trial) => (trial === 2 ? { others: 0.5 } : {}),
    });
    const { result } = await scaled(runtime);
    const second = result.points.filter(({ repeat }) => repeat === 1);
    expect(second.map(({ state }) => state)).toEqual(Array(7).fill('void'));
    expect(second[0]?.reasons.join()).toContain('turns disturbed');
    expect(result.fit?.observations).toBe(5 * 7);
    expect(result.warnings.join()).toContain('left out of the fit');
  });

  it('shows fewer than six levels and fits nothing', async () => {
    const { result } = await scaled(new SimulatedRuntime({ law }), { levels: [1, 2, 4, 8] });
    expect(result.points).toHaveLength(24);
    expect(result.fit).toBeNull();
    expect(result.warnings.join()).toContain('4 of 4 levels are valid; a fit needs 6');
  });
});

describe('scaling by workers', () => {
  it('does not take for scaling what is drift, as climbing would', async () => {
    // It gives the same to any number of workers, and the machine loses half of its speed.
    const speedAt = (trial: number) => 1000 * 0.97 ** trial;
    const gain = (fit: UslParameters) => throughputAt(fit, 8) / throughputAt(fit, 1);
    const levels = [1, 2, 3, 4, 6, 8];
    const climbed = levels.flatMap((n, index) =>
      [1, 2, 3].map((repeat) => ({ n, x: speedAt(3 * index + repeat) })),
    );
    expect(gain(analyseUsl(climbed))).toBeLessThan(0.75);
    const law = (trial: number) => ({ alpha: 1, beta: 0, gamma: speedAt(trial) });
    const { fit } = (await scaled(new SimulatedRuntime({ law }), { by: 'workers' })).result;
    expect(fit && gain(fit)).toBeGreaterThan(0.85);
    expect(fit && gain(fit)).toBeLessThan(1.15);
  });

  it('starts a new subject for each number of workers, with as many users for each', async () => {
    const runtime = new SimulatedRuntime({ law, unitsOf: ({ workers }) => workers });
    const { folder, result } = await scaled(runtime, { by: 'workers', repeats: 1 });
    expect(folder.run.subjects.map(({ workers }) => workers)).toEqual([1, 2, 3, 4, 6, 8]);
    const pairs = runtime.plans.map(({ steps }, index) => {
      const load = steps[1]?.load;
      return [runtime.starts[index]?.workers, load?.model === 'closed' ? load.users : 0];
    });
    expect(pairs).toHaveLength(6);
    for (const [workers = 0, users] of pairs) expect(users).toBe(16 * workers);
    expect(result.warnings.join()).toContain('8 workers shared 1 core');
  });

  it('by capacity searches at every level', async () => {
    const runtime = new SimulatedRuntime({ saturationRps: 500 });
    const { result } = await scaled(runtime, {
      by: 'workers',
      repeats: 1,
      search: searchSettings('micro', searchPaces.quick),
    });
    expect(result.measure).toBe('capacity');
    expect(result.points.map(({ level }) => level).sort()).toEqual([1, 2, 3, 4, 6, 8]);
    // 20 ms / (1 - L / 500) = 100 ms at L = 400; the quick goal is 20 % wide.
    for (const { rps } of result.points) {
      expect(rps).toBeGreaterThan(320);
      expect(rps).toBeLessThanOrEqual(410);
    }
  });
});

describe('scaling by what only containers have', () => {
  it('gives all replicas what one subject may use beside its database, and says what that tells', async () => {
    const runtime = new SimulatedRuntime({
      kind: 'compose',
      law: { alpha: 0.02, beta: 0, gamma: 250 },
      unitsOf: ({ replicas, cpus = 1 }) => Math.min(1, replicas * cpus) * 4,
    });
    const { folder, result } = await scaled(runtime, { by: 'replicas', repeats: 1 });
    const given = folder.run.subjects.map(({ replicas, cpus }) => [replicas, cpus]);
    expect(given).toEqual([1, 2, 3, 4, 5, 6].map((replicas) => [replicas, 0.12]));
    expect(result.fit?.observations).toBe(6);
    expect(result.warnings.join()).toContain('a share of the time of a core');
    expect(result.warnings.join()).not.toContain('none left to give');
  });

  it('says nothing of cores that it does not know', async () => {
    const runtime = new SimulatedRuntime({ law, unitsOf: ({ replicas }) => replicas });
    const facts = {
      ...{ kind: 'kubernetes' as const, postgres: 'pod', caveats: [] },
      placement: { subject: [], database: [], generator: [1], compromises: [] },
    };
    const unplaced = Object.assign(runtime, { facts });
    const { result } = await scaled(unplaced, { by: 'replicas', repeats: 1 });
    expect(result.warnings.join()).toContain('a share of the time of a core');
    expect(result.warnings.join()).not.toContain('0 cores');
  });

  it('limits the cores of one subject to shares of what it has', async () => {
    const runtime = new SimulatedRuntime({ kind: 'compose', unitsOf: ({ cpus = 1 }) => cpus });
    const { folder } = await scaled(runtime, { by: 'cpus', repeats: 1 });
    expect(folder.run.subjects.map(({ cpus }) => cpus)).toEqual([
      0.11, 0.18, 0.3, 0.41, 0.56, 0.75,
    ]);
    const users = runtime.plans.map(({ steps: [, step] }) => step?.load);
    expect(new Set(users.map((load) => JSON.stringify(load))).size).toBe(1);
  });

  it('is refused to processes', async () => {
    const natively = async () => scaled(new SimulatedRuntime(), { by: 'replicas', repeats: 1 });
    await expect(natively).rejects.toThrow('use --runtime compose');
  });
});

describe('its levels', () => {
  const design = { levels: [1, 2, 4, 8, 16, 32], repeats: 20 } as ScaleDesign;

  it('come all in each round, in an order of its own that the seed fixes', () => {
    const order = orderOf(design, seededRandom(7));
    expect(order).toEqual(orderOf(design, seededRandom(7)));
    const rounds = [...Map.groupBy(order, ({ repeat }) => repeat).values()];
    expect(rounds).toHaveLength(20);
    for (const round of rounds) {
      expect(round.map(({ level }) => level).sort((a, b) => a - b)).toEqual(design.levels);
    }
    expect(new Set(rounds.map((round) => round.map(({ level }) => level).join())).size).toBe(20);
  });

  it('are refused where they make no sense, with what would', () => {
    expect(() => levelsOf('workers', 'throughput', [1, 2.5])).toThrow('workers are whole numbers');
    expect(() => levelsOf('replicas', 'throughput', [1, 12])).toThrow('up to 9');
    expect(() => levelsOf('users', 'throughput', [4, 4])).toThrow('two different levels');
    expect(() => levelsOf('users', 'capacity', undefined)).toThrow('a capacity is a rate');
    expect(levelsOf('cpus', 'throughput', [0.5, 0.25])).toEqual([0.25, 0.5]);
  });
});
