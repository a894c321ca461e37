// Is there a change of level in this stretch, more than its own noise brings about?
// Noise may carry over from one value to the next: it is estimated, and shuffled with its carry-over.

import { mean } from '../descriptive';
import type { Random } from '../random';
import { relativeSplitOf } from './e-divisive';

interface ChangeTestOptions {
  /** The p-value that counts as significant, already corrected for the number of series. */
  readonly level: number;
  readonly pooled: Pooled;
  readonly random: Random;
}

interface ChangeTest extends Reached {
  /** Where the two sides differ most: the first value of the new regime. */
  readonly index: number;
}

/**
 * Fits the best single change (energy statistics), and asks how often noise of the same spread and
 * carry-over, without any change, is split as well. The p-value allows for the choice of the index,
 * and for a short stretch, as the share of dispersion explained does not depend on its spread.
 *
 * @param values three or more, of one stretch between accepted changes
 */
export function testForChange(values: readonly number[], options: ChangeTestOptions): ChangeTest {
  const { level, random, pooled } = options;
  const { index, share } = relativeSplitOf(values);
  if (share === 0) return { index, p: 1, significant: false };
  const sides = [values.slice(0, index), values.slice(index)];
  const residuals = sides.flatMap((side) => {
    const centre = mean(side);
    return side.map((value) => value - centre);
  });
  const rho = assumedCarryOver(carryOver(sides), values.length, pooled);
  const draw = carriedOverNoise(residuals, rho, random);
  const isReached = (): boolean => relativeSplitOf(draw()).share >= share;
  return { index, ...reachedBy(isReached, level) };
}

/** No series of nights carries over more than this; beyond, it has no level to change. */
const GREATEST = 0.9;

/**
 * Lag-1 autocorrelation of the deviations from each segment's own mean, corrected for the bias that
 * removing the means brings: E[r] is about rho - (1 + 4 rho) segments / n (Marriott and Pope,
 * Biometrika 41, 1954). 0 for constant segments.
 *
 * @param segments stretches of one level each, in order; the products do not cross their borders
 */
export function carryOver(segments: readonly (readonly number[])[]): number {
  let products = 0;
  let squares = 0;
  let n = 0;
  for (const segment of segments) {
    const centre = segment.reduce((total, value) => total + value, 0) / segment.length;
    let before = 0;
    for (const [i, value] of segment.entries()) {
      const deviation = value - centre;
      squares += deviation * deviation;
      if (i > 0) products += deviation * before;
      before = deviation;
    }
    n += segment.length;
  }
  if (squares === 0) return 0;
  const raw = products / squares;
  return raw + ((1 + 4 * raw) * segments.length) / n;
}

export interface Pooled {
  /** Carry-over typical of all series on the machine. */
  readonly rho: number;
  /** How many values of its own a series would need to outweigh it. */
  readonly weight: number;
}

/**
 * The carry-over to assume: a series' own estimate drawn towards that of its neighbours on the
 * same machine, plus one standard error, because too little of it causes false alarms.
 *
 * @param own from {@link carryOver}
 * @param n values it rests on
 */
export function assumedCarryOver(own: number, n: number, pooled: Pooled): number {
  const weighed = (n * own + pooled.weight * pooled.rho) / (n + pooled.weight);
  const cautious = weighed + 1 / Math.sqrt(n + pooled.weight);
  return Math.min(Math.max(cautious, 0), GREATEST);
}

/**
 * Series that could have occurred without a change: the residuals' innovations e(t) = r(t) -
 * rho r(t-1), in a new order each time, carried over again (Freedman and Lane, J. Business and
 * Economic Statistics 1(4), 1983, for permuting residuals; Buehlmann, Bernoulli 3(2), 1997, for the
 * autoregressive sieve).
 *
 * @param residuals deviations from the fitted levels, two or more
 */
export function carriedOverNoise(
  residuals: readonly number[],
  rho: number,
  random: Random,
): () => Float64Array {
  const innovations = Float64Array.from(
    residuals.slice(1),
    (value, i) => value - rho * (residuals[i] as number),
  );
  const centre = innovations.reduce((total, value) => total + value, 0) / innovations.length;
  for (const [i, value] of innovations.entries()) innovations[i] = value - centre;
  const toStationary = 1 / Math.sqrt(1 - rho * rho);
  const noise = new Float64Array(residuals.length);
  return () => {
    random.shuffle(innovations);
    let state = (innovations[random.int(innovations.length)] as number) * toStationary;
    noise[0] = state;
    for (let i = 1; i < noise.length; i += 1) {
      state = rho * state + (innovations[i - 1] as number);
      noise[i] = state;
    }
    return noise;
  };
}

/** Draws per unit of 1 / level: two, so that one unlucky draw does not lose a change. */
const DRAWS_A_LEVEL = 2;

export interface Reached {
  /** (1 + reached) / (1 + made): exact when significant, else an estimate from fewer draws. */
  readonly p: number;
  readonly significant: boolean;
}

/**
 * Draws end early once the level is out of reach (Besag and Clifford, Biometrika 78(2), 1991).
 *
 * @param isReached draws once without a change, and says whether it reached what was observed
 */
export function reachedBy(isReached: () => boolean, level: number): Reached {
  const draws = Math.ceil(DRAWS_A_LEVEL / level) - 1;
  let reached = 0;
  for (let made = 1; made <= draws; made += 1) {
    if (isReached()) reached += 1;
    if (1 + reached > level * (1 + draws)) {
      return { p: (1 + reached) / (1 + made), significant: false };
    }
  }
  return { p: (1 + reached) / (1 + draws), significant: true };
}
