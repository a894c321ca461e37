// Is there a change of level in this stretch, more than its own noise brings about?

import { mean } from '../statistics/descriptive';
import type { Random } from '../statistics/random';
import {
  assumedCarryOver,
  blockedNoise,
  carriedOverNoise,
  carryOver,
  type Pooled,
} from './carry-over';
import { greatestRelativeSplit } from './relative-split';

export interface ChangeTestOptions {
  /** The p-value that counts as significant, already corrected for the number of series. */
  readonly level: number;
  /** The smallest and the largest index of a change that is asked for; anywhere by default. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  readonly pooled: Pooled;
  readonly random: Random;
  /** `innovations` unless a bench compares. */
  readonly noise?: 'innovations' | 'blocks' | undefined;
}

export interface ChangeTest {
  /** Where the two sides differ most: the first value of the new regime. */
  readonly index: number;
  /** (1 + reached) / (1 + made): exact when significant, else an estimate from fewer draws. */
  readonly p: number;
  readonly significant: boolean;
}

/** Draws for each unit of 1 / level: two, so that one unlucky draw does not lose a change. */
const DRAWS_A_LEVEL = 2;

/**
 * Fits the best single change (energy statistics), and asks how often noise of the same spread and
 * carry-over, without any change, is split as well. The p-value allows for the choice of the index,
 * and for a short stretch, as the share of dispersion explained does not depend on its spread.
 *
 * Draws end early once the level is out of reach (Besag and Clifford, Biometrika 78(2), 1991).
 *
 * @param values three or more, of one stretch between accepted changes
 */
export function testForChange(values: readonly number[], options: ChangeTestOptions): ChangeTest {
  const { level, random, pooled, first, last } = options;
  const { index, share } = greatestRelativeSplit(Float64Array.from(values), first, last);
  if (share === 0) return { index, p: 1, significant: false };
  const sides = [values.slice(0, index), values.slice(index)];
  const residuals = sides.flatMap((side) => {
    const centre = mean(side);
    return side.map((value) => value - centre);
  });
  const rho = assumedCarryOver(carryOver(sides), values.length, pooled);
  const noiseOf = options.noise === 'blocks' ? blockedNoise : carriedOverNoise;
  const draw = noiseOf(residuals, rho, random);
  const draws = Math.ceil(DRAWS_A_LEVEL / level) - 1;
  let reached = 0;
  for (let made = 1; made <= draws; made += 1) {
    if (greatestRelativeSplit(draw(), first, last).share >= share) reached += 1;
    if (1 + reached > level * (1 + draws)) {
      return { index, p: (1 + reached) / (1 + made), significant: false };
    }
  }
  return { index, p: (1 + reached) / (1 + draws), significant: true };
}
