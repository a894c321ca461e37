// Source: fixtures/descriptive.json (Clopper and Pearson 1934, order statistics).
import { describe, expect, it } from 'vitest';
import acceptance from './fixtures/descriptive.json';
import { expectNear, expectWithin, TEN_DIGITS } from './fixtures/within';
import { clopperPearsonInterval, meanInterval } from './intervals';
import { seededRandom } from './random';

describe('interval of a share', () => {
  it.each(acceptance.expected.binomial_95)('covers $failures of $n', (expected) => {
    const exact = clopperPearsonInterval(expected.failures, expected.n);
    for (const end of [0, 1] as const) {
      expectWithin(exact[end], expected.clopper_pearson95[end] as number, TEN_DIGITS);
    }
  });

  it('refuses counts that are no counts', () => {
    expect(() => clopperPearsonInterval(3, 2)).toThrow('0 <= k <= n');
    expect(() => clopperPearsonInterval(0.5, 2)).toThrow('whole counts');
  });
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
