// The order in which two arms take turns.

import type { Arm } from '../../results/trial/result';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';

/**
 * Blocks of four, ABBA then BAAB in turn: a steady drift cancels inside every block (ABBA), and
 * because neighbouring blocks are mirrored, noise that carries over from one run to the next does
 * not push successive blocks the same way. With plain ABBA and a correlation of 0.4 between runs,
 * 5.4 to 6.3 % of A/A experiments were called different at the 5 % level; with this order 4.1 to
 * 4.5 % (`npm run bench -- comparison`).
 *
 * @param runs per arm, even
 * @returns one entry per run in order of running; block i is entries 4i .. 4i + 3
 */
export function blockOrder(runs: number): Arm[] {
  if (!Number.isInteger(runs) || runs < 2 || runs % 2 !== 0) {
    throw new RangeError(`blocks hold two runs of each arm: runs must be even, got ${runs}`);
  }
  return Array.from({ length: runs / 2 }, (_, block): Arm[] =>
    block % 2 === 0 ? ['a', 'b', 'b', 'a'] : ['b', 'a', 'a', 'b'],
  ).flat();
}

export type Turn = { arm: Arm; block: number };

/**
 * Who runs when. Fewer than ten runs per arm take turns in pairs, ab ba ab: blocks of four would
 * leave an interval of two or three contrasts, or none. A steady drift then widens the interval
 * instead of cancelling inside each block, and where noise carries over from run to run (a
 * correlation of 0.4) 6 to 8 % of A/A experiments are called different instead of 5 (6,000 seeds);
 * so few runs are labelled indicative anyway.
 *
 * @param runs per arm: one or more; even from ten on
 */
export function turnOrder(runs: number): Turn[] {
  if (runs >= RUNS_FOR_A_VERDICT) {
    return blockOrder(runs).map((arm, index) => ({ arm, block: Math.floor(index / 4) }));
  }
  if (!Number.isInteger(runs) || runs < 1) {
    throw new RangeError(`a comparison needs a run in each arm, got ${runs}`);
  }
  return Array.from({ length: runs }, (_, block): Turn[] => {
    const pair: Turn[] = [
      { arm: 'a', block },
      { arm: 'b', block },
    ];
    return block % 2 === 0 ? pair : pair.reverse();
  }).flat();
}
