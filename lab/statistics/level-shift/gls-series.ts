// How the series of a machine scatter about their levels, and generalised least squares that respects it:
// autocorrelation from night to night, the noise that a night's re-runs share, a series' innovations
// and weights, the level shift that explains most of them, and the residuals that are left.

import { assumedCarryOver, carryOver, type Pooled } from '../change-points/change-test';
import { mean, median } from '../descriptive';

/** Each night its measurement and, where it was suspicious, its re-runs after it; oldest first. */
export type Nights = readonly (readonly number[])[];

/** What all series of a machine say together; most of them have not changed. */
export interface MachineNoise {
  readonly carryOver: Pooled;
  /**
   * Of the variance that a night adds to what it carries over: the part that its re-runs share, from
   * 0 (each measurement errs by itself, and three are worth three) to 1 (re-runs say nothing new).
   */
  readonly shared: number;
}

/** The machine's other series weigh as much as this many nights of a series' own. */
const POOLED_WEIGHT = 300;
/**
 * Prior: half of a night's noise is common to all of its measurements, with the weight of this many
 * nights that were measured again.
 */
const ASSUMED_SHARED = 0.5;
const ASSUMED_WEIGHT = 10;

const firstsOf = (nights: Nights): number[] => nights.map(([first]) => first as number);

/** @param series of one machine; those with fewer than `fewest` nights are too short to estimate noise */
export function machineNoise(series: readonly Nights[], fewest: number): MachineNoise {
  const long = series.filter((nights) => nights.length >= fewest);
  if (long.length === 0) return { carryOver: { rho: 0, weight: 0 }, shared: ASSUMED_SHARED };
  const rho = median(long.map((nights) => carryOver([firstsOf(nights)])));
  const others = mean(long.map(({ length }) => length)) * (long.length - 1);
  return {
    carryOver: { rho, weight: Math.min(POOLED_WEIGHT, others) },
    shared: 1 - apartOf(long, Math.max(0, rho)),
  };
}

/** The carry-over to assume in a series whose level is known to change at these nights. */
export function seriesCarryOver(nights: Nights, changesAt: readonly number[], pooled: Pooled) {
  const firsts = firstsOf(nights);
  const ends = [0, ...changesAt, firsts.length];
  const sides = ends.slice(1).map((end, i) => firsts.slice(ends[i], end));
  return assumedCarryOver(carryOver(sides), firsts.length, pooled);
}

/**
 * Share of a night's own variance in which its measurements differ. From re-runs only: a night is
 * measured again because its first value was extreme.
 */
function apartOf(series: readonly Nights[], rho: number): number {
  let squares = ASSUMED_WEIGHT * (1 - ASSUMED_SHARED);
  let freedoms = ASSUMED_WEIGHT;
  for (const nights of series) {
    const own = ownVariance(firstsOf(nights), rho);
    if (own === 0) continue;
    for (const [, ...reruns] of nights) {
      if (reruns.length < 2) continue;
      const centre = mean(reruns);
      for (const value of reruns) squares += (value - centre) ** 2 / own;
      freedoms += reruns.length - 1;
    }
  }
  return Math.min(1, squares / freedoms);
}

/**
 * Variance of what each night adds to what it carries over, by successive differences, of which a
 * change of level affects only one: E[d^2] = 2 (1 - rho) var.
 */
function ownVariance(values: readonly number[], rho: number): number {
  const squares = values.slice(1).map((value, i) => (value - (values[i] as number)) ** 2);
  return (mean(squares) / 2) * (1 + rho);
}

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

interface Shift {
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
