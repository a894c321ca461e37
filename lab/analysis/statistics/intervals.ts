// Confidence intervals of one sample: for a mean, a share and a quantile.

import { mean, standardDeviation } from './descriptive';
import { betaQuantile, binomialCdf, normalQuantile, studentQuantile } from './distributions';

/** [low, high] in the unit of what it bounds. */
export type Interval = readonly [low: number, high: number];

/** An interval of which an end, or both, may not exist. */
export type PartialInterval = readonly [low: number | null, high: number | null];

export const NO_INTERVAL: PartialInterval = [null, null];

/** The confidence of every interval the lab prints, unless it says otherwise. */
export const CONFIDENCE = 0.95;

/** Upper tail point that leaves (1 - confidence) / 2 on each side. */
function upperPoint(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`a confidence lies between 0 and 1, got ${confidence}`);
  }
  return 1 - (1 - confidence) / 2;
}

/** Student's interval for the mean of two values or more (Student, Biometrika 6, 1908). */
export function meanInterval(values: readonly number[], confidence = CONFIDENCE): Interval {
  const centre = mean(values);
  const error = standardDeviation(values) / Math.sqrt(values.length);
  const half = studentQuantile(upperPoint(confidence), values.length - 1) * error;
  return [centre - half, centre + half];
}

function requireCounts(successes: number, trials: number): void {
  const whole = Number.isInteger(successes) && Number.isInteger(trials);
  if (!whole || trials < 1 || successes < 0 || successes > trials) {
    throw new RangeError(
      `a share needs whole counts 0 <= k <= n, n >= 1; got ${successes} of ${trials}`,
    );
  }
}

/** Score interval of a share (Wilson, JASA 22, 1927): right on average, short. */
export function wilsonInterval(
  successes: number,
  trials: number,
  confidence = CONFIDENCE,
): Interval {
  requireCounts(successes, trials);
  const z2 = normalQuantile(upperPoint(confidence)) ** 2;
  const share = successes / trials;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    Math.sqrt(z2 * ((share * (1 - share)) / trials + z2 / (4 * trials ** 2))) / (1 + z2 / trials);
  return [
    successes === 0 ? 0 : Math.max(0, centre - half),
    successes === trials ? 1 : Math.min(1, centre + half),
  ];
}

/** Exact interval of a share (Clopper and Pearson, Biometrika 26, 1934): never covers too little. */
export function clopperPearsonInterval(
  successes: number,
  trials: number,
  confidence = CONFIDENCE,
): Interval {
  requireCounts(successes, trials);
  const upper = upperPoint(confidence);
  return [
    successes === 0 ? 0 : betaQuantile(1 - upper, successes, trials - successes + 1),
    successes === trials ? 1 : betaQuantile(upper, successes + 1, trials - successes),
  ];
}

/** Ranks (1 = smallest) of the order statistics that bound a quantile; null where none can. */
export interface RankInterval {
  readonly lowerRank: number | null;
  readonly upperRank: number | null;
  /** The exact probability that the two contain the quantile; null unless both exist. */
  readonly coverage: number | null;
}

/**
 * Distribution-free interval of a quantile (David and Nagaraja, Order Statistics, 3rd ed., 7.1):
 * lower rank the largest r with P(Bin(n, q) <= r - 1) <= (1 - c) / 2, upper rank the smallest r
 * with P(Bin(n, q) <= r - 1) >= 1 - (1 - c) / 2. Assumes independent values.
 *
 * @param n sample size
 * @param quantile between 0 and 1
 */
export function quantileRanks(n: number, quantile: number, confidence = CONFIDENCE): RankInterval {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`n must be a whole number >= 1, got ${n}`);
  if (!(quantile > 0 && quantile < 1)) {
    throw new RangeError(`a quantile lies between 0 and 1, got ${quantile}`);
  }
  const upper = upperPoint(confidence);
  const atMost = (rank: number): number => binomialCdf(rank - 1, n, quantile);
  const lower = lastWhere(n, (rank) => atMost(rank) <= 1 - upper);
  const below = lastWhere(n, (rank) => atMost(rank) < upper);
  const upperRank = below < n ? below + 1 : null;
  const lowerRank = lower > 0 ? lower : null;
  return {
    lowerRank,
    upperRank,
    coverage:
      lowerRank === null || upperRank === null ? null : atMost(upperRank) - atMost(lowerRank),
  };
}

/** The last rank from 1 to n where a condition that only turns false holds; 0 where it never does. */
function lastWhere(n: number, holds: (rank: number) => boolean): number {
  let yes = 0;
  let no = n + 1;
  while (no - yes > 1) {
    const middle = Math.floor((yes + no) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/**
 * The values at {@link quantileRanks}, in their own unit; an end is null where no rank gives it.
 *
 * @param ascending values in increasing order
 */
export function quantileInterval(
  ascending: ArrayLike<number>,
  quantile: number,
  confidence = CONFIDENCE,
): PartialInterval {
  const { lowerRank, upperRank } = quantileRanks(ascending.length, quantile, confidence);
  const at = (rank: number | null): number | null =>
    rank === null ? null : (ascending[rank - 1] as number);
  return [at(lowerRank), at(upperRank)];
}

/** Smallest sample whose maximum bounds the quantile from above: 1 - q^n >= confidence. */
export function smallestSampleForUpperBound(quantile: number, confidence = CONFIDENCE): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(quantile) - 1e-12);
}
