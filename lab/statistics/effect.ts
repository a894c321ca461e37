// The difference between two samples: how large it is, and how sure.

import { mean, standardDeviation, sum, variance } from './descriptive';
import { normalQuantile, studentQuantile, studentTwoSided } from './distributions';
import { CONFIDENCE, type Interval } from './intervals';

export interface CliffsDelta {
  /** P(x > y) - P(x < y), from -1 to 1. */
  readonly delta: number;
  readonly interval: Interval | null;
  readonly variance: number | null;
  /** Romano et al. (2006): |delta| below 0.147 negligible, 0.33 small, 0.474 medium, else large. */
  readonly magnitude: 'negligible' | 'small' | 'medium' | 'large';
}

export interface CliffsDeltaOptions {
  readonly confidence?: number;
  /** `unbiased` (the default) or `consistent`: Cliff 1996, the two estimates of the variance. */
  readonly variance?: 'unbiased' | 'consistent';
  /** `student` (the default, n + m - 2 degrees of freedom) or `normal`. */
  readonly quantile?: 'student' | 'normal';
}

/**
 * Cliff's delta of x against y with its asymmetric interval (Cliff, Ordinal Methods for Behavioral
 * Data Analysis, 1996; Feng and Cliff, JMASM 3(2), 2004, eq. 9).
 *
 * Interval and variance are null when a sample has fewer than two values.
 */
export function cliffsDelta(
  x: readonly number[],
  y: readonly number[],
  options: CliffsDeltaOptions = {},
): CliffsDelta {
  const n = x.length;
  const m = y.length;
  if (n < 1 || m < 1) throw new RangeError("Cliff's delta needs a value in each sample");
  const rows = x.map((a) => mean(y.map((b) => Math.sign(a - b))));
  const columns = y.map((b) => mean(x.map((a) => Math.sign(a - b))));
  const delta = mean(rows);
  const magnitude = magnitudeOf(delta);
  if (n < 2 || m < 2) return { delta, interval: null, variance: null, magnitude };

  const sumRows = sum(rows.map((row) => (row - delta) ** 2));
  const sumColumns = sum(columns.map((column) => (column - delta) ** 2));
  const sumCells = sum(x.flatMap((a) => y.map((b) => (Math.sign(a - b) - delta) ** 2)));
  const estimate =
    options.variance === 'consistent'
      ? consistentVariance(n, m, sumRows, sumColumns, sumCells)
      : (m * m * sumRows + n * n * sumColumns - sumCells) / (n * m * (n - 1) * (m - 1));

  const upper = 1 - (1 - (options.confidence ?? CONFIDENCE)) / 2;
  const z =
    options.quantile === 'normal' ? normalQuantile(upper) : studentQuantile(upper, n + m - 2);
  return { delta, interval: deltaInterval(delta, estimate, z), variance: estimate, magnitude };
}

function consistentVariance(
  n: number,
  m: number,
  sumRows: number,
  sumColumns: number,
  sumCells: number,
): number {
  const rows = sumRows / (n - 1);
  const columns = sumColumns / (m - 1);
  const cells = sumCells / ((n - 1) * (m - 1));
  return ((m - 1) * rows + (n - 1) * columns + cells) / (n * m);
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

function magnitudeOf(delta: number): CliffsDelta['magnitude'] {
  const size = Math.abs(delta);
  if (size < 0.147) return 'negligible';
  if (size < 0.33) return 'small';
  return size < 0.474 ? 'medium' : 'large';
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

function tTest(
  difference: number,
  standardError: number,
  degreesOfFreedom: number,
  confidence: number,
): TTest {
  const upper = 1 - (1 - confidence) / 2;
  const half = studentQuantile(upper, degreesOfFreedom) * standardError;
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

/** Unequal variances (Welch, Biometrika 34, 1947); two values or more in each sample. */
export function welch(x: readonly number[], y: readonly number[], confidence = CONFIDENCE): TTest {
  const errorX = variance(x) / x.length;
  const errorY = variance(y) / y.length;
  const error = errorX + errorY;
  const degreesOfFreedom =
    error === 0
      ? x.length + y.length - 2
      : error ** 2 / (errorX ** 2 / (x.length - 1) + errorY ** 2 / (y.length - 1));
  return tTest(mean(x) - mean(y), Math.sqrt(error), degreesOfFreedom, confidence);
}

/** One-sample t against 0; two values or more. */
export function oneSampleT(differences: readonly number[], confidence = CONFIDENCE): TTest {
  const error = standardDeviation(differences) / Math.sqrt(differences.length);
  return tTest(mean(differences), error, differences.length - 1, confidence);
}

/** Power at which a smallest detectable effect is quoted. */
const DETECTION_POWER = 0.8;

/**
 * The smallest relative change that n runs an arm find with 80 % power at the 5 % level:
 * cv sqrt(2/n) (t(0.975) + t(0.8)), 2n - 2 degrees of freedom.
 *
 * @param cv coefficient of variation between runs
 * @param runs runs an arm, two or more
 */
export function smallestDetectableChange(cv: number, runs: number): number {
  if (runs < 2) throw new RangeError(`a detectable change needs two runs an arm, got ${runs}`);
  return detectable(cv * Math.sqrt(2 / runs), 2 * runs - 2);
}

/** {@link smallestDetectableChange} from a standard error and its degrees of freedom. */
export function detectable(standardError: number, degreesOfFreedom: number): number {
  return (
    standardError *
    (studentQuantile(1 - (1 - CONFIDENCE) / 2, degreesOfFreedom) +
      studentQuantile(DETECTION_POWER, degreesOfFreedom))
  );
}
