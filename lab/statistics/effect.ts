// The difference between two samples: how large it is, and how sure.

import { mean, standardDeviation, sum, variance } from './descriptive';
import { studentQuantile, studentTwoSided } from './distributions';
import { type Interval, UPPER_POINT } from './intervals';

export interface CliffsDelta {
  /** P(x > y) - P(x < y), from -1 to 1. */
  readonly delta: number;
  /** Null when a sample has fewer than two values. */
  readonly interval: Interval | null;
}

/**
 * Cliff's delta of x against y with its asymmetric interval, from the unbiased estimate of the
 * variance and Student's quantile with n + m - 2 degrees of freedom (Cliff, Ordinal Methods for
 * Behavioral Data Analysis, 1996; Feng and Cliff, JMASM 3(2), 2004, eq. 9).
 */
export function cliffsDelta(x: readonly number[], y: readonly number[]): CliffsDelta {
  const n = x.length;
  const m = y.length;
  if (n < 1 || m < 1) throw new RangeError("Cliff's delta needs a value in each sample");
  const rows = x.map((a) => mean(y.map((b) => Math.sign(a - b))));
  const columns = y.map((b) => mean(x.map((a) => Math.sign(a - b))));
  const delta = mean(rows);
  if (n < 2 || m < 2) return { delta, interval: null };

  const sumRows = sum(rows.map((row) => (row - delta) ** 2));
  const sumColumns = sum(columns.map((column) => (column - delta) ** 2));
  const sumCells = sum(x.flatMap((a) => y.map((b) => (Math.sign(a - b) - delta) ** 2)));
  const estimate = (m * m * sumRows + n * n * sumColumns - sumCells) / (n * m * (n - 1) * (m - 1));
  return {
    delta,
    interval: deltaInterval(delta, estimate, studentQuantile(UPPER_POINT, n + m - 2)),
  };
}

function deltaInterval(delta: number, variance: number, z: number): Interval {
  // Complete separation has variance 0; the unbiased estimate can even fall below it.
  const spread = z * z * Math.max(variance, 0);
  const centre = delta - delta ** 3;
  const half = Math.sqrt(spread) * Math.sqrt((1 - delta ** 2) ** 2 + spread);
  const scale = 1 - delta ** 2 + spread;
  if (scale === 0) return [delta, delta];
  return [Math.max(-1, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

export interface TTest {
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly pTwoSided: number;
  /** Mean of x minus mean of y, or the mean of the differences. */
  readonly difference: number;
  readonly standardError: number;
  readonly interval: Interval;
}

function tTest(difference: number, standardError: number, degreesOfFreedom: number): TTest {
  const half = studentQuantile(UPPER_POINT, degreesOfFreedom) * standardError;
  const t = difference === 0 ? 0 : difference / standardError;
  return {
    t,
    degreesOfFreedom,
    pTwoSided: studentTwoSided(t, degreesOfFreedom),
    difference,
    standardError,
    interval: [difference - half, difference + half],
  };
}

/** Unequal variances (Welch, Biometrika 34, 1947); two or more values in each sample. */
export function welch(x: readonly number[], y: readonly number[]): TTest {
  const errorX = variance(x) / x.length;
  const errorY = variance(y) / y.length;
  const error = errorX + errorY;
  const degreesOfFreedom =
    error === 0
      ? x.length + y.length - 2
      : error ** 2 / (errorX ** 2 / (x.length - 1) + errorY ** 2 / (y.length - 1));
  return tTest(mean(x) - mean(y), Math.sqrt(error), degreesOfFreedom);
}

/** One-sample t against 0; two or more values. */
export function oneSampleT(differences: readonly number[]): TTest {
  const error = standardDeviation(differences) / Math.sqrt(differences.length);
  return tTest(mean(differences), error, differences.length - 1);
}

/** Power at which a smallest detectable effect is quoted. */
const DETECTION_POWER = 0.8;

/**
 * The smallest relative change that n runs per arm detect with 80 % power at the 5 % level:
 * cv sqrt(2/n) (t(0.975) + t(0.8)), 2n - 2 degrees of freedom.
 *
 * @param cv coefficient of variation between runs
 * @param runs per arm, two or more
 */
export function smallestDetectableChange(cv: number, runs: number): number {
  if (runs < 2) throw new RangeError(`a detectable change needs two runs per arm, got ${runs}`);
  return detectable(cv * Math.sqrt(2 / runs), 2 * runs - 2);
}

/** {@link smallestDetectableChange} from a standard error and its degrees of freedom. */
export function detectable(standardError: number, degreesOfFreedom: number): number {
  return (
    standardError *
    (studentQuantile(UPPER_POINT, degreesOfFreedom) +
      studentQuantile(DETECTION_POWER, degreesOfFreedom))
  );
}
