// The noise floor: how far apart two arms of the same subject fall on one machine.

import { compare } from './comparison';
import type { Run } from './contrast';
import { coefficientOfVariation } from './descriptive';
import { smallestDetectableChange } from './effect';

export interface NoiseFloor {
  /**
   * The farthest end of the A/A ratio's 95 % interval from 1, as a ratio above 0 (0.03 is 3 %); null
   * when there are too few runs.
   */
  readonly floor: number | null;
  /** Second arm over first, and its 95 % interval: it should contain 1. */
  readonly ratio: number;
  readonly interval: readonly [low: number | null, high: number | null];
  /** Spread between runs, both arms pooled, as a ratio; null with a single run. */
  readonly cv: number | null;
  /** Smallest change that `plannedRuns` an arm find with 80 % power at this spread. */
  readonly smallestDetectableChange: number | null;
  readonly warnings: readonly string[];
}

/**
 * @param first runs of a subject
 * @param second runs of the same subject, interleaved with the first
 * @param plannedRuns runs an arm of the comparisons to come, two or more
 */
export function noiseFloor(
  first: readonly Run[],
  second: readonly Run[],
  plannedRuns: number,
): NoiseFloor {
  const { ratio, interval, warnings } = compare(first, second, { noiseFloor: 0 });
  const [low, high] = interval;
  const all = [...first, ...second].map(({ value }) => value);
  const cv = all.length < 2 ? null : coefficientOfVariation(all);
  const doubts = [...warnings];
  if (low !== null && high !== null && (low > 1 || high < 1)) {
    doubts.push(
      'A against A differs: the order of the runs, or a neighbour, moves this machine. One time ' +
        'in twenty that is chance; measure again.',
    );
  }
  return {
    floor:
      low === null || high === null
        ? null
        : Math.expm1(Math.max(Math.abs(Math.log(low)), Math.abs(Math.log(high)))),
    ratio,
    interval,
    cv,
    smallestDetectableChange: cv === null ? null : smallestDetectableChange(cv, plannedRuns),
    warnings: doubts,
  };
}
