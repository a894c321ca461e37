import { describe, expect, it } from 'vitest';
import { expectInside, expectNear } from '../fixtures/within';
import { type Random, seededRandom } from '../random';
import {
  type GlsSeries,
  glsSeries,
  greatestShift,
  type MachineNoise,
  machineNoise,
  type Nights,
  residualsOf,
} from './gls-series';
import { PermutedShift, testLevelShift } from './level-shift-test';

/** Nights about 100 with a spread of 2, carried over by phi; some of them measured twice more. */
function nightsOf(count: number, phi: number, random: Random, shared = 0): number[][] {
  let state = random.normal();
  return Array.from({ length: count }, (_, t) => {
    const before = state;
    const common = random.normal();
    const draw = (): number => {
      const own = Math.sqrt(shared) * common + Math.sqrt(1 - shared) * random.normal();
      return phi * before + Math.sqrt(1 - phi * phi) * own;
    };
    state = draw();
    const reruns = t % 5 === 0 ? [draw(), draw()] : [];
    return [state, ...reruns].map((z) => 100 + 2 * z);
  });
}
const shifted = (nights: Nights, from: number, by: number): number[][] =>
  nights.map((values, t) => values.map((value) => value + (t < from ? 0 : by)));

/** Weighted squares left by the best level and change, by the normal equations of each split. */
function leftBy({ innovations, weights, rho }: GlsSeries, index: number | null): number {
  const level = (t: number): number => (t === 0 ? Math.sqrt(1 - rho * rho) : 1 - rho);
  const change = (t: number): number =>
    index === null || t < index ? 0 : t === index ? 1 : 1 - rho;
  const sum = (of: (t: number) => number): number =>
    innovations.reduce((total, _, t) => total + (weights[t] as number) * of(t), 0);
  const value = (t: number): number => innovations[t] as number;
  const [a, b, d] = [
    sum((t) => level(t) ** 2),
    sum((t) => level(t) * change(t)),
    sum((t) => change(t) ** 2),
  ];
  const [g, h] = [sum((t) => level(t) * value(t)), sum((t) => change(t) * value(t))];
  const determinant = a * d - b * b;
  const atLevel = index === null ? g / a : (g * d - h * b) / determinant;
  const atChange = index === null ? 0 : (h * a - g * b) / determinant;
  return sum((t) => (value(t) - atLevel * level(t) - atChange * change(t)) ** 2);
}

describe('the greatest shift', () => {
  it('agrees with least squares of every split, one by one', () => {
    const random = seededRandom(50);
    for (const rho of [0, 0.3, 0.8]) {
      for (const [first, last] of [
        [1, 59],
        [50, 59],
        [10, 49],
      ] as const) {
        const nights = shifted(nightsOf(60, 0.4, random), 55, 2);
        const series = glsSeries(nights, { rho, rhoVariance: 0.01, shared: 0.25 });
        const whole = leftBy(series, null);
        const shares = Array.from({ length: last - first + 1 }, (_, i) => ({
          index: first + i,
          share: (whole - leftBy(series, first + i)) / whole,
        }));
        const best = shares.reduce((most, one) => (one.share > most.share ? one : most));
        const found = greatestShift(series, first, last);
        expect(found.index).toBe(best.index);
        expectNear(found.share, best.share, 1e-9);
      }
    }
  });

  it('explains a clean step entirely, and a constant not at all', () => {
    const plain = { rho: 0.4, rhoVariance: 0, shared: 0 };
    const step = [...Array(8).fill([100]), ...Array(3).fill([110])];
    const noiseless = greatestShift(glsSeries(step, plain), 1, 10);
    expect(noiseless.index).toBe(8);
    expectNear(noiseless.share, 1, 1e-9);
    expect(greatestShift(glsSeries(Array(9).fill([7]), plain), 1, 8).share).toBe(0);
  });

  it('weights a night by what its measurements are worth together', () => {
    const three = [[1], [2], [1], [2, 2, 2]];
    const weightAt = (shared: number, rhoVariance = 0) =>
      glsSeries(three, { rho: 0, rhoVariance, shared }).weights[3];
    expectNear(weightAt(0), 3, 1e-9);
    expectNear(weightAt(1), 1, 1e-9);
    expectNear(weightAt(0.5), 1.5, 1e-9);
    // The night before lay far out, and how much of that is carried over is uncertain.
    expect(weightAt(0, 0.1)).toBeLessThan(3);
  });
});

