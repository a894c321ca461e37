import { describe, expect, it } from 'vitest';
import { fractions } from '../random.ts';
import { zipfRanks } from './zipf.ts';

const counted = (count: number, exponent: number, draws: number, seed = 7) => {
  const rank = zipfRanks(count, exponent, fractions(seed));
  const times = new Map<number, number>();
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = rank();
    times.set(drawn, (times.get(drawn) ?? 0) + 1);
  }
  return times;
};

/** Each rank's probability by the law itself. */
const law = (count: number, exponent: number) => {
  const weights = Array.from({ length: count }, (_, index) => (index + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};

describe.each([
  [10, 0.5],
  [50, 0.99],
  [50, 1.5],
])('among %i with exponent %f', (count, exponent) => {
  it('each rank is drawn as often as the law says (chi-squared, 0.1 %)', () => {
    const draws = 200_000;
    const times = counted(count, exponent, draws);
    const chiSquared = law(count, exponent).reduce((sum, probability, index) => {
      const expected = probability * draws;
      return sum + ((times.get(index + 1) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // The 99.9 % quantile for count - 1 degrees of freedom, by Wilson and Hilferty.
    const degrees = count - 1;
    const z = 3.09;
    const bound = degrees * (1 - 2 / (9 * degrees) + z * Math.sqrt(2 / (9 * degrees))) ** 3;
    expect(chiSquared).toBeLessThan(bound);
  });
});

it('of a thousand products the first gets an eighth of the looks, the first hundred seven tenths', () => {
  const shares = law(1_000, 0.99);
  expect(shares[0]).toBeCloseTo(1 / 8, 1);
  expect(shares.slice(0, 100).reduce((sum, share) => sum + share, 0)).toBeCloseTo(0.7, 1);
});

it('a million are no more work than ten, and none lies outside', () => {
  const ranks = [...counted(1_000_000, 0.99, 100_000).keys()];
  expect(Math.min(...ranks)).toBe(1);
  expect(Math.max(...ranks)).toBeLessThanOrEqual(1_000_000);
  expect(ranks.every(Number.isInteger)).toBe(true);
  expect(ranks.length).toBeGreaterThan(30_000);
});

it('a seed draws the same again, another another', () => {
  const first = (seed: number) => {
    const rank = zipfRanks(1_000, 0.99, fractions(seed));
    return Array.from({ length: 20 }, rank);
  };
  expect(first(1)).toEqual(first(1));
  expect(first(1)).not.toEqual(first(2));
});

it.each([Number.NaN, -5, 0, 1500.5, Number.POSITIVE_INFINITY])(
  'among %d there is nothing to draw: that is an error, and no search without an end',
  (count) => {
    expect(() => zipfRanks(count, 0.99, fractions(1))).toThrow(/expected a whole number/);
  },
);
