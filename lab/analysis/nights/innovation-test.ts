// Is there a change of level in these nights, when what they carried over is taken off and each night
// counts for as much as its measurements are worth?
// Source: a level shift in autoregressive noise, by generalised least squares (Tsay, "Outliers, Level
// Shifts, and Variance Changes in Time Series", J. Forecasting 7, 1988), with residuals permuted
// instead of a table (Freedman and Lane, J. Business and Economic Statistics 1(4), 1983).

import { mean, median } from '../statistics/descriptive';
import type { Random } from '../statistics/random';
import { type MachineNoise, type Nights, seriesCarryOver } from './night-noise';
import { type Reached, reachedBy } from './permutation-level';

export interface InnovationTestOptions {
  /** The p-value that counts as significant, already corrected for the number of series. */
  readonly level: number;
  /** The earliest and the latest night that may be the first of a new level; `first` >= 1. */
  readonly first: number;
  readonly last: number;
  readonly noise: MachineNoise;
  readonly random: Random;
}

export interface InnovationTest extends Reached {
  /** The first night of the new level, where there is one. */
  readonly index: number;
}

/**
 * With v(t, j) the measurements of night t, x(t) the first of them, m the level and d the change:
 *
 *     mean v(t) - rho x(t-1) = m (1 - rho) + d c(t) + noise,   c = 0 before, 1 at, 1 - rho after it
 *
 * Re-runs narrow the noise of their night, as far as it is not common to them. What last night
 * carried over is known, and no part of the doubt: it is taken off.
 */
export function testInnovations(nights: Nights, options: InnovationTestOptions): InnovationTest {
  const { noise, first, last } = options;
  const plain = seriesCarryOver(nights, [], noise.carryOver);
  const sketched = greatestShift(whitened(nights, plain, noise.shared), first, last);
  const rho = seriesCarryOver(nights, [sketched.index], noise.carryOver);
  const series = whitened(nights, rho, noise.shared);
  const found = greatestShift(series, first, last);
  if (found.share === 0) return { index: found.index, p: 1, significant: false };
  const residuals = residualsOf(series, found.index);
  const spreads = series.weights.map((weight) => 1 / Math.sqrt(weight));
  const drawn = { ...series, innovations: new Float64Array(nights.length) };
  const isReached = (): boolean => {
    options.random.shuffle(residuals);
    for (let t = 0; t < residuals.length; t += 1) {
      drawn.innovations[t] = (residuals[t] as number) * (spreads[t] as number);
    }
    return greatestShift(drawn, first, last).share >= found.share;
  };
  return { index: found.index, ...reachedBy(isReached, options.level) };
}

/** Nights whose noise is independent of each other: of variance 1 / weight, but for one factor. */
export interface Whitened {
  readonly innovations: Float64Array;
  readonly weights: Float64Array;
  readonly rho: number;
}

/** @param shared see {@link MachineNoise} */
export function whitened(nights: Nights, rho: number, shared: number): Whitened {
  const centre = median(nights.map(([value]) => value as number));
  const weights = Float64Array.from(
    nights,
    (values) => 1 / (shared + (1 - shared) / values.length),
  );
  const innovations = Float64Array.from(nights, (values, t) => {
    const before = nights[t - 1]?.[0];
    const value = mean(values) - centre;
    return before === undefined ? value * firstFactor(rho) : value - rho * (before - centre);
  });
  return { innovations, weights, rho };
}

/** The first night carries over what nobody saw (Prais and Winsten, Cowles papers 1, 1954). */
const firstFactor = (rho: number): number => Math.sqrt(1 - rho * rho);

/**
 * The first night of the new level, from `first` to `last`, that explains most: as a share of the
 * weighted squares about one level, from 0 to 1. One pass, as each night's sums follow from the next
 * night's.
 */
export function greatestShift(
  { innovations, weights, rho }: Whitened,
  first: number,
  last: number,
): { index: number; share: number } {
  const after = 1 - rho;
  let [levelLevel, levelValue, valueValue] = [0, 0, 0];
  for (let t = 0; t < innovations.length; t += 1) {
    const [weight, value] = [weights[t] as number, innovations[t] as number];
    const factor = t === 0 ? firstFactor(rho) : after;
    levelLevel += weight * factor * factor;
    levelValue += weight * factor * value;
    valueValue += weight * value * value;
  }
  const unexplained = valueValue - levelValue ** 2 / levelLevel;
  let best = { index: last, share: 0 };
  if (!(unexplained > 0)) return best;
  let [laterWeight, laterValue] = [0, 0];
  for (let k = innovations.length - 1; k >= first; k -= 1) {
    const [weight, value] = [weights[k] as number, innovations[k] as number];
    const levelShift = after * (weight + after * laterWeight);
    // What the shift says that the level alone does not.
    const shiftShift = weight + after * after * laterWeight - levelShift ** 2 / levelLevel;
    const shiftValue = weight * value + after * laterValue - (levelShift * levelValue) / levelLevel;
    const share = shiftValue ** 2 / shiftShift / unexplained;
    if (k <= last && share > best.share) best = { index: k, share };
    laterWeight += weight;
    laterValue += weight * value;
  }
  return best;
}

/** Of equal variance, so that they may change places. */
function residualsOf({ innovations, weights, rho }: Whitened, index: number): Float64Array {
  const n = innovations.length;
  const level = (t: number): number => (t === 0 ? firstFactor(rho) : 1 - rho);
  const shift = (t: number): number => (t < index ? 0 : t === index ? 1 : 1 - rho);
  let [ll, ls, ss, lv, sv] = [0, 0, 0, 0, 0];
  for (let t = 0; t < n; t += 1) {
    const [weight, value] = [weights[t] as number, innovations[t] as number];
    ll += weight * level(t) ** 2;
    ls += weight * level(t) * shift(t);
    ss += weight * shift(t) ** 2;
    lv += weight * level(t) * value;
    sv += weight * shift(t) * value;
  }
  const determinant = ll * ss - ls * ls;
  const atLevel = (lv * ss - sv * ls) / determinant;
  const shifted = (sv * ll - lv * ls) / determinant;
  return Float64Array.from(innovations, (value, t) => {
    const fitted = atLevel * level(t) + shifted * shift(t);
    return Math.sqrt(weights[t] as number) * (value - fitted);
  });
}
