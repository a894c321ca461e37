// The change points of whole series: where the level changed, by how much, how surely.

import { z } from 'zod';
import { InvalidData, type Progress } from '../caller';
import { mean, median } from '../descriptive';
import type { Random } from '../random';
import { carryOver, type Pooled, testForChange } from './change-test';
import { eDivisive, relativeSplitOf } from './e-divisive';
import { isGradual } from './gradual';
import { testLevelShift } from './level-shift';

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

/** A change that was found, and what it is. */
export interface FoundChange extends ChangePoint {
  /** The middle of a drift or a slow cycle rather than a step. */
  readonly gradual: boolean;
}

export interface ChangePointOptions {
  /** Family-wise: divided by the number of series (Bonferroni). */
  readonly maxPValue: number;
  /** Least |effect|, as a ratio: 0.03 is 3 %. */
  readonly minEffect: number;
  readonly random: Random;
  readonly onProgress?: Progress;
}

/** Of fewer values, too few orders exist for any to be rare: even four against four is the least. */
export const FEWEST_VALUES = 8;
/** A longer series is looked at in means of consecutive values: permuting a million takes hours. */
const MOST_VALUES = 4096;
/** Smaller p-values than this take too many permutations. */
const LEAST_LEVEL = 1e-5;
/** The first pass is generous: the merge, which knows the carry-over, decides. */
const FIRST_PASS = { maxPValue: 0.05, permutations: 199 } as const;
/**
 * How much more than the energy test the shift test trusts the carry-over: with as little, it finds less
 * than its level allows (npm run bench -- changes).
 */
const SHIFT_WEIGHT = 2;

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
): FoundChange[][] {
  const level = options.maxPValue / Math.max(1, series.length);
  if (level < LEAST_LEVEL) {
    throw new InvalidData(
      `p = ${options.maxPValue} over ${series.length} series is p = ${level.toPrecision(2)} for each, ` +
        `which takes too many permutations. Ask for p = ${LEAST_LEVEL * series.length} or more` +
        `${series.length > 1 ? ', or for fewer series' : ''}.`,
    );
  }
  return series.map((values, i) => {
    if (values.length < FEWEST_VALUES) return [];
    const at = `series ${i + 1} of ${series.length}`;
    options.onProgress?.(at);
    const { means, width } = shortened(values);
    const found = eDivisive(means, {
      ...FIRST_PASS,
      random: options.random,
      onSplit: (made) => options.onProgress?.(`${at}, ${made} possible changes`),
    });
    const indices = found.map(({ index }) => index);
    const points = asTrend(means, merge(means, indices, level, options));
    return width === 1 ? points : onValues(values, points, width);
  });
}

/** One drift over the whole series is seen best as one. */
function asTrend(values: readonly number[], points: readonly FoundChange[]): FoundChange[] {
  const indices = points.map(({ index }) => index);
  const gradual = points.length > 1 && isGradual(values, indices);
  return gradual ? points.map((point) => ({ ...point, gradual })) : [...points];
}

/** Means of so many consecutive values that few enough are left. */
export function shortened(values: readonly number[]): {
  readonly means: readonly number[];
  readonly width: number;
} {
  const width = Math.ceil(values.length / MOST_VALUES);
  if (width === 1) return { means: values, width };
  const means = Array.from({ length: Math.ceil(values.length / width) }, (_, i) =>
    mean(values.slice(i * width, (i + 1) * width)),
  );
  return { means, width };
}

/** Change points of means of `width` values, as those of the values themselves. */
function onValues(
  values: readonly number[],
  points: readonly FoundChange[],
  width: number,
): FoundChange[] {
  const distinct: FoundChange[] = [];
  for (const point of points) {
    const from = (point.index - 1) * width;
    const index = from + relativeSplitOf(values.slice(from, (point.index + 1) * width)).index;
    // A step inside one mean is found on both of its sides: it is one.
    const before = distinct.at(-1)?.index ?? Number.NEGATIVE_INFINITY;
    if (index - before >= width) distinct.push({ ...point, index });
  }
  const ends = [0, ...distinct.map(({ index }) => index), values.length];
  return distinct.map((point, i) => ({
    ...point,
    ...levels(values.slice(ends[i], ends[i + 1]), values.slice(ends[i + 1], ends[i + 2])),
  }));
}

function merge(
  values: readonly number[],
  candidates: readonly number[],
  level: number,
  { minEffect, random, onProgress }: ChangePointOptions,
): FoundChange[] {
  let indices = [...candidates];
  for (;;) {
    const ends = [0, ...indices, values.length];
    const regimes = ends.slice(1).map((end, i) => values.slice(ends[i], end));
    const pooled: Pooled = { rho: carryOver(regimes), weight: values.length };
    const points = indices.map((index, i) =>
      describe(values, ends[i] as number, index, ends[i + 2] as number, (stretch) =>
        testBothWays(stretch, level, pooled, random),
      ),
    );
    onProgress?.(`${points.length} changes are tested`);
    if (points.length === 0) return [];
    const weakest = points.reduce((most, point) => (point.p > most.p ? point : most));
    const smallest = points.reduce((least, point) => (size(point) < size(least) ? point : least));
    if (weakest.p <= level && size(smallest) >= minEffect) return points;
    const dropped = weakest.p > level ? weakest : smallest;
    indices = indices.filter((index) => index !== dropped.index);
  }
}

/**
 * By energy statistics, which outliers hardly move, and by a level shift in autoregressive noise, which
 * sees a short step sooner; each at half of the level (Bonferroni).
 */
function testBothWays(
  stretch: readonly number[],
  level: number,
  pooled: Pooled,
  random: Random,
): { p: number } {
  const energy = testForChange(stretch, { level: level / 2, pooled, random });
  const shift = testLevelShift(stretch, {
    ...{ level: level / 2, random },
    pooled: { ...pooled, weight: SHIFT_WEIGHT * pooled.weight },
  });
  return { p: Math.min(1, 2 * Math.min(energy.p, shift.p)) };
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
): FoundChange {
  const stretch = values.slice(start, end);
  return {
    index,
    ...levels(values.slice(start, index), values.slice(index, end)),
    p: test(stretch).p,
    gradual: isGradual(stretch, [index - start]),
  };
}

/** Medians on both sides of a change and the relative step between them. */
function levels(
  left: readonly number[],
  right: readonly number[],
): Pick<ChangePoint, 'before' | 'after' | 'effect'> {
  const before = median(left);
  const after = median(right);
  return { before, after, effect: before === 0 ? null : (after - before) / Math.abs(before) };
}
