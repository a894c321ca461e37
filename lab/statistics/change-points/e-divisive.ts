// Change points of one series by E-divisive with a permutation test, as its authors describe it.
// Source: Matteson and James, JASA 109, 2014, algorithms 1 and 2; Daly, Brown, Ingo, O'Leary and
// Bradford, "The Use of Change Point Detection to Identify Software Performance Regressions in a
// Continuous Integration System", ICPE 2020.

import type { Random } from '../random';
import { greatestSplit, type Split, type Splitter, splitterOf } from './energy-split';

export interface EDivisiveOptions {
  /** A split is kept while its p-value is at most this. */
  readonly maxPValue: number;
  /** 999 or more: with 100 a published result has been seen to depend on the seed. */
  readonly permutations: number;
  readonly random: Random;
}

export interface EDivisivePoint {
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
  const { maxPValue, permutations, random } = options;
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
    segments = segments.flatMap((segment) =>
      segment === best
        ? [segmentOf(best.start, index), segmentOf(index, best.start + best.splitter.length)]
        : [segment],
    );
  }
  return points.sort((x, y) => x.index - y.index);

  function countReached(
    present: readonly Segment[],
    observed: number,
    { maxPValue: level }: EDivisiveOptions,
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
      if (1 + reached > level * (1 + permutations)) break;
    }
    return reached;
  }
}
