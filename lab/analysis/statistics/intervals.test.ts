// Source: fixtures/descriptive.json (Wilson 1927, Clopper and Pearson 1934, order statistics).
import { describe, expect, it } from 'vitest';
import acceptance from '../fixtures/descriptive.json';
import { expectNear, expectWithin, TEN_DIGITS } from '../fixtures/within';
import {
  clopperPearsonInterval,
  meanInterval,
  quantileInterval,
  quantileRanks,
  smallestSampleForUpperBound,
  wilsonInterval,
} from './intervals';
import { seededRandom } from './random';

describe('interval of a share', () => {
  it.each(acceptance.expected.binomial_95)('covers $failures of $n', (expected) => {
    const wilson = wilsonInterval(expected.failures, expected.n);
    const exact = clopperPearsonInterval(expected.failures, expected.n);
    for (const end of [0, 1] as const) {
      expectWithin(wilson[end], expected.wilson95[end] as number, TEN_DIGITS);
      expectWithin(exact[end], expected.clopper_pearson95[end] as number, TEN_DIGITS);
    }
  });

  it('refuses counts that are no counts', () => {
    expect(() => wilsonInterval(3, 2)).toThrow('0 <= k <= n');
    expect(() => clopperPearsonInterval(0.5, 2)).toThrow('whole counts');
  });
});

describe('interval of a quantile by ranks', () => {
  it.each(acceptance.expected.quantile_interval_by_ranks.cases)(
    'finds the ranks for quantile $quantile of $n values',
    (expected) => {
      const ranks = quantileRanks(expected.n, expected.quantile);
      expect(ranks.lowerRank).toBe(expected.lower_rank);
      expect(ranks.upperRank).toBe(expected.upper_rank);
      expectWithin(ranks.coverage, expected.coverage, TEN_DIGITS);
    },
  );

  it('has no upper end when no order statistic can be one', () => {
    expect(quantileRanks(59, 0.99)).toMatchObject({ upperRank: null, coverage: null });
    expect(quantileInterval([1, 2, 3], 0.99)).toEqual([2, null]);
    expect(quantileInterval([1, 2, 3, 4, 5, 6, 7, 8], 0.5)).toEqual([1, 8]);
  });

  it.each(acceptance.expected.smallest_n_for_one_sided_95.cases)(
    'needs $n values to bound the $quantile quantile',
    ({ quantile, n, coverage }) => {
      expect(smallestSampleForUpperBound(quantile)).toBe(n);
      expectWithin(1 - quantile ** n, coverage, TEN_DIGITS);
    },
  );
});

describe('interval of a mean', () => {
  it('covers the true mean in 95 of 100 normal samples of five', () => {
    const random = seededRandom(5);
    let covered = 0;
    for (let i = 0; i < 4000; i += 1) {
      const [low, high] = meanInterval(Array.from({ length: 5 }, () => 10 + random.normal()));
      if (low <= 10 && 10 <= high) covered += 1;
    }
    expectNear(covered / 4000, 0.95, 0.011);
  });
});
