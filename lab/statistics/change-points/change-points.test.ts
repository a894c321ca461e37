// Clear steps of fixtures/energy-statistics.json must be found exactly, TigerBeetle's within two
// positions, by the test that respects autocorrelation too.
import { describe, expect, it } from 'vitest';
import { lag1Autocorrelation, mean, standardDeviation } from '../descriptive';
import acceptance from '../fixtures/energy-statistics.json';
import { expectInside, expectNear } from '../fixtures/within';
import { type Random, seededRandom } from '../random';
import { changePoints } from './change-points';
import { assumedCarryOver, carriedOverNoise, carryOver, testForChange } from './change-test';
import { greatestSplit, relativeSplitOf, splitterOf } from './e-divisive';

const { data } = acceptance;

/** Noise of standard deviation 1 that carries `phi` over from one value to the next. */
function noise(n: number, phi: number, random: Random): number[] {
  let state = random.normal();
  return Array.from({ length: n }, (_, i) => {
    if (i > 0) state = phi * state + Math.sqrt(1 - phi * phi) * random.normal();
    return state;
  });
}

const find = (series: readonly number[], minEffect = 0.03, maxPValue = 0.01) =>
  changePoints([series], { maxPValue, minEffect, random: seededRandom(1) })[0] ?? [];
const indicesOf = (series: readonly number[]) => find(series).map(({ index }) => index);

describe('change points', () => {
  it.each([
    ['three_levels', [20, 40]],
    ['step', [15]],
    ['step_with_value_near_upper', [14]],
    ['step_with_value_near_lower', [15]],
    ['step_with_outlier', [15]],
    ['two_steps_with_outlier', [15, 30]],
    ['performance_346', [25, 64, 69, 114, 173, 198, 237, 242, 288]],
    ['long_1000', [205, 395, 594, 794]],
    ['constant', []],
    ['constant_short', []],
  ] as const)('of %s are those of the published E-divisive', (name, wanted) => {
    expect(indicesOf(data.e_divisive_series[name])).toEqual(wanted);
  });

  it('of TigerBeetle are the obvious ones', () => {
    const found = indicesOf(data.tigerbeetle_365);
    for (const obvious of [15, 71]) {
      expect(Math.min(...found.map((index) => Math.abs(index - obvious)))).toBeLessThanOrEqual(2);
    }
  });

  it('say the level before and after, and the effect', () => {
    expect(find(data.e_divisive_series.step)[0]).toMatchObject({
      before: 50,
      after: 100,
      effect: 1,
    });
    const mirrored = data.e_divisive_series.step.map((value) => -value);
    expect(find(mirrored)[0]).toMatchObject({ before: -50, after: -100, effect: -1 });
    const fromZero = data.e_divisive_series.step.map((value) => value - 50);
    expect(find(fromZero)[0]).toMatchObject({ before: 0, after: 50, effect: null });
  });

  it('need significance and the least effect both', () => {
    const random = seededRandom(4);
    const small = noise(60, 0, random).map((z, i) => 100 + 0.2 * z + (i < 30 ? 0 : 2));
    expect(find(small, 0.01).map(({ index }) => index)).toEqual([30]);
    expect(find(small, 0.03)).toEqual([]);
    const noisy = noise(60, 0, random).map((z, i) => 100 + 30 * z + (i < 30 ? 0 : 5));
    expect(find(noisy, 0.01)).toEqual([]);
  });

  it('are held to a stricter level the more series there are', () => {
    const random = seededRandom(12);
    const weak = noise(40, 0, random).map((z, i) => 100 + z + (i < 20 ? 0 : 1.3));
    const quiet = Array.from({ length: 99 }, () => noise(8, 0, random).map((z) => 100 + z));
    const options = { maxPValue: 0.05, minEffect: 0 } as const;
    const alone = changePoints([weak], { ...options, random: seededRandom(1) });
    const among = changePoints([weak, ...quiet], { ...options, random: seededRandom(1) });
    expect(alone[0]).toHaveLength(1);
    expect(among[0]).toHaveLength(0);
  });

  it('do not come from noise that carries over, which a plain permutation takes for changes', () => {
    let ours = 0;
    for (let seed = 1; seed <= 25; seed += 1) {
      const quiet = noise(150, 0.5, seededRandom(seed)).map((z) => 100 + 5 * z);
      ours += find(quiet).length > 0 ? 1 : 0;
    }
    expect(ours).toBeLessThanOrEqual(2);
  });

  it('of too few values are none', () => {
    expect(indicesOf([1, 1, 1, 9, 9, 9, 9])).toEqual([]);
    expect(indicesOf([1, 1, 1, 1, 9, 9, 9, 9])).toEqual([4]);
    expect(changePoints([], { maxPValue: 0.05, minEffect: 0, random: seededRandom(1) })).toEqual(
      [],
    );
  });
});

