// Generalised least squares on a series with autocorrelation and replicates: its innovations and
// weights, the level shift that explains most of them, and the residuals that are left.

import { mean, median } from '../descriptive';
import { firstsOf, type Nights, ownVariance } from './replicate-noise';

/** Autocorrelation removed: each innovation is independent noise of variance 1 / weight, up to one factor. */
export interface GlsSeries {
  readonly innovations: Float64Array;
  readonly weights: Float64Array;
  readonly rho: number;
}

interface SeriesNoise {
  readonly rho: number;
  /** Variance of the estimate of rho. */
  readonly rhoVariance: number;
  /** See {@link MachineNoise}. */
  readonly shared: number;
}

export function glsSeries(nights: Nights, noise: SeriesNoise): GlsSeries {
  const { rho, rhoVariance, shared } = noise;
  const firsts = firstsOf(nights);
  const centre = median(firsts);
  const own = ownVariance(firsts, rho);
  const weights = Float64Array.from(nights, ({ length }, t) => {
    if (length === 1 || own === 0) return 1;
    // An error in rho is common to all re-runs, and grows with the deviation of the night before.
    const carried = t === 0 ? 0 : (firsts[t - 1] as number) - centre;
    return 1 / (shared + (1 - shared) / length + (rhoVariance * carried ** 2) / own);
  });
  const innovations = Float64Array.from(nights, (values, t) => {
    const value = mean(values) - centre;
    if (t === 0) return value * levelFactor(0, rho);
    return value - rho * ((firsts[t - 1] as number) - centre);
  });
  return { innovations, weights, rho };
}

/**
 * How much of the level is in a night's innovation. The night before the first was not observed
 * (Prais and Winsten, Cowles papers 1, 1954).
 */
export const levelFactor = (t: number, rho: number): number =>
  t === 0 ? Math.sqrt(1 - rho * rho) : 1 - rho;

/** Weighted sums of products, over all nights: the level's factor, and the innovation. */
export interface ResidualSums {
  readonly levelLevel: number;
  readonly levelValue: number;
  readonly valueValue: number;
}

export function sumsOf({ innovations, weights, rho }: GlsSeries): ResidualSums {
  let [levelLevel, levelValue, valueValue] = [0, 0, 0];
  for (let t = 0; t < innovations.length; t += 1) {
    const [weight, value] = [weights[t] as number, innovations[t] as number];
    const factor = levelFactor(t, rho);
    levelLevel += weight * factor * factor;
    levelValue += weight * factor * value;
    valueValue += weight * value * value;
  }
  return { levelLevel, levelValue, valueValue };
}

export interface Shift {
  /** The first night of the new level. */
  readonly index: number;
  /** Share of the weighted squares about one level that the shift explains, from 0 to 1. */
  readonly share: number;
}

/** The shift that explains most, with its first night from `first` to `last`. */
export const greatestShift = (series: GlsSeries, first: number, last: number): Shift =>
  greatestShiftOf(series, sumsOf(series), first, last);

/** The same from known sums: it reads no night of the series before `first`. */
export function greatestShiftOf(
  { innovations, weights, rho }: GlsSeries,
  { levelLevel, levelValue, valueValue }: ResidualSums,
  first: number,
  last: number,
): Shift {
  const after = 1 - rho;
  const unexplained = valueValue - levelValue ** 2 / levelLevel;
  if (!(unexplained > 0)) return { index: last, share: 0 };
  let [index, share] = [last, 0];
  let [laterWeight, laterValue] = [0, 0];
  for (let k = innovations.length - 1; k >= first; k -= 1) {
    const weight = weights[k] as number;
    const weighed = weight * (innovations[k] as number);
    const levelShift = after * (weight + after * laterWeight);
    // What the shift explains beyond the level.
    const shiftShift = weight + after * after * laterWeight - levelShift ** 2 / levelLevel;
    const shiftValue = weighed + after * laterValue - (levelShift * levelValue) / levelLevel;
    const explained = shiftValue ** 2 / shiftShift / unexplained;
    if (k <= last && explained > share) [index, share] = [k, explained];
    laterWeight += weight;
    laterValue += weighed;
  }
  return { index, share };
}

/** Residuals of a level and a shift: of equal variance, so that they can be permuted. */
export function residualsOf({ innovations, weights, rho }: GlsSeries, index: number): Float64Array {
  const n = innovations.length;
  const level = (t: number): number => levelFactor(t, rho);
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
