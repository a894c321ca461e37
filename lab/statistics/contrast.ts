// The difference of two samples: how large it is and how sure; and of two arms on the log scale, with the
// interval that covers best.

import { z } from 'zod';
import { InvalidData } from './caller';
import { logs, mean, sorted, standardDeviation, sum, variance } from './descriptive';
import { studentQuantile } from './distributions';
import { type Interval, UPPER_POINT } from './intervals';

export interface Sample {
  /** Positive, in one unit for both arms. */
  readonly value: number;
  /**
   * Label of the block the run belongs to. A label found in both arms pairs them (ABBA); a label
   * found in one only marks windows of one run.
   */
  readonly block?: string;
}

/**
 * Which interval: Student's t on the blocks' log contrasts, Welch's on the logs, or Welch's on the
 * mean logs of the blocks of each arm. All three cover better than the percentile bootstrap
 * at the numbers of runs a lab can afford: `npm run bench -- comparison` prints both.
 */
export const contrastMethodSchema = z.enum([
  't on block contrasts',
  'Welch on logs',
  'Welch on block means',
]);
type ContrastMethod = z.infer<typeof contrastMethodSchema>;

/** Two contrasts give one degree of freedom, and an interval too wide to use. */
export const FEWEST_BLOCKS = 3;

interface Contrast {
  readonly method: ContrastMethod;
  /** On the log scale, b minus a; null when there are too few runs. */
  readonly test: TTest | null;
  readonly logRatio: number;
  /** Pairs of blocks, or blocks of both arms; 0 without blocks. */
  readonly blocks: number;
  readonly warnings: readonly string[];
}

/**
 * Forms the contrast ln b - ln a and tests it. Shared block labels pair the arms; otherwise labels
 * mark windows of one run, which are averaged: windows are no independent measurements.
 *
 * @throws InvalidData when an arm is empty or a value is not positive
 */
export function contrast(a: readonly Sample[], b: readonly Sample[]): Contrast {
  const blocksA = logsByBlock(a);
  const blocksB = logsByBlock(b);
  const shared = [...blocksA.keys()].filter((label) => blocksB.has(label));
  if (shared.length > 0) {
    const loose = [...a, ...b].filter(({ block }) => block === undefined).length;
    return contrastOfBlocks(blocksA, blocksB, shared, loose);
  }
  const blocked = blocksA.size > 0 || blocksB.size > 0;
  const unitsA = blocked ? units(a, blocksA) : logs(values(a));
  const unitsB = blocked ? units(b, blocksB) : logs(values(b));
  const method = blocked ? 'Welch on block means' : 'Welch on logs';
  const logRatio = mean(unitsB) - mean(unitsA);
  const warnings: string[] = [];
  const few = unitsA.length < 2 || unitsB.length < 2;
  if (few) {
    warnings.push('There is no interval: it needs two runs (or blocks) in each arm.');
  } else if (variance(unitsA) === 0 && variance(unitsB) === 0) {
    warnings.push('The runs of each arm are identical, so the interval has no meaningful width.');
  }
  const blocks = blocked ? unitsA.length + unitsB.length : 0;
  return { method, logRatio, blocks, test: few ? null : welch(unitsB, unitsA), warnings };
}

function contrastOfBlocks(
  blocksA: ReadonlyMap<string, readonly number[]>,
  blocksB: ReadonlyMap<string, readonly number[]>,
  shared: readonly string[],
  loose: number,
): Contrast {
  const warnings: string[] = [];
  const pairs = shared.map((label) => [blocksA.get(label), blocksB.get(label)] as const);
  const contrasts = pairs.map(([inA, inB]) => mean(inB ?? []) - mean(inA ?? []));
  const alone = blocksA.size + blocksB.size - 2 * shared.length;
  if (alone > 0) {
    warnings.push(`${alone} block(s) have runs of one arm only and are left out.`);
  }
  if (loose > 0) warnings.push(`${loose} run(s) belong to no block and are left out.`);
  const sizes = new Set(pairs.flatMap(([inA, inB]) => [inA?.length, inB?.length]));
  if (sizes.size > 1) {
    warnings.push('The blocks hold different numbers of runs: each block weighs the same.');
  }
  const few = contrasts.length < FEWEST_BLOCKS;
  if (few) {
    warnings.push(
      `There is no interval: it needs ${FEWEST_BLOCKS} blocks, not ${contrasts.length}.`,
    );
  } else if (variance(contrasts) === 0) {
    warnings.push('The blocks are identical, so the interval has no meaningful width.');
  }
  return {
    method: 't on block contrasts',
    logRatio: mean(contrasts),
    blocks: contrasts.length,
    test: few ? null : oneSampleT(contrasts),
    warnings,
  };
}

const values = (runs: readonly Sample[]): number[] => runs.map(({ value }) => value);

function logsByBlock(runs: readonly Sample[]): Map<string, number[]> {
  const blocks = Map.groupBy(runs, ({ block }) => block);
  return new Map(
    [...blocks].flatMap(([block, own]) =>
      block === undefined ? [] : [[block, logs(values(own))]],
    ),
  );
}

