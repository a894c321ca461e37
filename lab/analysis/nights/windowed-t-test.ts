// Change points by the windowed t-test variant: faster on long series, blind to correlation.
// Source: Fleming, Kolaczkowski, Kumar, Das, McCarthy, Pattabhiraman and Ingo, "Hunter: Using Change
// Point Detection to Hunt for Performance Regressions", ICPE 2023 (Apache Otava). Where Otava 0.8.0
// leaves a neighbour's p-value stale after a merge, this follows the paper: both are recomputed.

import { mean, sumOfSquares } from '../statistics/descriptive';
import { studentTwoSided } from '../statistics/distributions';

export interface WindowedOptions {
  /** Length of a window, two or more; windows overlap by half. */
  readonly windowLength: number;
  readonly maxPValue: number;
  /** Least relative change, as a ratio: 0.05 is 5 %. */
  readonly minMagnitude: number;
}

export interface WindowedPoint {
  /** 0-based, the first observation of the new regime. */
  readonly index: number;
  readonly p: number;
  /** max(|after/before - 1|, |before/after - 1|); a mean of 0 counts as no change on its side. */
  readonly magnitude: number;
  readonly before: number;
  readonly after: number;
}

/** The first pass is more generous, so that weak points can support the merge. */
function firstPassLevel(maxPValue: number): number {
  if (maxPValue < 0.05) return 10 * maxPValue;
  return maxPValue < 0.5 ? 2 * maxPValue : maxPValue;
}

/** @returns change points in increasing order of index */
export function windowedChangePoints(
  series: readonly number[],
  options: WindowedOptions,
): WindowedPoint[] {
  if (!(options.windowLength >= 2)) {
    throw new RangeError(`a window holds two values or more, got ${options.windowLength}`);
  }
  const level = firstPassLevel(options.maxPValue);
  const indices = new Set<number>();
  let start = 0;
  while (start < series.length) {
    const found = splitWindow(series, start, start + options.windowLength, level);
    for (const index of found) indices.add(index);
    start = Math.max(found.at(-1) ?? 0, start + Math.floor(options.windowLength / 2));
  }
  return merge(
    series,
    [...indices].sort((x, y) => x - y),
    options,
  );
}

/** Splits one window at its greatest q_U as long as the t-test agrees; indices in increasing order. */
function splitWindow(
  series: readonly number[],
  start: number,
  windowEnd: number,
  level: number,
): number[] {
  const end = Math.min(windowEnd, series.length);
  const found: number[] = [];
  for (;;) {
    const ends = [start, ...found, end];
    let best = { index: -1, q: Number.NEGATIVE_INFINITY, from: start, to: end };
    for (let i = 0; i + 1 < ends.length; i += 1) {
      const [from, to] = [ends[i] as number, ends[i + 1] as number];
      if (to - from < 2) continue;
      const { tau, q } = greatestUSplit(series.slice(from, to));
      if (q > best.q) best = { index: from + tau, q, from, to };
    }
    if (best.index < 0) return found;
    const { p } = compareAt(series, best.from, best.index, best.to);
    if (!(p <= level)) return found;
    found.push(best.index);
    found.sort((x, y) => x - y);
  }
}

export interface USplit {
  /** First value of the right part. */
  readonly tau: number;
  /** End of the right part, exclusive. */
  readonly kappa: number;
  readonly q: number;
}

/**
 * The split with the greatest q_U = n m / (n + m) (2 mean|x-y| - mean over pairs i < k within x -
 * mean over pairs within y), over the split tau and the right end kappa (Matteson and James, eq. 5
 * and algorithm 1). O(n^2) for a window of n values, two or more.
 */
export function greatestUSplit(window: readonly number[]): USplit {
  const n = window.length;
  let best: USplit = { tau: 0, kappa: n, q: Number.NEGATIVE_INFINITY };
  let left = 0;
  for (let tau = 1; tau < n; tau += 1) {
    for (let i = 0; i < tau - 1; i += 1) left += gap(window, i, tau - 1);
    let across = 0;
    let right = 0;
    for (let kappa = tau + 1; kappa <= n; kappa += 1) {
      for (let i = 0; i < tau; i += 1) across += gap(window, i, kappa - 1);
      for (let k = tau; k < kappa - 1; k += 1) right += gap(window, k, kappa - 1);
      const m = kappa - tau;
      const within =
        (tau > 1 ? (2 * left) / (tau * (tau - 1)) : 0) + (m > 1 ? (2 * right) / (m * (m - 1)) : 0);
      const q = ((tau * m) / (tau + m)) * ((2 * across) / (tau * m) - within);
      if (q > best.q) best = { tau, kappa, q };
    }
  }
  return best;
}

function gap(window: readonly number[], i: number, k: number): number {
  return Math.abs((window[i] as number) - (window[k] as number));
}

/** Two-sided pooled t-test of two parts; standard deviations with divisor n, as published. */
function compareAt(
  series: readonly number[],
  from: number,
  index: number,
  to: number,
): WindowedPoint {
  const left = series.slice(from, index);
  const right = series.slice(index, to);
  const [before, after] = [mean(left), mean(right)];
  const relative = (value: number, base: number): number =>
    base === 0 ? 0 : Math.abs(value / base - 1);
  return {
    index,
    p: pooledP(left, right),
    magnitude: Math.max(relative(after, before), relative(before, after)),
    before,
    after,
  };
}

function pooledP(left: readonly number[], right: readonly number[]): number {
  const [n, m] = [left.length, right.length];
  if (n + m <= 2) return 1;
  // ((n-1) s1^2 + (m-1) s2^2) / (n+m-2) with s^2 = sum of squares / n, not / (n - 1).
  const pooled =
    (((n - 1) * sumOfSquares(left)) / n + ((m - 1) * sumOfSquares(right)) / m) / (n + m - 2);
  const difference = Math.abs(mean(left) - mean(right));
  if (difference === 0) return 1;
  return studentTwoSided(difference / Math.sqrt(pooled * (1 / n + 1 / m)), n + m - 2);
}

/** Drops the weakest point until all are significant, then the smallest until all matter. */
function merge(
  series: readonly number[],
  candidates: readonly number[],
  { maxPValue, minMagnitude }: WindowedOptions,
): WindowedPoint[] {
  let indices = candidates;
  for (;;) {
    const ends = [0, ...indices, series.length];
    const points = indices.map((index, i) =>
      compareAt(series, ends[i] as number, index, ends[i + 2] as number),
    );
    if (points.length === 0) return [];
    const weakest = points.reduce((most, point) => (point.p > most.p ? point : most));
    const smallest = points.reduce((least, point) =>
      point.magnitude < least.magnitude ? point : least,
    );
    if (weakest.p < maxPValue && smallest.magnitude > minMagnitude) return points;
    const dropped = weakest.p < maxPValue ? smallest : weakest;
    indices = indices.filter((index) => index !== dropped.index);
  }
}
