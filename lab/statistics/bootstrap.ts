// Resampling of nested measurements: runs, and windows inside runs.

import { quantileOfSorted, sorted } from './descriptive';
import { CONFIDENCE, type Interval } from './intervals';
import type { Random } from './random';

/** Measurements of one arm: one row a run (the level that is independent), its windows inside. */
export type Nested = readonly (readonly number[])[];

/**
 * Means of one arm, resampled on both levels: rows with replacement, then values inside each drawn
 * row with replacement (Davison and Hinkley, Bootstrap Methods and their Application, 1997, 3.8;
 * Kalibera and Jones, "Quantifying Performance Changes with Effect Size Confidence Intervals",
 * 2012). Every row weighs the same. A row of one value is not resampled inside.
 *
 * @returns one mean a resample, in the unit of the values
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

export interface BootstrapInterval {
  readonly interval: Interval;
  readonly median: number;
}

/** Percentile interval and median of a bootstrap distribution (Efron 1979). */
export function percentileInterval(
  estimates: ArrayLike<number>,
  confidence = CONFIDENCE,
): BootstrapInterval {
  const ascending = sorted(estimates);
  const tail = (1 - confidence) / 2;
  return {
    interval: [quantileOfSorted(ascending, tail), quantileOfSorted(ascending, 1 - tail)],
    median: quantileOfSorted(ascending, 0.5),
  };
}