describe('a change point', () => {
  const shapesOf = (values: readonly number[]) => find(values).map(({ gradual }) => gradual);
  const with2Percent = (n: number, seed: number, level: (t: number) => number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, (_, t) => level(t) * (1 + 0.02 * random.normal()));
  };

  it.each([
    ['a straight drift of 12 %', 60, (t: number) => 100 + 0.2 * t],
    ['a drift that bends', 80, (t: number) => 100 + 15 * (t / 80) ** 2],
    ['one slow cycle', 80, (t: number) => 100 + 6 * Math.sin((2 * Math.PI * t) / 80)],
    ['two slow cycles', 120, (t: number) => 100 + 6 * Math.sin((2 * Math.PI * t) / 60)],
  ])('is gradual in %s', (_, n, level) => {
    for (const seed of [1, 2, 3]) {
      const shapes = shapesOf(with2Percent(n, seed, level));
      expect(shapes.length).toBeGreaterThan(0);
      expect(shapes).not.toContain(false);
    }
  });

  it.each([
    ['a step in the middle', [30]],
    ['a step near the end', [55]],
    ['a step up and down', [20, 40]],
  ])('is a step where there is %s', (_, at) => {
    const level = (t: number) => (at.filter((place) => t >= place).length % 2 === 0 ? 100 : 106);
    const shapes = Array.from({ length: 10 }, (_seed, i) =>
      shapesOf(with2Percent(60, i + 1, level)),
    ).flat();
    expect(shapes.length).toBeGreaterThan(8);
    // One in eighty is taken for the end of a curve (npm run bench -- changes).
    expect(shapes.filter((gradual) => gradual).length).toBeLessThanOrEqual(2);
  });

  it('of a long series is found to the value, as in a short one', () => {
    const long = with2Percent(50_000, 1, (t) => (t < 12_345 ? 100 : 105));
    const [step, ...others] = find(long);
    expect(others).toEqual([]);
    expect(step?.index).toBeGreaterThan(12_335);
    expect(step?.index).toBeLessThan(12_355);
    expect(step).toMatchObject({ gradual: false });
    expectNear(step?.before, 100, 0.1);
    expectNear(step?.after, 105, 0.1);
  });

  it('of a long series is one, where the step lies inside one of its means', () => {
    const long = with2Percent(10_000, 1, (t) => (t < 5_000 ? 100 : 120));
    const steps = find(long);
    expect(steps.map(({ index }) => index)).toEqual([5_000]);
    expectNear(steps[0]?.before, 100, 0.2);
    expectNear(steps[0]?.after, 120, 0.2);
  });

  it('is not sought with a p-value that takes more permutations than anybody waits for', () => {
    expect(() => find([1, 2, 3, 4, 5, 6, 7, 8], 0.03, 1e-7)).toThrow('Ask for p = 0.00001 or more');
  });
});

