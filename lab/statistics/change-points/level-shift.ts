// Has the level of a series shifted, once autocorrelation is removed?
// Source: a level shift in autoregressive noise, by generalised least squares (Tsay, "Outliers, Level
// Shifts, and Variance Changes in Time Series", J. Forecasting 7, 1988), with residuals permuted
// instead of a table of critical values (Freedman and Lane, J. Business and Economic Statistics 1(4),
// 1983).

import { median } from '../descriptive';
import type { Random } from '../random';
import { assumedCarryOver, carryOver, type Pooled, type Reached, reachedBy } from './change-test';

interface LevelShiftOptions {
  /** The p-value that counts as significant, already corrected for the number of series. */
  readonly level: number;
  readonly pooled: Pooled;
  readonly random: Random;
}

interface LevelShiftTest extends Reached {
  /** The first value of the new level, where there is one. */
  readonly index: number;
}

/**
 * With x(t) the values, m the level and d the change:
 *
 *     x(t) - rho x(t-1) = m (1 - rho) + d c(t) + noise,   c = 0 before, 1 at, 1 - rho after it
 */
export function testLevelShift(
  values: readonly number[],
  { level, pooled, random }: LevelShiftOptions,
): LevelShiftTest {
  const seriesWith = (changesAt: readonly number[]) =>
    glsSeries(values, assumedRho(values, changesAt, pooled));
  const sketched = greatestShift(seriesWith([]));
  const series = seriesWith([sketched.index]);
  const found = greatestShift(series);
  if (found.share === 0) return { index: found.index, p: 1, significant: false };
  const innovations = residualsOf(series, found.index);
  const isReached = (): boolean => {
    permute(innovations, random);
    return greatestShift({ ...series, innovations }).share >= found.share;
  };
  return { index: found.index, ...reachedBy(isReached, level) };
}

/** In a series whose level is known to change at these places. */
function assumedRho(values: readonly number[], changesAt: readonly number[], pooled: Pooled) {
  const ends = [0, ...changesAt, values.length];
  const sides = ends.slice(1).map((end, i) => values.slice(ends[i], end));
  return assumedCarryOver(carryOver(sides), values.length, pooled);
}

/** Autocorrelation removed: each innovation is independent noise of one variance. */
export interface GlsSeries {
  readonly innovations: Float64Array;
  readonly rho: number;
}

export function glsSeries(values: readonly number[], rho: number): GlsSeries {
  const centre = median(values);
  const innovations = Float64Array.from(values, (value, t) => {
    if (t === 0) return (value - centre) * levelFactor(0, rho);
    return value - centre - rho * ((values[t - 1] as number) - centre);
  });
  return { innovations, rho };
}

/**
 * How much of the level is in an innovation. The value before the first was not observed (Prais and
 * Winsten, Cowles papers 1, 1954).
 */
const levelFactor = (t: number, rho: number): number =>
  t === 0 ? Math.sqrt(1 - rho * rho) : 1 - rho;

interface Shift {
  /** The first value of the new level. */
  readonly index: number;
  /** Share of the squares about one level that the shift explains, from 0 to 1. */
  readonly share: number;
}

/** The shift that explains most. */
export function greatestShift({ innovations, rho }: GlsSeries): Shift {
  const n = innovations.length;
  let [levelLevel, levelValue, valueValue] = [0, 0, 0];
  for (let t = 0; t < n; t += 1) {
    const [factor, value] = [levelFactor(t, rho), innovations[t] as number];
    levelLevel += factor * factor;
    levelValue += factor * value;
    valueValue += value * value;
  }
  const after = 1 - rho;
  const unexplained = valueValue - levelValue ** 2 / levelLevel;
  let [index, share] = [n - 1, 0];
  if (!(unexplained > 0)) return { index, share };
  let [later, laterValue] = [0, 0];
  for (let k = n - 1; k >= 1; k -= 1) {
    const value = innovations[k] as number;
    const levelShift = after * (1 + after * later);
    // What the shift explains beyond the level.
    const shiftShift = 1 + after * after * later - levelShift ** 2 / levelLevel;
    const shiftValue = value + after * laterValue - (levelShift * levelValue) / levelLevel;
    const explained = shiftValue ** 2 / shiftShift / unexplained;
    if (explained > share) [index, share] = [k, explained];
    later += 1;
    laterValue += value;
  }
  return { index, share };
}

/** Residuals of a level and a shift: of equal variance, so that they can be permuted. */
function residualsOf({ innovations, rho }: GlsSeries, index: number): Float64Array {
  const shift = (t: number): number => (t < index ? 0 : t === index ? 1 : 1 - rho);
  let [ll, ls, ss, lv, sv] = [0, 0, 0, 0, 0];
  for (const [t, value] of innovations.entries()) {
    const [level, step] = [levelFactor(t, rho), shift(t)];
    ll += level ** 2;
    ls += level * step;
    ss += step ** 2;
    lv += level * value;
    sv += step * value;
  }
  const determinant = ll * ss - ls * ls;
  const atLevel = (lv * ss - sv * ls) / determinant;
  const shifted = (sv * ll - lv * ls) / determinant;
  return innovations.map((value, t) => value - atLevel * levelFactor(t, rho) - shifted * shift(t));
}

/** Drawn from the front: another order of draws would change the results of earlier analyses. */
function permute(values: Float64Array, random: Random): void {
  for (let i = 0; i < values.length; i += 1) {
    const other = i + random.int(values.length - i);
    const kept = values[other] as number;
    values[other] = values[i] as number;
    values[i] = kept;
  }
}
