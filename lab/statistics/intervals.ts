// Confidence intervals of one sample: for a mean, a share and a quantile.

import { mean, standardDeviation } from './descriptive';
import { betaQuantile, normalQuantile, studentQuantile } from './distributions';

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