describe('the greatest shift of a permutation', () => {
  it.each([
    [50, 59],
    [10, 49],
    [59, 59],
  ])('equals that of the whole series, from the places that matter: %d to %d', (first, last) => {
    const random = seededRandom(57);
    for (const rho of [0, 0.4]) {
      const series = glsSeries(shifted(nightsOf(60, 0.4, random), 55, 2), {
        ...{ rho, rhoVariance: 0.01, shared: 0.25 },
      });
      const permuted = new PermutedShift(series, residualsOf(series, 55), first, last);
      const seen = new Set<number>();
      for (let drawn = 0; drawn < 50; drawn += 1) {
        const share = permuted.draw(random);
        expectNear(share, greatestShift(permuted.assembled(), first, last).share, 1e-9);
        seen.add(share);
      }
      expect(seen.size).toBeGreaterThan(40);
    }
  });
});

describe('the test for a level shift', () => {
  const noise = (phi: number, shared = 0): MachineNoise => ({
    carryOver: { rho: phi, weight: 300 },
    shared,
  });

  it.each([0, 0.4])('rejects noise about as often as its level says, carried over by %d', (phi) => {
    const random = seededRandom(51);
    let wrong = 0;
    for (let i = 0; i < 600; i += 1) {
      const nights = nightsOf(60, phi, random);
      const options = { level: 0.05, first: 50, last: 59, noise: noise(phi), random };
      if (testLevelShift(nights, options).significant) wrong += 1;
    }
    expectInside(wrong / 600, [0.02, 0.085]);
  });

  it('does not take a bad night, in which all measurements agree, for a change', () => {
    const found = (shared: number, assumed: number): number => {
      const random = seededRandom(52);
      let wrong = 0;
      for (let i = 0; i < 400; i += 1) {
        const nights = nightsOf(61, 0, random, shared);
        const options = { level: 0.05, first: 60, last: 60, noise: noise(0, assumed), random };
        if (testLevelShift(nights, options).significant) wrong += 1;
      }
      return wrong / 400;
    };
    expect(found(0.9, 0.9)).toBeLessThanOrEqual(0.085);
    // As if three were worth three: this is what knowing it is for.
    expect(found(0.9, 0)).toBeGreaterThan(0.11);
  });

  it('subtracts what the night before carried over', () => {
    // The night before was two spreads up: two more of the same are no news, two less are.
    const before = nightsOf(60, 0, seededRandom(53)).map(([value]) => [value as number]);
    const ask = (tonight: number[]) =>
      testLevelShift([...before, [106], tonight], {
        ...{ level: 0.01, first: 61, last: 61 },
        ...{ noise: { carryOver: { rho: 0.7, weight: 30_000 }, shared: 0 } },
        random: seededRandom(54),
      });
    expect(ask([104, 104.2, 103.9]).significant).toBe(false);
    expect(ask([96, 96.2, 95.9])).toMatchObject({ index: 61, significant: true });
  });
});

describe('the noise of a machine', () => {
  it.each([0, 0.5, 0.9])(
    'estimates what re-runs have in common, %d, from enough of them',
    (shared) => {
      const random = seededRandom(55);
      const machine = Array.from({ length: 20 }, () => nightsOf(100, 0.4, random, shared));
      const found = machineNoise(machine, 10);
      expectNear(found.shared, shared, 0.1);
      expectNear(found.carryOver.rho, 0.4, 0.06);
    },
  );

  it('assumes half until it has seen re-runs, and no carry-over until it has seen nights', () => {
    const random = seededRandom(56);
    const single = Array.from({ length: 5 }, () =>
      nightsOf(30, 0, random).map(([value]) => [value as number]),
    );
    expect(machineNoise(single, 10).shared).toBe(0.5);
    expect(machineNoise([[[1], [2]]], 10)).toEqual({
      carryOver: { rho: 0, weight: 0 },
      shared: 0.5,
    });
    expect(machineNoise([Array(20).fill([5, 5, 5])], 10).shared).toBe(0.5);
  });
});
