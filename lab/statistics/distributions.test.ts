import { describe, expect, it } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from './distributions';
import { expectNear, expectWithin } from './fixtures/within';

describe('special functions', () => {
  // Closed forms, so that no table has to be trusted.
  it('knows the gamma function at whole and half numbers', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n += 1) {
      expectNear(logGamma(n), Math.log(factorial), 1e-13 * Math.max(1, Math.log(factorial)));
      factorial *= n;
    }
    expectNear(logGamma(0.5), Math.log(Math.sqrt(Math.PI)), 1e-14);
    expect(() => logGamma(0)).toThrow('positive');
  });

  it('knows the normal distribution from the centre to the far tail', () => {
    // Abramowitz and Stegun, table 26.1 and 26.2 (digits as printed).
    expectNear(normalCdf(0), 0.5, 1e-16);
    expectNear(normalCdf(1), 0.841344746068543, 1e-15);
    expectWithin(normalCdf(-5), 2.866515719e-7, 1e-9);
    expectWithin(normalCdf(-10), 7.61985e-24, 1e-5);
    expectNear(normalQuantile(0.975), 1.959963984540054, 1e-13);
    for (const z of [-8, -3.0001, -2.9999, -0.1, 0, 0.7, 4]) {
      expectNear(normalQuantile(normalCdf(z)), z, 1e-9);
    }
  });

  it("knows Student's t where it is elementary", () => {
    // One degree of freedom: Cauchy. Two: t / sqrt(2 + t^2).
    for (const t of [-30, -1, 0, 0.3, 2, 100]) {
      expectNear(studentCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-14);
      expectNear(studentCdf(t, 2), 0.5 + t / (2 * Math.sqrt(2 + t * t)), 1e-14);
    }
    expectNear(studentQuantile(0.975, 4), 2.7764451051977987, 1e-12);
    expectNear(studentQuantile(0.025, 17.81056985), -studentQuantile(0.975, 17.81056985), 1e-12);
    expectNear(studentQuantile(0.975, 1e7), normalQuantile(0.975), 1e-6);
  });

  it('knows the beta distribution where it is a polynomial, and inverts it', () => {
    for (const x of [0, 0.01, 0.5, 0.9, 1]) {
      expectNear(betaCdf(x, 1, 1), x, 1e-15);
      expectNear(betaCdf(x, 2, 3), x * x * (6 - 8 * x + 3 * x * x), 1e-14);
    }
    expectWithin(betaCdf(betaQuantile(0.025, 5, 996), 5, 996), 0.025, 1e-12);
  });

  it('sums the binomial distribution', () => {
    let direct = 0;
    for (let k = 0; k <= 12; k += 1) {
      const logChoose = logGamma(13) - logGamma(k + 1) - logGamma(13 - k);
      direct += Math.exp(logChoose + k * Math.log(0.3) + (12 - k) * Math.log(0.7));
      expectNear(binomialCdf(k, 12, 0.3), direct, 1e-13);
    }
    expect(binomialCdf(-1, 12, 0.3)).toBe(0);
  });
});
