// Noise that carries over from one night to the next: how much, and how to shuffle it fairly.

import type { Random } from '../random';

/** Nobody's nights carry over more than this; beyond, a series has no level to change. */
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
 * The carry-over to reckon with: a series' own estimate drawn towards that of its neighbours on the
 * same machine, plus one standard error, because too little of it is what cries wolf.
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
 * Series that could have come about without a change: the residuals' innovations e(t) = r(t) -
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
