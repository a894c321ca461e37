// Change points of one series by E-divisive with a permutation test, as its authors describe it, and the
// best place to split a series in two by energy statistics, fast enough to be permuted thousands of
// times.
// Source: Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of
// Multivariate Data", JASA 109, 2014, algorithms 1 and 2, with the V-statistic of MongoDB's signal
// processing package; Daly, Brown, Ingo, O'Leary and Bradford, "The Use of Change Point Detection to
// Identify Software Performance Regressions in a Continuous Integration System", ICPE 2020.

import type { Random } from '../random';

interface EDivisiveOptions {
  /** A split is kept while its p-value is at most this. */
  readonly maxPValue: number;
  /** With 100, a published result has been seen to depend on the seed; a pass that another test follows may take fewer than 999. */
  readonly permutations: number;
  readonly random: Random;
  /** Told how many points there are so far. */
  readonly onSplit?: (points: number) => void;
}

interface EDivisivePoint {
  /** 0-based, the first observation of the new regime. */
  readonly index: number;
  readonly q: number;
  readonly p: number;
}

interface Segment {
  readonly start: number;
  readonly splitter: Splitter;
  readonly split: Split | null;
}

/**
 * Splits the series where q_V is greatest over all segments, as long as permuting the observations
 * inside the present segments seldom reaches as much: p = (1 + reached) / (1 + permutations).
 * Assumes that observations inside a regime are exchangeable; for correlated ones see
 * change-points.ts.
 *
 * @param series in the order of time
 * @returns change points in increasing order of index
 */
export function eDivisive(series: readonly number[], options: EDivisiveOptions): EDivisivePoint[] {
  const { maxPValue, permutations } = options;
  const segmentOf = (start: number, end: number): Segment => {
    const splitter = splitterOf(series.slice(start, end));
    return { start, splitter, split: greatestSplit(splitter.statistics()) };
  };
  let segments = [segmentOf(0, series.length)];
  const points: EDivisivePoint[] = [];
  for (;;) {
    const best = segments.reduce((most, segment) =>
      (segment.split?.q ?? -1) > (most.split?.q ?? -1) ? segment : most,
    );
    if (!best.split) break;
    const reached = countReached(segments, best.split.q, options);
    const p = (1 + reached) / (1 + permutations);
    if (p > maxPValue) break;
    const index = best.start + best.split.index;
    points.push({ index, q: best.split.q, p });
    options.onSplit?.(points.length);
    segments = segments.flatMap((segment) =>
      segment === best
        ? [segmentOf(best.start, index), segmentOf(index, best.start + best.splitter.length)]
        : [segment],
    );
  }
  return points.sort((x, y) => x.index - y.index);
}

/** How many permutations split as well as what was observed, as far as that can still matter. */
function countReached(
  present: readonly Segment[],
  observed: number,
  { maxPValue, permutations, random }: EDivisiveOptions,
): number {
  const orders = present.map(({ splitter }) =>
    Int32Array.from({ length: splitter.length }, (_, i) => i),
  );
  let reached = 0;
  for (let made = 0; made < permutations; made += 1) {
    const greatest = present.some(({ splitter }, i) => {
      const order = random.shuffle(orders[i] as Int32Array);
      return (greatestSplit(splitter.statistics(order))?.q ?? -1) >= observed;
    });
    if (greatest) reached += 1;
    // Beyond this no outcome of the rest could bring p down to the level.
    if (1 + reached > maxPValue * (1 + permutations)) break;
  }
  return reached;
}

interface Split {
  /** First observation of the new regime, counted from the start of what was split. */
  readonly index: number;
  /** q_V there: n m / (n + m) times the energy distance of the two parts. */
  readonly q: number;
}

/** Prepared observations of one segment: q_V of any order of them. */
interface Splitter {
  readonly length: number;
  /** The sum of |x - y| over all ordered pairs, which no order changes. */
  readonly dispersion: number;
  /**
   * q_V for every split k = 1 .. n - 1 (entry 0 is not used).
   *
   * @param order a permutation of 0 .. n - 1; the observations as given when left out
   */
  statistics(order?: Int32Array): Float64Array;
}

