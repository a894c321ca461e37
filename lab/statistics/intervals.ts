// Confidence intervals (95 %): of a mean, of a share, and from bootstrap estimates.

import { z } from 'zod';
import { mean, quantileOfSorted, sorted, standardDeviation } from './descriptive';
import { betaQuantile, studentQuantile } from './distributions';

/** [low, high] in the unit of what it bounds. */
export const intervalSchema = z.tuple([z.number(), z.number()]).readonly();
export type Interval = z.infer<typeof intervalSchema>;

/** An interval of which an end, or both, may not exist. */
export const partialIntervalSchema = z
  .tuple([z.number().nullable(), z.number().nullable()])
  .readonly();
export type PartialInterval = z.infer<typeof partialIntervalSchema>;

export const NO_INTERVAL: PartialInterval = [null, null];

/** The confidence of every interval the lab prints. */
export const CONFIDENCE = 0.95;

/** The upper tail point: what lies above it, and as much below its mirror image, is left out. */
export const UPPER_POINT = 1 - (1 - CONFIDENCE) / 2;

/** Student's interval for the mean of two or more values (Student, Biometrika 6, 1908). */
export function meanInterval(values: readonly number[]): Interval {
  const centre = mean(values);
  const error = standardDeviation(values) / Math.sqrt(values.length);
  const half = studentQuantile(UPPER_POINT, values.length - 1) * error;
  return [centre - half, centre + half];
}

export function requireCounts(successes: number, trials: number): void {
  const whole = Number.isInteger(successes) && Number.isInteger(trials);
  if (!whole || trials < 1 || successes < 0 || successes > trials) {
    throw new RangeError(
      `a share needs whole counts 0 <= k <= n, n >= 1; got ${successes} of ${trials}`,
    );
  }
}

/** Exact interval of a share (Clopper and Pearson, Biometrika 26, 1934): never covers too little. */
export function clopperPearsonInterval(successes: number, trials: number): Interval {
  requireCounts(successes, trials);
  return [
    successes === 0 ? 0 : betaQuantile(1 - UPPER_POINT, successes, trials - successes + 1),
    successes === trials ? 1 : betaQuantile(UPPER_POINT, successes + 1, trials - successes),
  ];
}

/** The middle of a bootstrap distribution (Efron 1979). */
export function percentileInterval(estimates: ArrayLike<number>): Interval {
  const ascending = sorted(estimates);
  const tail = (1 - CONFIDENCE) / 2;
  return [quantileOfSorted(ascending, tail), quantileOfSorted(ascending, 1 - tail)];
}
