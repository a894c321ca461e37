// Has the level of a series shifted, once autocorrelation is removed and each night is weighted by its
// measurements? A night is one point in time, with one or more replicate measurements.
// Source: a level shift in autoregressive noise, by generalised least squares (Tsay, "Outliers, Level
// Shifts, and Variance Changes in Time Series", J. Forecasting 7, 1988), with residuals permuted
// instead of a table of critical values (Freedman and Lane, J. Business and Economic Statistics 1(4),
// 1983).

import { type Reached, reachedBy } from '../change-points/change-test';
import type { Random } from '../random';
import {
  type GlsSeries,
  glsSeries,
  greatestShift,
  greatestShiftOf,
  levelFactor,
  type MachineNoise,
  type Nights,
  type ResidualSums,
  residualsOf,
  seriesCarryOver,
  sumsOf,
} from './gls-series';

interface LevelShiftOptions {
  /** The p-value that counts as significant, already corrected for the number of series. */
  readonly level: number;
  /** The earliest and the latest night that may be the first of a new level; `first` >= 1. */
  readonly first: number;
  readonly last: number;
  readonly noise: MachineNoise;
  readonly random: Random;
}

interface LevelShiftTest extends Reached {
  /** The first night of the new level, where there is one. */
  readonly index: number;
}

/**
 * With v(t, j) the measurements of night t, x(t) the first of them, m the level and d the change:
 *
 *     mean v(t) - rho x(t-1) = m (1 - rho) + d c(t) + noise,   c = 0 before, 1 at, 1 - rho after it
 *
 * Re-runs reduce the noise of their night, except for the part that they share. What last night
 * carried over is known and adds no uncertainty, so it is subtracted.
 */
export function testLevelShift(nights: Nights, options: LevelShiftOptions): LevelShiftTest {
  const { noise, first, last } = options;
  const { carryOver, shared } = noise;
  // rho is assumed one standard error larger than seen: one variance for that bias, one for chance.
  const rhoVariance = 2 / (nights.length + carryOver.weight);
  const seriesWith = (changesAt: readonly number[]) =>
    glsSeries(nights, {
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

/**
 * A shift among the last ten of a hundred nights depends on those ten, on the nights that weigh
 * another weight, and on sums that no order changes: so only those places are drawn.
 */
export class PermutedShift {
  private readonly residuals: Float64Array;
  /** The places in which it matters what stands, then the others. */
  private readonly places: number[];
  private readonly drawnPlaces: number;
  private readonly spreads: Float64Array;
  private readonly drawn: GlsSeries;
  private readonly sums: ResidualSums;
  /** Of the level's own sum: what any residual adds in a place that is not drawn, and all of them. */
  private readonly plain: number;
  private readonly plainSum: number;

  /** @param residuals of variance 1, but for one factor; one for each night */
  constructor(
    private readonly series: GlsSeries,
    residuals: Float64Array,
    private readonly first: number,
    private readonly last: number,
  ) {
    const { weights, rho } = series;
    this.residuals = residuals.slice();
    const nights = [...weights.keys()];
    const matters = (t: number): boolean => t === 0 || t >= first || weights[t] !== 1;
    this.places = [...nights.filter(matters), ...nights.filter((t) => !matters(t))];
    this.drawnPlaces = nights.filter(matters).length;
    this.spreads = weights.map((weight) => 1 / Math.sqrt(weight));
    this.drawn = { ...series, innovations: new Float64Array(weights.length) };
    this.plain = 1 - rho;
    this.plainSum = this.plain * residuals.reduce((sum, value) => sum + value, 0);
    this.sums = {
      ...sumsOf(series),
      valueValue: residuals.reduce((sum, value) => sum + value * value, 0),
    };
  }

  /** The share of the best shift in another order. */
  draw(random: Random): number {
    const { residuals, places, spreads, drawn, series, plain } = this;
    let levelValue = this.plainSum;
    for (let i = 0; i < this.drawnPlaces; i += 1) {
      const other = i + random.int(residuals.length - i);
      const residual = residuals[other] as number;
      residuals[other] = residuals[i] as number;
      residuals[i] = residual;
      const t = places[i] as number;
      const spread = spreads[t] as number;
      drawn.innovations[t] = residual * spread;
      levelValue += residual * (levelFactor(t, series.rho) / spread - plain);
    }
    return greatestShiftOf(drawn, { ...this.sums, levelValue }, this.first, this.last).share;
  }

  /** The whole series of the last draw. */
  assembled(): GlsSeries {
    const innovations = new Float64Array(this.residuals.length);
    for (const [i, t] of this.places.entries()) {
      innovations[t] = (this.residuals[i] as number) * (this.spreads[t] as number);
    }
    return { ...this.series, innovations };
  }
}