/** The first split at which q is greatest; null when there are fewer than two observations. */
export function greatestSplit(q: Float64Array): Split | null {
  let index = 0;
  for (let k = 1; k < q.length; k += 1) {
    if (index === 0 || (q[k] as number) > (q[index] as number)) index = k;
  }
  return index === 0 ? null : { index, q: q[index] as number };
}

/**
 * q_V from, for each place k, the sum of distances to the places before (`before`) and to all other
 * places (`total`): what is not inside the left or the right part goes across.
 */
function fromSums(before: Float64Array, total: Float64Array): Float64Array {
  const n = before.length;
  const q = new Float64Array(n);
  let all = 0;
  let right = 0;
  for (let k = 0; k < n; k += 1) {
    all += before[k] as number;
    right += (total[k] as number) - (before[k] as number);
  }
  let left = 0;
  for (let k = 1; k < n; k += 1) {
    left += before[k - 1] as number;
    right -= (total[k - 1] as number) - (before[k - 1] as number);
    const m = n - k;
    const across = all - left - right;
    // k m / n (2 across / (k m) - 2 left / k^2 - 2 right / m^2)
    q[k] = (2 * across - (2 * left * m) / k - (2 * right * k) / m) / n;
  }
  return q;
}

/**
 * The sum of |x - y| over earlier observations needs only the count and the sum of the smaller ones:
 * a Fenwick tree over the ranks (Fenwick, Software: Practice and Experience 24(3), 1994) gives both,
 * in n log n per series instead of n^2.
 */
export function splitterOf(observations: ArrayLike<number>): Splitter {
  const n = observations.length;
  const byValue = Int32Array.from({ length: n }, (_, i) => i).sort(
    (i, k) => (observations[i] as number) - (observations[k] as number),
  );
  // Around the median, so that large values of small spread keep their digits.
  const centre = n === 0 ? 0 : (observations[byValue[n >> 1] as number] as number);
  const values = Float64Array.from(observations, (value) => value - centre);
  const ranks = new Int32Array(n);
  const totals = new Float64Array(n);
  const all = values.reduce((total, value) => total + value, 0);
  let smallerSum = 0;
  for (const [rank, i] of byValue.entries()) {
    const value = values[i] as number;
    ranks[i] = rank + 1;
    totals[i] = value * (2 * rank - n) + all - 2 * smallerSum;
    smallerSum += value;
  }
  const counts = new Int32Array(n + 1);
  const sums = new Float64Array(n + 1);
  return {
    length: n,
    dispersion: totals.reduce((total, value) => total + value, 0),
    statistics(order) {
      counts.fill(0);
      sums.fill(0);
      const before = new Float64Array(n);
      const total = new Float64Array(n);
      let seen = 0;
      for (let k = 0; k < n; k += 1) {
        const i = order ? (order[k] as number) : k;
        const value = values[i] as number;
        const rank = ranks[i] as number;
        let smaller = 0;
        let below = 0;
        for (let node = rank; node > 0; node &= node - 1) {
          smaller += counts[node] as number;
          below += sums[node] as number;
        }
        before[k] = value * (2 * smaller - k) + seen - 2 * below;
        total[k] = totals[i] as number;
        for (let node = rank; node <= n; node += node & -node) {
          counts[node] = (counts[node] as number) + 1;
          sums[node] = (sums[node] as number) + value;
        }
        seen += value;
      }
      return fromSums(before, total);
    },
  };
}

interface RelativeSplit {
  /** First value of the new regime. */
  readonly index: number;
  /**
   * Dispersion between the two parts over all dispersion, from 0 to 1. It grows with q_V for given
   * values and does not change with their scale, so that series of different spread can be compared
   * (Rizzo and Szekely, "DISCO analysis", Annals of Applied Statistics 4(2), 2010: S / T, a monotone
   * function of their F).
   */
  readonly share: number;
}

/**
 * The split with the greatest share; share 0 when all values are equal.
 *
 * @param values two or more
 */
export function relativeSplitOf(values: ArrayLike<number>): RelativeSplit {
  const { dispersion, statistics } = splitterOf(values);
  const split = greatestSplit(statistics());
  if (split === null || !(dispersion > 0)) return { index: 1, share: 0 };
  return { index: split.index, share: Math.max(0, (split.q * values.length) / dispersion) };
}