/** One number per independent unit: a block's mean, or a run that belongs to no block. */
function units(runs: readonly Sample[], blocks: ReadonlyMap<string, readonly number[]>): number[] {
  const alone = runs.filter(({ block }) => block === undefined);
  return [...[...blocks.values()].map((inside) => mean(inside)), ...logs(values(alone))];
}

interface CliffsDelta {
  /** P(x > y) - P(x < y), from -1 to 1. */
  readonly delta: number;
  /** Null when a sample has fewer than two values. */
  readonly interval: Interval | null;
}

/**
 * Cliff's delta of x against y with its asymmetric interval, from the unbiased estimate of the
 * variance and Student's quantile with n + m - 2 degrees of freedom (Cliff, Ordinal Methods for
 * Behavioral Data Analysis, 1996; Feng and Cliff, JMASM 3(2), 2004, eq. 9).
 */
export function cliffsDelta(x: readonly number[], y: readonly number[]): CliffsDelta {
  const n = x.length;
  const m = y.length;
  if (n < 1 || m < 1) throw new InvalidData("Cliff's delta needs a value in each sample");
  const { rows, ties: tied } = dominance(x, y);
  const columns = dominance(y, x).rows.map((row) => -row);
  const delta = mean(rows);
  if (n < 2 || m < 2) return { delta, interval: null };

  const sumRows = sum(rows.map((row) => (row - delta) ** 2));
  const sumColumns = sum(columns.map((column) => (column - delta) ** 2));
  // Of all pairs' signs about delta: their squares are 1, or 0 for ties.
  const sumCells = n * m - tied - n * m * delta ** 2;
  const estimate = (m * m * sumRows + n * n * sumColumns - sumCells) / (n * m * (n - 1) * (m - 1));
  return {
    delta,
    interval: deltaInterval(delta, estimate, studentQuantile(UPPER_POINT, n + m - 2)),
  };
}

/** For each x its mean sign against all y, and how many pairs are equal: by sorting, not pair by pair. */
function dominance(x: readonly number[], y: readonly number[]): { rows: number[]; ties: number } {
  const ascending = sorted(y);
  let ties = 0;
  const rows = x.map((value) => {
    const below = countBelow(ascending, (other) => other < value);
    const upTo = countBelow(ascending, (other) => other <= value);
    ties += upTo - below;
    return (below - (ascending.length - upTo)) / ascending.length;
  });
  return { rows, ties };
}

/** How many of the first values fulfil a condition that no later one does, by bisection. */
function countBelow(ascending: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ascending[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function deltaInterval(delta: number, variance: number, z: number): Interval {
  // Complete separation has variance 0; the unbiased estimate can even fall below it.
  const spread = z * z * Math.max(variance, 0);
  const centre = delta - delta ** 3;
  const half = Math.sqrt(spread) * Math.sqrt((1 - delta ** 2) ** 2 + spread);
  const scale = 1 - delta ** 2 + spread;
  if (scale === 0) return [delta, delta];
  return [Math.max(-1, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

interface TTest {
  readonly degreesOfFreedom: number;
  /** Mean of x minus mean of y, or the mean of the differences. */
  readonly difference: number;
  readonly standardError: number;
  readonly interval: Interval;
}

function tTest(difference: number, standardError: number, degreesOfFreedom: number): TTest {
  const half = studentQuantile(UPPER_POINT, degreesOfFreedom) * standardError;
  const interval: Interval = [difference - half, difference + half];
  return { degreesOfFreedom, difference, standardError, interval };
}

/** Unequal variances (Welch, Biometrika 34, 1947); two or more values in each sample. */
export function welch(x: readonly number[], y: readonly number[]): TTest {
  const errorX = variance(x) / x.length;
  const errorY = variance(y) / y.length;
  const error = errorX + errorY;
  const degreesOfFreedom =
    error === 0
      ? x.length + y.length - 2
      : error ** 2 / (errorX ** 2 / (x.length - 1) + errorY ** 2 / (y.length - 1));
  return tTest(mean(x) - mean(y), Math.sqrt(error), degreesOfFreedom);
}

/** One-sample t against 0; two or more values. */
function oneSampleT(differences: readonly number[]): TTest {
  const error = standardDeviation(differences) / Math.sqrt(differences.length);
  return tTest(mean(differences), error, differences.length - 1);
}

/** Power at which a smallest detectable effect is quoted. */
const DETECTION_POWER = 0.8;

/**
 * The smallest relative change that paired blocks detect with 80 % power at the 5 % level, by the test that
 * {@link contrast} makes of them: on the log scale cv sqrt(2/runs) (t(0.975) + t(0.8)), blocks - 1 degrees of
 * freedom.
 *
 * @param cv coefficient of variation between runs
 * @param runs per arm, in all blocks
 * @returns null with fewer blocks than an interval needs
 */
export const smallestDetectableChange = (
  cv: number,
  { runs, blocks }: { runs: number; blocks: number },
): number | null =>
  blocks < FEWEST_BLOCKS ? null : Math.expm1(detectable(cv * Math.sqrt(2 / runs), blocks - 1));

/** The same on the log scale, from a standard error and its degrees of freedom. */
export function detectable(standardError: number, degreesOfFreedom: number): number {
  return (
    standardError *
    (studentQuantile(UPPER_POINT, degreesOfFreedom) +
      studentQuantile(DETECTION_POWER, degreesOfFreedom))
  );
}
