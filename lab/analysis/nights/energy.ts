// Energy statistics: how different two samples are.
// Source: Szekely and Rizzo, "Energy statistics", J. Statistical Planning and Inference 143, 2013;
// Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate
// Data", JASA 109, 2014.

/** One observation: a number, or a vector of several variables. */
export type Observation = number | readonly number[];

export interface EnergyStatistics {
  /** 2 mean|x-y| - mean|x-x'| - mean|y-y'|, every mean over all pairs, i = i' included. */
  readonly e: number;
  /** n m / (n + m) e. */
  readonly t: number;
  /** e / (2 mean|x-y|), from 0 to 1; 0 when that mean is 0. */
  readonly h: number;
}

/** Euclidean distance of two observations. */
export function distance(x: Observation, y: Observation): number {
  if (typeof x === 'number' && typeof y === 'number') return Math.abs(x - y);
  const [left, right] = [x as readonly number[], y as readonly number[]];
  let squares = 0;
  for (const [i, value] of left.entries()) squares += (value - (right[i] as number)) ** 2;
  return Math.sqrt(squares);
}

function variables(observation: Observation | undefined): number {
  return typeof observation === 'number' ? 1 : (observation?.length ?? 0);
}

function meanDistance(x: readonly Observation[], y: readonly Observation[]): number {
  let total = 0;
  for (const one of x) for (const other of y) total += distance(one, other);
  return total / (x.length * y.length);
}

/** @throws RangeError when a sample is empty or the numbers of variables differ */
export function energyStatistics(
  x: readonly Observation[],
  y: readonly Observation[],
): EnergyStatistics {
  if (x.length === 0 || y.length === 0) {
    throw new RangeError('energy statistics need an observation in each sample');
  }
  const width = variables(x[0]);
  if (width === 0 || [...x, ...y].some((observation) => variables(observation) !== width)) {
    throw new RangeError(
      'energy statistics need the same number of variables in every observation',
    );
  }
  const between = meanDistance(x, y);
  const e = 2 * between - meanDistance(x, x) - meanDistance(y, y);
  const t = ((x.length * y.length) / (x.length + y.length)) * e;
  return { e, t, h: between === 0 ? 0 : e / (2 * between) };
}
