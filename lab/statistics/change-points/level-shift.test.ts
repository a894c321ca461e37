import { describe, expect, it } from 'vitest';
import { expectInside, expectNear } from '../fixtures/within';
import { type Random, seededRandom } from '../random';
import { type GlsSeries, glsSeries, greatestShift, testLevelShift } from './level-shift';

/** Values about 100 with a spread of 2, carried over by phi. */
function valuesOf(count: number, phi: number, random: Random): number[] {
  let state = random.normal();
  return Array.from({ length: count }, () => {
    state = phi * state + Math.sqrt(1 - phi * phi) * random.normal();
    return 100 + 2 * state;
  });
}
const shifted = (values: readonly number[], from: number, by: number): number[] =>
  values.map((value, t) => value + (t < from ? 0 : by));

/** Squares left by the best level and change, by the normal equations of each split. */
function leftBy({ innovations, rho }: GlsSeries, index: number | null): number {
  const level = (t: number): number => (t === 0 ? Math.sqrt(1 - rho * rho) : 1 - rho);
  const change = (t: number): number =>
    index === null || t < index ? 0 : t === index ? 1 : 1 - rho;
  const sum = (of: (t: number) => number): number =>
    innovations.reduce((total, _, t) => total + of(t), 0);
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
      for (const at of [20, 55]) {
        const series = glsSeries(shifted(valuesOf(60, 0.4, random), at, 2), rho);
        const whole = leftBy(series, null);
        const shares = Array.from({ length: 59 }, (_, i) => ({
          index: 1 + i,
          share: (whole - leftBy(series, 1 + i)) / whole,
        }));
        const best = shares.reduce((most, one) => (one.share > most.share ? one : most));
        const found = greatestShift(series);
        expect(found.index).toBe(best.index);
        expectNear(found.share, best.share, 1e-9);
      }
    }
  });

  it('explains a clean step entirely, and a constant not at all', () => {
    const step = [...Array(8).fill(100), ...Array(3).fill(110)];
    const noiseless = greatestShift(glsSeries(step, 0.4));
    expect(noiseless.index).toBe(8);
    expectNear(noiseless.share, 1, 1e-9);
    expect(greatestShift(glsSeries(Array(9).fill(7), 0.4)).share).toBe(0);
  });
});

describe('the test for a level shift', () => {
  const options = (phi: number, random: Random) => ({
    ...{ level: 0.05, pooled: { rho: phi, weight: 300 }, random },
  });

  it.each([0, 0.4])('rejects noise about as often as its level says, carried over by %d', (phi) => {
    const random = seededRandom(51);
    let wrong = 0;
    for (let i = 0; i < 600; i += 1) {
      const found = testLevelShift(valuesOf(60, phi, random), options(phi, random));
      if (found.significant) wrong += 1;
    }
    expectInside(wrong / 600, [0.015, 0.085]);
  });

  it('finds a step of two spreads, and where it is', () => {
    const random = seededRandom(52);
    const values = shifted(valuesOf(60, 0.4, random), 40, 6);
    const { index, significant } = testLevelShift(values, options(0.4, random));
    expect(significant).toBe(true);
    expectNear(index, 40, 3);
  });
});
