// Where the variance of nested measurements comes from, and how many repetitions each level needs.
// Source: Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013, sections 6
// and 7; "Quantifying Performance Changes with Effect Size Confidence Intervals", 2012.

import { mean, median, variance } from '../../lab/statistics/descriptive';
import { type Interval, percentileInterval } from '../../lab/statistics/intervals';
import type { Random } from '../../lab/statistics/random';

/** Numbers nested to one depth everywhere, highest level outside: builds of executions of values. */
type NestedValues = readonly number[] | readonly NestedValues[];

interface VarianceComponents {
  /** S_i^2, lowest level first: variance of the level's means around their parent's, averaged. */
  readonly s2: readonly number[];
  /** T_i^2, lowest level first: what the level itself adds. Negative when it adds nothing. */
  readonly t2: readonly number[];
  readonly grandMean: number;
  /** Repetitions of each level, lowest first. */
  readonly repetitions: readonly number[];
}

/**
 * Components of variance: T_1^2 = S_1^2, T_i^2 = S_i^2 - S_(i-1)^2 / r_(i-1).
 *
 * @param values nested to one depth, each level with one number of repetitions, two or more
 * @throws RangeError when the nesting is ragged
 */
export function varianceComponents(values: NestedValues): VarianceComponents {
  const repetitions = shapeOf(values).reverse();
  // Means at one level, grouped by parent; level 1 is the measurements themselves.
  let groups = leaves(values);
  const s2: number[] = [];
  for (const [level] of repetitions.entries()) {
    s2.push(mean(groups.map((group) => variance(group))));
    const means = groups.map((group) => mean(group));
    const above = repetitions[level + 1];
    groups = above === undefined ? [means] : chunks(means, above);
  }
  const t2 = s2.map((value, i) =>
    i === 0 ? value : value - (s2[i - 1] as number) / (repetitions[i - 1] as number),
  );
  return { s2, t2, grandMean: mean(groups[0] as number[]), repetitions };
}

/**
 * Repetitions that give the narrowest interval for a given time, for every level but the highest:
 * r_i = sqrt((c_(i+1) / c_i) (T_i^2 / T_(i+1)^2)), lowest level first.
 *
 * Where T_i^2 is 0 or less, the level adds no detectable variance and one repetition does; where
 * T_(i+1)^2 is, the level above adds none, so all repetitions belong here: Infinity.
 *
 * @param costs time of one repetition of each level, lowest first, in one unit
 */
export function optimalRepetitions(
  components: Pick<VarianceComponents, 't2'>,
  costs: readonly number[],
): { unrounded: number[]; rounded: number[] } {
  const { t2 } = components;
  if (costs.length !== t2.length || costs.some((cost) => !(cost > 0))) {
    throw new RangeError(`${t2.length} levels need ${t2.length} positive costs, got [${costs}]`);
  }
  const unrounded = t2.slice(0, -1).map((own, i) => {
    const above = t2[i + 1] as number;
    if (own <= 0) return 1;
    if (above <= 0) return Number.POSITIVE_INFINITY;
    return Math.sqrt(((costs[i + 1] as number) / (costs[i] as number)) * (own / above));
  });
  return { unrounded, rounded: unrounded.map((value) => Math.max(1, Math.ceil(value))) };
}

/**
 * Ends and median of sorted bootstrap estimates by dropping floor(n (1 - level) / 2) at each end:
 * libkalibera's rule, a little different from type 7 quantiles.
 */
export function confidenceSlice(
  ascending: ArrayLike<number>,
  level: number,
): { lower: number; median: number; upper: number } {
  const n = ascending.length;
  if (n < 1) throw new RangeError('a confidence slice needs at least 1 value');
  // Rounded first: 10 (1 - 0.8) / 2 is 0.9999999999999998 in doubles.
  const drop = Math.floor(Number(((n * (1 - level)) / 2).toPrecision(12)));
  const at = (index: number): number => ascending[index] as number;
  return {
    lower: at(drop),
    median: (at(Math.floor((n - 1) / 2)) + at(Math.floor(n / 2))) / 2,
    upper: at(n - drop - 1),
  };
}

interface RatioBootstrap {
  /** Mean of the numerator over mean of the denominator. */
  readonly ratio: number;
  readonly interval: Interval;
  readonly median: number;
}

/**
 * Ratio of two arithmetic means with a hierarchical bootstrap interval (Kalibera and Jones 2012,
 * section 6.3). A denominator of mean 0 makes the ratio infinite, and 0 / 0 counts as infinite too:
 * it is never NaN.
 */
export function bootstrapMeanRatio(
  numerator: Nested,
  denominator: Nested,
  resamples: number,
  random: Random,
): RatioBootstrap {
  const above = hierarchicalMeans(numerator, resamples, random);
  const below = hierarchicalMeans(denominator, resamples, random);
  const ratios = above.map((value, i) => divide(value, below[i] as number));
  const grand = (rows: Nested): number => mean(rows.map((row) => mean(row)));
  return {
    ratio: divide(grand(numerator), grand(denominator)),
    interval: percentileInterval(ratios),
    median: median([...ratios]),
  };
}

function divide(above: number, below: number): number {
  return below === 0 ? Number.POSITIVE_INFINITY : above / below;
}

function isLowest(values: NestedValues): values is readonly number[] {
  return typeof values[0] === 'number';
}

function shapeOf(values: NestedValues): number[] {
  if (values.length < 1) throw new RangeError('nested values must not be empty');
  if (isLowest(values)) return [values.length];
  const shapes = (values as readonly NestedValues[]).map(shapeOf);
  const [first, ...others] = shapes as [number[], ...number[][]];
  if (others.some((shape) => shape.join() !== first.join())) {
    throw new RangeError('nested values must have the same number of repetitions on each level');
  }
  return [values.length, ...first];
}

function leaves(values: NestedValues): (readonly number[])[] {
  return isLowest(values) ? [values] : (values as readonly NestedValues[]).flatMap(leaves);
}

function chunks(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}

/** Measurements of one arm: one row per run (the independent level), its windows inside. */
type Nested = readonly (readonly number[])[];

/**
 * Means of one arm, resampled on both levels: rows with replacement, then values inside each drawn
 * row with replacement (Davison and Hinkley, Bootstrap Methods and their Application, 1997, 3.8;
 * Kalibera and Jones, "Quantifying Performance Changes with Effect Size Confidence Intervals",
 * 2012). Every row weighs the same. A row of one value is not resampled inside.
 *
 * @returns one mean per resample, in the unit of the values
 */
export function hierarchicalMeans(rows: Nested, resamples: number, random: Random): Float64Array {
  if (rows.length === 0 || rows.some((row) => row.length === 0)) {
    throw new RangeError('a hierarchical bootstrap needs at least one row, and no row empty');
  }
  const means = new Float64Array(resamples);
  for (let k = 0; k < resamples; k += 1) {
    let total = 0;
    for (let drawn = 0; drawn < rows.length; drawn += 1) {
      const row = rows[random.int(rows.length)] as readonly number[];
      let inside = 0;
      for (let i = 0; i < row.length; i += 1) {
        inside += row[row.length === 1 ? 0 : random.int(row.length)] as number;
      }
      total += inside / row.length;
    }
    means[k] = total / rows.length;
  }
  return means;
}
