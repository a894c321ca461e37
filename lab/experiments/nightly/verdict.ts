// The verdict on one series in one night. Pure: blocks in, state out.

import type { MeasuredSeries } from '../../results/night-schema';
import { logs, mean, standardDeviation } from '../../statistics/descriptive';
import { studentTwoSided } from '../../statistics/distributions';

/** A level that has to be measured, and a spread from night to night, are known after so many nights. */
export const NIGHTS_OF_A_LEVEL = 10;
/** What each of two nights in a row has to reach; `npm run bench -- nightly` shows what that costs. */
const MOST_P = 0.01;
/** Of what nights differ by beyond their blocks: what all blocks of a night have in common shows in no block. */
const FEWEST_SPREADS = 3;

export interface SeriesSoFar {
  /** What tonight is compared with; null where it is not known yet. */
  readonly level: number | null;
  /** From night to night, as a ratio; null where too few nights are known. */
  readonly spread: number | null;
  /** The blocks of the night before, if that was suspicious. */
  readonly suspicion: readonly number[] | undefined;
}

export interface Verdict {
  readonly state: Extract<MeasuredSeries['state'], 'short' | 'quiet' | 'suspicious' | 'changed'>;
  /** Both nights together, where it has changed. */
  readonly change?: { before: number; after: number; effect: number; p: number };
}

/** The figure of a night, or of several. */
export const ratioOf = (blocks: readonly number[]): number => Math.exp(mean(logs(blocks)));

/**
 * Suspicious is a night that lies at least `minEffect` from the level, further than chance takes its
 * blocks (p below 1 %) and than three times what nights differ by beyond their blocks. Changed is a series
 * that was so on the same side in two nights in a row.
 *
 * @param blocks tonight's ratios, three or more
 */
export function judgeNight(
  blocks: readonly number[],
  { level, spread, suspicion }: SeriesSoFar,
  minEffect: number,
): Verdict {
  if (level === null) return { state: 'short' };
  const beyondBlocks = Math.sqrt(Math.max(0, (spread ?? 0) ** 2 - errorOf(blocks) ** 2));
  const bound = Math.max(minEffect, FEWEST_SPREADS * beyondBlocks);
  const side = sideOf(blocks, level);
  const isFar = Math.abs(Math.log(ratioOf(blocks) / level)) >= Math.log1p(bound);
  if (!isFar || pOfLevel(blocks, level) >= MOST_P) return { state: 'quiet' };
  if (suspicion === undefined || sideOf(suspicion, level) !== side) return { state: 'suspicious' };
  const both = [...suspicion, ...blocks];
  const after = ratioOf(both);
  return {
    state: 'changed',
    change: { before: level, after, effect: after / level - 1, p: pOfLevel(both, level) },
  };
}

const sideOf = (blocks: readonly number[], level: number): number =>
  Math.sign(Math.log(ratioOf(blocks) / level));

/** Standard error of the mean of their logs. */
const errorOf = (blocks: readonly number[]): number =>
  standardDeviation(logs(blocks)) / Math.sqrt(blocks.length);

/** Student's t on the logs: how often blocks with this spread lie so far from the level by chance. */
const pOfLevel = (blocks: readonly number[], level: number): number =>
  studentTwoSided(Math.log(ratioOf(blocks) / level) / errorOf(blocks), blocks.length - 1);