describe('the greatest relative split', () => {
  it('is the greatest q_V, as a share of all dispersion that no scale changes', () => {
    const random = seededRandom(7);
    for (let i = 0; i < 40; i += 1) {
      const n = 5 + random.int(60);
      const values = Array.from({ length: n }, () => Math.round(5 * random.normal()));
      const q = splitterOf(values).statistics();
      const wanted = greatestSplit(q);
      const ours = relativeSplitOf(values);
      expectNear(q[ours.index], wanted?.q ?? 0, 1e-9);
      const scaled = relativeSplitOf(values.map((v) => 1e6 + 3 * v));
      expectNear(scaled.share, ours.share, 1e-9);
      expectInside(ours.share, [0, 1]);
    }
  });

  it('explains everything in a clean step and nothing in a constant', () => {
    expectNear(relativeSplitOf([1, 1, 1, 5, 5]).share, 1, 1e-12);
    expect(relativeSplitOf([2, 2, 2]).share).toBe(0);
  });
});

describe('the test for one change', () => {
  it('is right about noise at its level, carried over or not', () => {
    for (const phi of [0, 0.4]) {
      const random = seededRandom(30);
      let wrong = 0;
      for (let i = 0; i < 300; i += 1) {
        const pooled = { rho: phi, weight: 300 };
        const values = noise(40, phi, random);
        if (testForChange(values, { level: 0.05, pooled, random }).significant) wrong += 1;
      }
      // One standard error of caution in the carry-over makes it err on the quiet side.
      expect(wrong / 300).toBeLessThanOrEqual(0.08);
    }
  });

  it('calls a clean step certain and a constant nothing', () => {
    const options = { level: 0.01, pooled: { rho: 0, weight: 0 }, random: seededRandom(1) };
    const step = [5, 5, 5, 5, 5, 5, 7, 7, 7, 7];
    expect(testForChange(step, options)).toEqual({ index: 6, p: 1 / 200, significant: true });
    expect(testForChange([5, 5, 5, 5], options)).toMatchObject({ p: 1, significant: false });
  });
});

describe('carry-over', () => {
  it('is estimated without the bias of a short series', () => {
    for (const phi of [0, 0.4, 0.7]) {
      const random = seededRandom(40);
      const estimates = Array.from({ length: 800 }, () => carryOver([noise(30, phi, random)]));
      expectNear(mean(estimates), phi, 0.035);
    }
    expect(carryOver([[3, 3, 3]])).toBe(0);
  });

  it('does not take a change of level for correlation', () => {
    const random = seededRandom(41);
    const before = noise(50, 0, random);
    const after = noise(50, 0, random).map((z) => z + 20);
    expectInside(carryOver([before, after]), [-0.25, 0.25]);
    expect(carryOver([[...before, ...after]])).toBeGreaterThan(0.9);
  });

  it('is drawn towards the neighbours, and assumed a little larger than seen', () => {
    const pooled = { rho: 0.4, weight: 300 };
    expectInside(assumedCarryOver(0, 100, pooled), [0.3, 0.4]);
    expectInside(assumedCarryOver(0, 3000, pooled), [0.04, 0.07]);
    expect(assumedCarryOver(-1, 100, { rho: 0, weight: 0 })).toBe(0);
    expect(assumedCarryOver(2, 100, { rho: 0, weight: 0 })).toBe(0.9);
  });

  it('is kept by the shuffling, and so is the spread', () => {
    const random = seededRandom(42);
    const residuals = noise(400, 0.5, random);
    const rho = lag1Autocorrelation(residuals);
    const spread = standardDeviation(residuals);
    const draw = carriedOverNoise(residuals, 0.5, random);
    const drawn = Array.from({ length: 100 }, () => [...draw()]);
    expectNear(mean(drawn.map((values) => standardDeviation(values))), spread, 0.08 * spread);
    const kept = mean(drawn.map((values) => lag1Autocorrelation(values)));
    expectInside(kept, [0.85 * rho, 1.1 * rho]);
  });
});
