// Residuals in another order, thousands of times: the best shift of each, from no more of it than
// decides.

import type { Random } from '../../statistics/random';
import { greatestShiftOf, levelFactor, type Sums, sumsOf, type Whitened } from './whitened';

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
  private readonly drawn: Whitened;
  private readonly sums: Sums;
  /** Of the level's own sum: what any residual adds in a place that is not drawn, and all of them. */
  private readonly plain: number;
  private readonly plainSum: number;

  /** @param residuals of variance 1, but for one factor; one for each night */
  constructor(
    private readonly series: Whitened,
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
  assembled(): Whitened {
    const innovations = new Float64Array(this.residuals.length);
    for (const [i, t] of this.places.entries()) {
      innovations[t] = (this.residuals[i] as number) * (this.spreads[t] as number);
    }
    return { ...this.series, innovations };
  }
}
