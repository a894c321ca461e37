// The difference between two samples: how large it is, and how sure.

import { mean, standardDeviation, sum, variance } from './descriptive';
import { normalCdf, normalQuantile, studentQuantile, studentTwoSided } from './distributions';
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

/** Paired t (Student 1908): x and y of one length, two pairs or more. */
export function pairedT(
  x: readonly number[],
  y: readonly number[],
  confidence = CONFIDENCE,
): TTest {
  if (x.length !== y.length) {
    throw new RangeError(`a paired test needs pairs, got ${x.length} and ${y.length} values`);
  }
  return oneSampleT(
    x.map((value, i) => value - (y[i] as number)),
    confidence,
  );
}

/** One-sample t against 0; two values or more. */
export function oneSampleT(differences: readonly number[], confidence = CONFIDENCE): TTest {
  const error = standardDeviation(differences) / Math.sqrt(differences.length);
  return tTest(mean(differences), error, differences.length - 1, confidence);
}

export type Alternative = 'two-sided' | 'greater' | 'less';

export interface MannWhitney {
  /** Pairs with x > y, plus half the ties. */
  readonly u: number;
  readonly p: number;
  readonly method: 'exact' | 'normal with tie and continuity correction';
}

/** From this size on the normal approximation is used even without ties, as R's wilcox.test does. */
const EXACT_BELOW = 50;

/** Rank sum test (Mann and Whitney, Annals of Mathematical Statistics 18, 1947). */
export function mannWhitney(
  x: readonly number[],
  y: readonly number[],
  alternative: Alternative = 'two-sided',
): MannWhitney {
  const n = x.length;
  const m = y.length;
  if (n < 1 || m < 1) throw new RangeError('Mann-Whitney needs a value in each sample');
  const u = sum(x.flatMap((a) => y.map((b) => (a > b ? 1 : a === b ? 0.5 : 0))));
  const tieSizes = groupSizes([...x, ...y]);
  const tied = tieSizes.some((size) => size > 1);
  if (!tied && n < EXACT_BELOW && m < EXACT_BELOW) {
    return { u, p: exactP(u, n, m, alternative), method: 'exact' };
  }
  const total = n + m;
  const ties = sum(tieSizes.map((size) => size ** 3 - size)) / (total * (total - 1));
  const sigma = Math.sqrt(((n * m) / 12) * (total + 1 - ties));
  const away = u - (n * m) / 2;
  const p = {
    'two-sided': () => Math.min(1, 2 * normalCdf(-Math.max(0, Math.abs(away) - 0.5) / sigma)),
    greater: () => normalCdf(-(away - 0.5) / sigma),
    less: () => normalCdf((away + 0.5) / sigma),
  }[alternative];
  return {
    u,
    p: sigma === 0 ? 1 : p(),
    method: 'normal with tie and continuity correction',
  };
}

function groupSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}

/** The null distribution by Mann and Whitney's recursion, as a product of polynomials. */
function exactP(u: number, n: number, m: number, alternative: Alternative): number {
  const ways = new Float64Array(n * m + 1);
  ways[0] = 1;
  // Gaussian binomial coefficient (n + m choose n): multiply by (1 - q^(m+i)) / (1 - q^i).
  for (let i = 1; i <= n; i += 1) {
    for (let k = ways.length - 1; k >= m + i; k -= 1) {
      ways[k] = (ways[k] as number) - (ways[k - m - i] as number);
    }
    for (let k = i; k < ways.length; k += 1) {
      ways[k] = (ways[k] as number) + (ways[k - i] as number);
    }
  }
  const all = sum(ways);
  const atMost = sum(ways.subarray(0, u + 1)) / all;
  const atLeast = sum(ways.subarray(u)) / all;
  if (alternative === 'greater') return atLeast;
  return alternative === 'less' ? atMost : Math.min(1, 2 * Math.min(atMost, atLeast));
}

/** Power at which a smallest detectable effect is quoted. */
export const DETECTION_POWER = 0.8;

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
