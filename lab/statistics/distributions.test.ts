import { describe, it } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  normalCdf,
  studentQuantile,
  studentTwoSided,
} from './distributions';
import { expectNear, expectWithin } from './fixtures/within';

describe('special functions', () => {
  // Closed forms, so that no table has to be trusted.
  it('knows the normal distribution from the centre to the far tail', () => {
    // Abramowitz and Stegun, table 26.1 and 26.2 (digits as printed).
    expectNear(normalCdf(0), 0.5, 1e-16);
    expectNear(normalCdf(1), 0.841344746068543, 1e-15);
    expectWithin(normalCdf(-5), 2.866515719e-7, 1e-9);
    expectWithin(normalCdf(-10), 7.61985e-24, 1e-5);
  });

  it("knows Student's t where it is elementary", () => {
    // One degree of freedom: Cauchy. Two: t / sqrt(2 + t^2).
    for (const t of [-30, -1, 0, 0.3, 2, 100]) {
      expectNear(studentTwoSided(t, 1), 1 - (2 * Math.atan(Math.abs(t))) / Math.PI, 2e-14);
      expectNear(studentTwoSided(t, 2), 1 - Math.abs(t) / Math.sqrt(2 + t * t), 2e-14);
    }
    expectNear(studentQuantile(0.975, 4), 2.7764451051977987, 1e-12);
    expectNear(studentQuantile(0.025, 17.81056985), -studentQuantile(0.975, 17.81056985), 1e-12);
  });

  it('knows the beta distribution where it is a polynomial, and inverts it', () => {
    for (const x of [0, 0.01, 0.5, 0.9, 1]) {
      expectNear(betaCdf(x, 1, 1), x, 1e-15);
      expectNear(betaCdf(x, 2, 3), x * x * (6 - 8 * x + 3 * x * x), 1e-14);
    }
    expectWithin(betaCdf(betaQuantile(0.025, 5, 996), 5, 996), 0.025, 1e-12);
  });

  it('agrees with the sum of a binomial distribution (DLMF 8.17.5)', () => {
    let direct = 0;
    let choose = 1;
    for (let k = 0; k < 12; k += 1) {
      direct += choose * 0.3 ** k * 0.7 ** (12 - k);
      expectNear(betaCdf(0.7, 12 - k, k + 1), direct, 1e-13);
      choose *= (12 - k) / (k + 1);
    }
  });
});
