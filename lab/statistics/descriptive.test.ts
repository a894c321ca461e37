// Source: fixtures/descriptive.json (Hyndman and Fan 1996, NIST NumAcc), 1e-9 relative; NumAcc's
// standard deviations 1e-7 relative.
import { describe, expect, it } from 'vitest';
import {
  coefficientOfVariation,
  geometricMean,
  lag1Autocorrelation,
  logs,
  mean,
  median,
  quantile,
  standardDeviation,
} from './descriptive';
import acceptance from './fixtures/descriptive.json';
import kalibera from './fixtures/kalibera.json';
import { expectWithin, TEN_DIGITS } from './fixtures/within';

const quantileCases: Record<string, number[] | string> = acceptance.data.quantile_cases;

it('the geometric mean is that of ratios, and exact where all are alike', () => {
  expect(geometricMean([180, 220])).toBeCloseTo(Math.sqrt(180 * 220), 12);
  for (const value of [740, 0.1, 1 / 3]) expect(geometricMean([value, value, value])).toBe(value);
  expect(() => geometricMean([])).toThrow('at least 1 value');
});

describe('quantile, type 7', () => {
  it.each(acceptance.expected.quantile_type_7)('reproduces $case', ({ case: name, p, value }) => {
    const given = quantileCases[name];
    const values =
      typeof given === 'string' ? Array.from({ length: 1000 }, (_, i) => i + 1) : (given ?? []);
    for (const [i, probability] of p.entries()) {
      const expected = value[i] as number;
      expect(quantile(values, probability)).toBeCloseTo(expected, 9);
    }
  });

  it('leaves its argument as it was', () => {
    const values = [3, 1, 2];
    expect(median(values)).toBe(2);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses an empty sample and a probability outside 0..1', () => {
    expect(() => quantile([], 0.5)).toThrow('at least 1 value');
    expect(() => quantile([1], 1.1)).toThrow('p from 0 to 1');
  });
});

/** `first`, then 500 times (low, high): the construction the fixture describes. */
function alternating(first: number, low: number, high: number): number[] {
  return [first, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? low : high))];
}

const numAcc: Record<string, number[]> = {
  NumAcc1: acceptance.data.numacc.NumAcc1,
  NumAcc2: alternating(1.2, 1.1, 1.3),
  NumAcc3: alternating(1000000.2, 1000000.1, 1000000.3),
  NumAcc4: alternating(10000000.2, 10000000.1, 10000000.3),
};

describe('hard means and deviations', () => {
  it.each(acceptance.expected.numacc)('reproduces $case', (expected) => {
    const values = numAcc[expected.case] as number[];
    expect(values).toHaveLength(expected.n);
    expectWithin(mean(values), expected.mean, 1e-15);
    expectWithin(standardDeviation(values), expected.sd_n_minus_1, 1e-7);
    expectWithin(lag1Autocorrelation(values), expected.lag1_autocorrelation, 1e-6);
  });

  it('reproduces the lag-1 autocorrelation of a short series', () => {
    expectWithin(
      lag1Autocorrelation(acceptance.data.lag1_series),
      acceptance.expected.lag1_autocorrelation.value,
      TEN_DIGITS,
    );
  });

  it.each(kalibera.expected.geometric_mean)(
    'gives logarithms whose mean is that of $values',
    ({ values, mean: m }) => {
      expectWithin(Math.exp(mean(logs(values))), m, TEN_DIGITS);
    },
  );

  it('refuses what has no answer', () => {
    expect(() => mean([])).toThrow('at least 1 value');
    expect(() => standardDeviation([1])).toThrow('at least 2 value');
    expect(() => coefficientOfVariation([-1, 1])).toThrow('mean other than 0');
    expect(() => logs([1, 0])).toThrow('value 1 is 0');
  });
});
