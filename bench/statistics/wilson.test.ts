// Source: lab/statistics/fixtures/descriptive.json (Wilson 1927).
import { describe, expect, it } from 'vitest';
import { normalCdf, studentQuantile } from '../../lab/statistics/distributions';
import acceptance from '../../lab/statistics/fixtures/descriptive.json';
import { expectNear, expectWithin, TEN_DIGITS } from '../../lab/statistics/fixtures/within';
import { normalQuantile, wilsonInterval } from './wilson';

describe("Wilson's interval of a share", () => {
  it.each(acceptance.expected.binomial_95)('covers $failures of $n', (expected) => {
    const wilson = wilsonInterval(expected.failures, expected.n);
    for (const end of [0, 1] as const) {
      expectWithin(wilson[end], expected.wilson95[end] as number, TEN_DIGITS);
    }
  });

  it('refuses counts that are no counts', () => {
    expect(() => wilsonInterval(3, 2)).toThrow('0 <= k <= n');
  });
});

it('inverts the normal distribution from the centre to the tail', () => {
  expectNear(normalQuantile(0.975), 1.959963984540054, 1e-13);
  for (const z of [-8, -3.0001, -2.9999, -0.1, 0, 0.7, 4]) {
    expectNear(normalQuantile(normalCdf(z)), z, 1e-9);
  }
  expectNear(studentQuantile(0.975, 1e7), normalQuantile(0.975), 1e-6);
});
