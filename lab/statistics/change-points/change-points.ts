// The change points of whole series: where the level changed, by how much, how surely.

import { z } from 'zod';
import { median } from '../descriptive';
import type { Random } from '../random';
import { carryOver, type Pooled, testForChange } from './change-test';
import { eDivisive } from './e-divisive';

export const changePointSchema = z.strictObject({
  /** 0-based, the first value of the new regime. */
  index: z.number(),
  /** Median of the regime before, and of the one from the index on. */
  before: z.number(),
  after: z.number(),
  /** (after - before) / |before|; null when the median before is 0. */
  effect: z.number().nullable(),
  p: z.number(),
});
export type ChangePoint = z.infer<typeof changePointSchema>;

interface ChangePointOptions {
  /** Family-wise: divided by the number of series (Bonferroni). */
  readonly maxPValue: number;
  /** Least |effect|, as a ratio: 0.03 is 3 %. */
  readonly minEffect: number;
  readonly random: Random;
}

/** Fewer values than this cannot tell a change from noise, whatever they are. */
const FEWEST_VALUES = 6;
/** The first pass is generous: the merge, which knows the carry-over, decides. */
const FIRST_PASS = { maxPValue: 0.05, permutations: 199 } as const;

/**
 * E-divisive splits first, as if the values of a regime were exchangeable; then the changes are
 * merged bottom-up, as Hunter does: the least significant is dropped, under a test that respects
 * autocorrelation, until all are significant, then the smallest until all reach the least effect.
 * The carry-over is estimated again after each drop, from the remaining regimes.
 *
 * @param series one or more, each in order of time
 * @returns for each series its change points in increasing order of index
 */
export function changePoints(
  series: readonly (readonly number[])[],
  options: ChangePointOptions,
): ChangePoint[][] {
  const level = options.maxPValue / Math.max(1, series.length);
  return series.map((values) => {
    if (values.length < FEWEST_VALUES) return [];
    const found = eDivisive(values, { ...FIRST_PASS, random: options.random });
    return merge(
      values,
      found.map(({ index }) => index),
      level,
      options,
    );
  });
}

function merge(
  values: readonly number[],
  candidates: readonly number[],
  level: number,
  { minEffect, random }: ChangePointOptions,
): ChangePoint[] {
  let indices = [...candidates];
  for (;;) {
    const ends = [0, ...indices, values.length];
    const regimes = ends.slice(1).map((end, i) => values.slice(ends[i], end));
    const pooled: Pooled = { rho: carryOver(regimes), weight: values.length };
    const points = indices.map((index, i) =>
      describe(values, ends[i] as number, index, ends[i + 2] as number, (stretch) =>
        testForChange(stretch, { level, pooled, random }),
      ),
    );
    if (points.length === 0) return [];
    const weakest = points.reduce((most, point) => (point.p > most.p ? point : most));
    const smallest = points.reduce((least, point) => (size(point) < size(least) ? point : least));
    if (weakest.p <= level && size(smallest) >= minEffect) return points;
    const dropped = weakest.p > level ? weakest : smallest;
    indices = indices.filter((index) => index !== dropped.index);
  }
}

function size({ effect }: ChangePoint): number {
  return effect === null ? Number.POSITIVE_INFINITY : Math.abs(effect);
}

function describe(
  values: readonly number[],
  start: number,
  index: number,
  end: number,
  test: (stretch: readonly number[]) => { p: number },
): ChangePoint {
  return {
    index,
    ...levels(values.slice(start, index), values.slice(index, end)),
    p: test(values.slice(start, end)).p,
  };
}

/** Medians on both sides of a change and the relative step between them. */
export function levels(
  left: readonly number[],
  right: readonly number[],
): Pick<ChangePoint, 'before' | 'after' | 'effect'> {
  const before = median(left);
  const after = median(right);
  return { before, after, effect: before === 0 ? null : (after - before) / Math.abs(before) };
}
