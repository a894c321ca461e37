// Is there a change of level in these nights, when what they carried over is taken off and each night
// counts for as much as its measurements are worth?
// Source: a level shift in autoregressive noise, by generalised least squares (Tsay, "Outliers, Level
// Shifts, and Variance Changes in Time Series", J. Forecasting 7, 1988), with residuals permuted
// instead of a table (Freedman and Lane, J. Business and Economic Statistics 1(4), 1983).

import { type Reached, reachedBy } from '../../statistics/change-points/change-test';
import type { Random } from '../../statistics/random';
import { type MachineNoise, type Nights, seriesCarryOver } from './night-noise';
import { PermutedShift } from './permuted-shift';
import { greatestShift, residualsOf, whitened } from './whitened';

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
  const { carryOver, shared } = noise;
  // It is assumed larger than seen by one standard error: that far off on purpose, and as far by chance.
  const rhoVariance = 2 / (nights.length + carryOver.weight);
  const seriesWith = (changesAt: readonly number[]) =>
    whitened(nights, {
      rho: seriesCarryOver(nights, changesAt, carryOver),
      ...{ rhoVariance, shared },
    });
  const sketched = greatestShift(seriesWith([]), first, last);
  const series = seriesWith([sketched.index]);
  const found = greatestShift(series, first, last);
  if (found.share === 0) return { index: found.index, p: 1, significant: false };
  const permuted = new PermutedShift(series, residualsOf(series, found.index), first, last);
  const isReached = (): boolean => permuted.draw(options.random) >= found.share;
  return { index: found.index, ...reachedBy(isReached, options.level) };
}
